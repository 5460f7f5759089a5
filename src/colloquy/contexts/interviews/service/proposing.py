"""An interview proposed from a pasted vacancy: by a model where the organisation has one, else by the question bank."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.inference import public as inference
from colloquy.contexts.interviews import library
from colloquy.contexts.interviews.errors import InvalidInput, VacancyDraftNotFound
from colloquy.contexts.interviews.library.matching import Matched, match
from colloquy.contexts.interviews.models import VacancyDraftRow
from colloquy.contexts.interviews.policy import drafting_prompt
from colloquy.contexts.interviews.policy.drafts import LANGUAGES
from colloquy.contexts.interviews.policy.guide import QuestionType
from colloquy.contexts.interviews.policy.kinds import AnswerKind
from colloquy.contexts.interviews.policy.proposal import (
    Proposal,
    ProposedCompetency,
    ProposedQuestion,
    proposal_document,
    proposal_of,
)
from colloquy.contexts.interviews.policy.texts import Problems, several_lines, text_problem
from colloquy.contexts.interviews.queries import vacancies
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id
from colloquy.kit.jobs import enqueue
from colloquy.providers.llm.structured import StructuredRequest

BANK: Final = "question bank"
MAX_VACANCY: Final = 20_000
WANTED: Final = (3, 15)
KINDS: Final = (AnswerKind.VIDEO, AnswerKind.AUDIO, AnswerKind.TEXT)
KEPT_FOR: Final = timedelta(days=30)
_MOST_TOKENS: Final = 8000
_SECONDS: Final = 120.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for. `role` is a key of the bank, or "" to find it in the vacancy."""

    vacancy: str
    language: str
    role: str = ""
    kind: AnswerKind = AnswerKind.VIDEO
    wanted: int = 6

    def problems(self) -> Problems:
        """What is outside its limits."""
        found: Problems = {}
        if not self.vacancy.strip() and not self.role:
            found["vacancy"] = _("Paste the vacancy, or choose a role.")
        elif problem := text_problem(self.vacancy, MAX_VACANCY):
            found["vacancy"] = problem
        if self.language not in LANGUAGES:
            found["language"] = _("Choose one of these languages: %(choices)s.", choices=", ".join(LANGUAGES))
        if self.role and self.role not in {role.key for role in library.bank_roles(self.language)}:
            found["role"] = _("Choose one from the list.")
        if self.kind not in KINDS:
            found["kind"] = _("Choose how candidates answer.")
        if not WANTED[0] <= self.wanted <= WANTED[1]:
            found["wanted"] = _("Choose between %(lowest)s and %(highest)s.", lowest=WANTED[0], highest=WANTED[1])
        return found


@dataclass(frozen=True, slots=True)
class VacancyDraft:
    """A pasted vacancy. `proposal` is None while a model works on it. `source` names the model, or the question bank;
    `stood_in` says why the bank proposed although a model was to.
    """

    id: UUID
    vacancy: str
    language: str
    kind: AnswerKind
    wanted: int
    source: str | None
    stood_in: str | None
    proposal: Proposal | None
    made_at: datetime


async def propose(db: AsyncSession, models: inference.Inference, actor: Actor, wish: Wish) -> UUID:
    """Keeps the vacancy and has an interview proposed; at once by the bank, as a job by a model.

    Returns the id to look it up by. Raises Forbidden, and InvalidInput whose `fields` say what to change.
    """
    actor.require(Permission.INTERVIEWS_EDIT)
    wish = replace(wish, vacancy=several_lines(wish.vacancy))
    if problems := wish.problems():
        raise InvalidInput(_("Nothing was proposed yet."), fields=problems)
    await vacancies.forget_before(db, actor.scope, clock.now() - KEPT_FOR)
    by_model = bool(wish.vacancy) and not wish.role and await models.models(actor.scope, inference.Task.DRAFT)
    row = VacancyDraftRow(
        id=new_id(),
        org_id=actor.scope.org_id,
        vacancy=wish.vacancy or wish.role,
        language=wish.language,
        kind=wish.kind.value,
        wanted=wish.wanted,
        state="waiting",
        made_by=actor.person_id,
        made_at=clock.now(),
    )
    if not by_model:
        _write(row, by_bank(wish), BANK)
    db.add(row)
    await db.flush()
    if by_model:
        await enqueue(db, "interviews.propose", org_id=actor.scope.org_id, draft_id=row.id)
    return row.id


