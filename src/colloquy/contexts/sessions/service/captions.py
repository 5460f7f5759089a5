"""Captions while a candidate speaks: who may have them, and how many at once.

Nothing of it is stored or logged, and nothing is judged: what is heard goes back to the one who said it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.sessions import queries
from colloquy.contexts.sessions.errors import AnswerNotFound, CaptionsFull, NotYourSession, QuestionClosed
from colloquy.contexts.sessions.policy import rules
from colloquy.contexts.sessions.service.keys import Key
from colloquy.contexts.sessions.service.place import require_open, require_time
from colloquy.contexts.sessions.service.start import own
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.i18n import gettext as _
from colloquy.providers.speech.port import LiveSpeech, SpeechToText


@dataclass(frozen=True, slots=True)
class Speaking:
    """A candidate who is recording a take, in `language`, for at most so many more `seconds`."""

    session_id: UUID
    language: str
    seconds: float


async def speaking(db: AsyncSession, key: Key, take_id: UUID) -> Speaking:
    """The candidate's own take that is being recorded just now.

    NotYourSession, ConsentMissing, SessionOver, SessionEnded, TimeOver; AnswerNotFound for anybody else's take;
    QuestionClosed when it has ended, or was never recorded here.
    """
    row = await own(db, key)
    if row is None:
        raise NotYourSession(_("This browser has no interview open. Open the link that you were sent."))
    require_open(row)
    require_time(row)
    scope = Scope(row.org_id)
    take = await queries.take(db, scope, take_id)
    answer = None if take is None else await queries.answer(db, scope, take.answer_id)
    if take is None or answer is None or answer.session_id != row.id:
        raise AnswerNotFound(_("There is no such take in this interview."))
    ended = answer.submitted_at is not None or take.stopped_at is not None
    left = 0.0 if take.must_stop_at is None else (take.must_stop_at - clock.now()).total_seconds()
    if ended or left <= 0:
        raise QuestionClosed(_("This take is not being recorded any more."))
    return Speaking(row.id, row.language, left + rules.GRACE_SECONDS)


class LiveCaptions:
    """What this process can do about captions: the recogniser that listens, and a number of seats."""

    def __init__(self, recogniser: SpeechToText, live: LiveSpeech, seats: int) -> None:
        self._recogniser, self.live, self._seats = recogniser, live, seats
        self._taken: dict[UUID, asyncio.Event] = {}

    def offered(self, language: str) -> bool:
        """Whether candidates of an interview in this language are offered captions at all.

        Only where the installation's own recogniser can listen: its captions are what the transcript will be like.
        """
        return self._seats > 0 and self._recogniser.capabilities.live and language in self.live.languages

    @contextmanager
    def seat(self, session_id: UUID) -> Iterator[asyncio.Event]:
        """One of the seats; the event says that it was given up. CaptionsFull.

        A candidate has one: who comes again, from a connection that broke without a word, gets the same.
        """
        before = self._taken.get(session_id)
        if before is not None:
            before.set()
        elif len(self._taken) >= self._seats:
            raise CaptionsFull(_("Captions are not available just now."))
        given_up = self._taken[session_id] = asyncio.Event()
        try:
            yield given_up
        finally:
            if self._taken.get(session_id) is given_up:
                del self._taken[session_id]
