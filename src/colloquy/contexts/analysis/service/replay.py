"""Checking a stored judgement: the same input is put together again, and what can be judged again alike is.

The input's hash tells whether question, rubric and words are still what was read. The rules are deterministic, so the
same version of them must say the same again, word for word. A model's reading cannot be repeated, and is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.analysis.policy.evaluator import Evaluator
from colloquy.contexts.analysis.policy.stored import input_hash
from colloquy.contexts.analysis.policy.values import AnswerText, QuestionToJudge
from colloquy.contexts.analysis.service import judge
from colloquy.contexts.analysis.service.assess import by_rules
from colloquy.contexts.analysis.service.read import StoredJudgements, judgement_history
from colloquy.contexts.analysis.service.words import Words, words_of
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.db import Scope
from colloquy.kit.errors import Transient
from colloquy.kit.i18n import using_language


class Check(StrEnum):
    """What a check found. Not kept: the rubric of that time is not there. Gone: the words, or the question, are not.

    Not replayable: a model read it, or rules of another version. Not allowed: no program may read these words any more.
    """

    SAME = "same"
    DIFFERENT = "different"
    NOT_KEPT = "not_kept"
    GONE = "gone"
    NOT_REPLAYABLE = "not_replayable"
    NOT_ALLOWED = "not_allowed"


@dataclass(frozen=True, slots=True)
class ToReplay:
    """A stored judgement with what it would be made from today; `given` is None when that is not there."""

    stored: StoredJudgements
    number: int
    given: tuple[QuestionToJudge, AnswerText] | None
    missing: Check


@dataclass(frozen=True, slots=True)
class Replayed:
    """One stored judgement, checked: its input, and what the rules make of that input."""

    stored: StoredJudgements
    number: int
    input: Check
    judgement: Check


async def to_replay(db: AsyncSession, scope: Scope, session_id: UUID) -> list[ToReplay]:
    """Every stored judgement of the session with its input as it can be put together now; empty without a session."""
    session = await sessions.session(db, scope, session_id)
    now = None if session is None else await interviews.interview(db, scope, session.interview_id)
    if session is None or now is None:
        return []
    may = await judge.allowed(db, scope, session_id)
    words = await words_of(db, scope, session.answers) if may else {}
    answers = {answer.id: answer for answer in session.answers}
    rubrics: dict[str, interviews.Interview | None] = {}
    found = []
    for stored in await judgement_history(db, scope, session_id):
        version = stored.rubric_version
        if version not in rubrics:
            rubrics[version] = await interviews.with_rubric(db, scope, now, version)
        answer = answers[stored.answer_id]
        given = _given(rubrics[version], answer, words)
        missing = Check.NOT_KEPT if rubrics[version] is None else Check.GONE if may else Check.NOT_ALLOWED
        found.append(ToReplay(stored, answer.number, given, missing))
    return found


async def replay(rules: Evaluator, one: ToReplay) -> Replayed:
    """Checks one judgement. No transaction is needed."""
    stored = one.stored
    if one.given is None:
        return Replayed(stored, one.number, one.missing, one.missing)
    question, answer = one.given
    hashed = Check.SAME if input_hash(question, answer) == stored.input_hash else Check.DIFFERENT
    if (stored.evaluator, stored.prompt_version) != (rules.name, rules.prompt_version):
        return Replayed(stored, one.number, hashed, Check.NOT_REPLAYABLE)
    with using_language(question.language):
        try:
            same = await by_rules(rules, question, answer) == stored.judgements
        except Transient:
            same = False
    return Replayed(stored, one.number, hashed, Check.SAME if same else Check.DIFFERENT)


def _given(
    interview: interviews.Interview | None, answer: sessions.Answer, words: Mapping[UUID, Words]
) -> tuple[QuestionToJudge, AnswerText] | None:
    said = words.get(answer.id)
    if interview is None or said is None:
        return None
    question = next((one for one in interview.questions if one.id == answer.question_id), None)
    if question is None:
        return None
    return judge.asked(interview, question), said.answer