async def vacancy_draft(db: AsyncSession, actor: Actor, draft_id: UUID) -> VacancyDraft:
    """The vacancy with what is proposed. Raises Forbidden and VacancyDraftNotFound."""
    actor.require(Permission.INTERVIEWS_EDIT)
    row = await vacancies.vacancy_draft(db, actor.scope, draft_id)
    if row is None:
        raise VacancyDraftNotFound(_("There is no such proposal. It may have become an interview already."))
    return _draft_of(row)


async def by_model(models: inference.Inference, scope: Scope, draft: VacancyDraft) -> tuple[Proposal, str]:
    """What a model proposes, and its name. Raises inference.NoAnswer, and ValueError for a draft of no use."""
    ready = ready_made(draft.language)
    request = StructuredRequest(
        drafting_prompt.INSTRUCTIONS,
        drafting_prompt.prompt(
            draft.vacancy, draft.language, draft.wanted, {key: one.name for key, one in ready.items()}
        ),
        drafting_prompt.Drafted,
        max_tokens=_MOST_TOKENS,
        total_seconds=_SECONDS,
    )
    answered = await models.ask(scope, inference.Task.DRAFT, request, inference.About())
    return drafting_prompt.proposal_from(answered.output, ready), answered.model


async def waiting(db: AsyncSession, scope: Scope, draft_id: UUID) -> VacancyDraft | None:
    """The vacancy that a job is to work on; None when that is done, or it is gone."""
    row = await vacancies.vacancy_draft(db, scope, draft_id)
    return _draft_of(row) if row is not None and row.state == "waiting" else None


async def keep(
    db: AsyncSession, scope: Scope, draft_id: UUID, proposal: Proposal, source: str, stood_in: str | None = None
) -> None:
    """Keeps what was proposed; once."""
    row = await vacancies.vacancy_draft(db, scope, draft_id, lock=True)
    if row is not None and row.state == "waiting":
        _write(row, proposal, source)
        row.stood_in = stood_in


def by_bank(wish: Wish) -> Proposal:
    """What the question bank has for the vacancy, or for the role that was chosen."""
    roles, questions = library.bank_roles(wish.language), library.bank_questions(wish.language)
    if wish.role:
        chosen = next(role for role in roles if role.key == wish.role)
        # The name of a role is enough of a vacancy for it.
        return _matched(match(f"{chosen.name}\n{wish.vacancy}", [chosen], questions, wanted=wish.wanted), wish.language)
    return _matched(match(wish.vacancy, roles, questions, wanted=wish.wanted), wish.language)


def ready_made(language: str) -> dict[str, ProposedCompetency]:
    """The competencies of the library, by key."""
    return {
        one.key: ProposedCompetency(
            one.key, one.name, one.description, one.kind, {anchor.level: anchor.text for anchor in one.anchors}
        )
        for one in library.competencies(language)
    }


def _matched(found: Matched, language: str) -> Proposal:
    kept = {one.question.key for one in found.chosen}
    questions = tuple(
        ProposedQuestion(
            text=one.question.text,
            type=QuestionType(one.question.type),
            difficulty=one.question.difficulty,
            competencies=one.question.competencies,
            points=one.question.points,
            follow_ups=one.question.follow_ups,
            answer=one.question.answer,
            because=one.because,
            chosen=one.question.key in kept,
        )
        for one in (*found.chosen, *found.others)
    )
    ready = ready_made(language)
    used = dict.fromkeys(key for one in found.roles for key in one.role.competencies)
    used |= dict.fromkeys(key for one in questions for key in one.competencies)
    return Proposal(
        title=found.roles[0].role.name if found.roles else "",
        roles=tuple(one.role.name for one in found.roles),
        because=found.roles[0].because if found.roles else (),
        competencies=tuple(ready[key] for key in used),
        questions=questions,
    )


def _write(row: VacancyDraftRow, proposal: Proposal, source: str) -> None:
    row.proposal, row.source, row.state = proposal_document(proposal), source, "ready"


def _draft_of(row: VacancyDraftRow) -> VacancyDraft:
    return VacancyDraft(
        id=row.id,
        vacancy=row.vacancy,
        language=row.language,
        kind=AnswerKind(row.kind),
        wanted=row.wanted,
        source=row.source,
        stood_in=row.stood_in,
        proposal=None if row.proposal is None else proposal_of(row.proposal),
        made_at=row.made_at,
    )


def chosen_questions(draft: VacancyDraft, numbers: Collection[int]) -> tuple[ProposedQuestion, ...]:
    """The questions with these numbers, from 0, in their order; those that are not there are left out."""
    questions = draft.proposal.questions if draft.proposal else ()
    return tuple(question for number, question in enumerate(questions) if number in numbers)
