"""The words of answers, as evaluators read them: typed, or transcribed and let through by the quality gate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.analysis.policy.stored import text_hash
from colloquy.contexts.analysis.policy.values import AnswerText, TimedWord
from colloquy.contexts.media import public as media
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.db import Scope


@dataclass(frozen=True, slots=True)
class Words:
    """What was answered. `hash` is the transcript's, or the typed text's SHA-256."""

    answer: AnswerText
    hash: str


async def words_of(db: AsyncSession, scope: Scope, answers: Iterable[sessions.Answer]) -> dict[UUID, Words]:
    """The words by answer, of those answers that have words which may be evaluated."""
    answers = tuple(answers)
    recorded = [answer.recording_id for answer in answers if answer.recording_id]
    transcripts = await media.transcripts(db, scope, recorded) if recorded else {}
    found: dict[UUID, Words] = {}
    for answer in answers:
        if answer.recording_id is None:
            if answer.text:
                found[answer.id] = Words(AnswerText(answer.text), text_hash(answer.text))
        elif (stored := transcripts.get(answer.recording_id)) is not None and stored.scorable:
            timed = tuple(TimedWord(w.start_char, w.end_char, w.start, w.end) for w in stored.transcript.words)
            found[answer.id] = Words(AnswerText(stored.transcript.text, timed), stored.hash)
    return found
