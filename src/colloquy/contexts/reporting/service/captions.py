"""Captions of recorded answers."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor
from colloquy.contexts.media import public as media
from colloquy.contexts.reporting.errors import NoTranscript
from colloquy.contexts.reporting.service.reading import visible_session
from colloquy.kit.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Captions:
    """One answer's captions as WebVTT, and whose they are."""

    candidate: str
    text: str


async def captions_of(db: AsyncSession, actor: Actor, session_id: UUID, number: int) -> Captions:
    """The captions of the answer to question `number`. Forbidden, SessionNotFound, NoTranscript."""
    session = await visible_session(db, actor, session_id)
    answer = next((one for one in session.answers if one.number == number), None)
    if answer is None or answer.recording_id is None:
        raise NoTranscript(_("There is no recorded answer of that number."))
    stored = await media.transcript(db, actor.scope, answer.recording_id)
    if stored is None:
        raise NoTranscript(_("This answer has no transcript yet."))
    return Captions(session.candidate.name, media.webvtt(stored.transcript))
