"""The history of a session's judgements: every version beside the others, which counts, and whether it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.analysis import public as analysis
from colloquy.contexts.identity.public import Actor
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.reporting.service.reading import visible_session
from colloquy.contexts.scoring import public as scoring
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.db import Database
from colloquy.kit.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Version:
    """One judgement of an answer. `counts`: the numbers rest on it. `run` is the number of the run that asked for it.

    `check` is there once it was asked for.
    """

    stored: analysis.StoredJudgements
    counts: bool
    run: int | None
    check: analysis.Replayed | None = None


@dataclass(frozen=True, slots=True)
class OfAnswer:
    """An answer's judgements, the newest first."""

    number: int
    question: str
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class History:
    """A session's judgements by answer. `names` are those of competencies, by key."""

    session: sessions.Session
    interview: interviews.Interview
    answers: tuple[OfAnswer, ...]
    names: Mapping[str, str]


async def history(
    database: Database, rules: analysis.Evaluator, actor: Actor, session_id: UUID, *, check: bool = False
) -> History:
    """The history; with `check`, each version checked against what it would be made from now.

    Forbidden, SessionNotFound, and ScorecardFirst while the reader's own card has to come first. Of candidates whom
    people alone evaluate there is none.
    """
    async with database.begin(actor.scope) as db:
        session, interview = await _visible(db, actor, session_id)
        prepared = [] if session.human_only else await analysis.to_replay(db, actor.scope, session_id)
        counting = await scoring.judgements(db, actor.scope, session_id)
        numbers = await scoring.run_numbers(db, actor.scope, session_id)
    # The rules read every answer again, for which no transaction stays open.
    checked = {id(one): await analysis.replay(rules, one) for one in prepared} if check else {}
    texts = {question.id: question.text for question in interview.questions}
    answers = []
    for answer in session.answers:
        versions = tuple(
            Version(
                one.stored,
                _is(counting.get(answer.id), one.stored),
                numbers.get(one.stored.run_id) if one.stored.run_id else None,
                checked.get(id(one)),
            )
            for one in prepared
            if one.stored.answer_id == answer.id
        )
        if versions:
            answers.append(OfAnswer(answer.number, texts.get(answer.question_id, ""), versions))
    return History(session, interview, tuple(answers), {one.key: one.name for one in interview.competencies})


async def _visible(db: AsyncSession, actor: Actor, session_id: UUID) -> tuple[sessions.Session, interviews.Interview]:
    session = await visible_session(db, actor, session_id)
    interview = await interviews.interview(db, actor.scope, session.interview_id)
    if interview is None:
        raise sessions.SessionNotFound(_("There is no such session."))
    if await scoring.is_hidden(db, actor, interview, session_id):
        raise scoring.comes_first(session_id)
    return session, interview


def _is(counting: analysis.StoredJudgements | None, stored: analysis.StoredJudgements) -> bool:
    return counting is not None and counting.version == stored.version
