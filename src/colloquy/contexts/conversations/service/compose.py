"""Composing turns: tasks of this process that go on when nobody reads along, and end before the process does.

No transaction is open while an interviewer finds its words.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from uuid import UUID

from colloquy.contexts.conversations.policy import limits
from colloquy.contexts.conversations.policy.guard import Guard, Unfit
from colloquy.contexts.conversations.policy.interviewer import Act, Interviewer
from colloquy.contexts.conversations.service import end, turns
from colloquy.contexts.conversations.service.composition import Composition
from colloquy.contexts.conversations.service.leases import Leases
from colloquy.contexts.conversations.service.model_interviewer import ModelInterviewer
from colloquy.contexts.conversations.service.turns import Finished, Held
from colloquy.contexts.inference import public as inference
from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import log
from colloquy.kit.db import Database
from colloquy.kit.errors import Transient
from colloquy.kit.ids import new_id

_log = log.get_logger(__name__)
_WHOLE = frozenset({Act.GREETING, Act.CLOSING})
"""Turns that are not cut short: who one talks to, and the farewell. Stopping them shows them whole at once."""

STORED_AT_ONCE = 4
"""Of the pool's connections, how many may be busy storing turns: requests need the others."""


@dataclass(frozen=True, slots=True)
class Interviewers:
    """Who words the turns: a model where one is configured and the candidate agreed, the rules otherwise.

    `models` are the organisations' own, with their keys and budgets; `model` is for organisations without any, where
    `models` does not know the installation's.
    """

    rules: Interviewer
    model: Interviewer | None = None
    models: inference.Inference | None = None


class Compositions:
    """The turns that this process composes. One a process; `running` ends them in good order."""

    def __init__(self, database: Database, interviewers: Interviewers) -> None:
        self.owner = new_id()
        self._database = database
        self._interviewers = interviewers
        self._growing: dict[UUID, Composition] = {}
        self._speaking: dict[UUID, asyncio.Task[str]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopped: set[UUID] = set()
        self._closing = False
        self._leases = Leases(database, lambda: self.owner)
        self._storing = asyncio.Semaphore(STORED_AT_ONCE)

    @asynccontextmanager
    async def running(self, *, grace_seconds: float = 15.0) -> AsyncIterator[None]:
        """At the end of the block turns under way get so long to finish; the rest is given back."""
        self._closing = False
        try:
            yield
        finally:
            await self.drain(grace_seconds)

    async def drain(self, grace_seconds: float) -> None:
        """Waits for the turns under way, and gives back those that take longer."""
        with suppress(TimeoutError):
            async with asyncio.timeout(grace_seconds):
                while self._tasks:  # a turn may have another one follow it
                    await asyncio.wait(self._tasks)
        self._closing = True
        for speaking in list(self._speaking.values()):
            speaking.cancel()
        while self._tasks:
            await asyncio.wait(self._tasks)

    def begin(self, held: Held) -> Composition:
        """Composes the turn in a task of its own. Call it once the transaction that made the turn has committed."""
        composition = Composition(held.message_id, held.seq, held.revision)
        self._growing[held.message_id] = composition
        task = asyncio.create_task(self._compose(held, composition))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return composition

    def get(self, message_id: UUID) -> Composition | None:
        """The turn if this process composes it."""
        return self._growing.get(message_id)

    async def stop(self, message_id: UUID) -> bool:
        """Ends a turn of this process where it is and stores what was said. False when it is not composed here."""
        composition = self._growing.get(message_id)
        if composition is None:
            return False
        self._stopped.add(message_id)
        if speaking := self._speaking.get(message_id):
            speaking.cancel()
        while not composition.over:
            await composition.change(limits.HEARTBEAT_SECONDS)
        return True

    def discard(self, message_id: UUID) -> None:
        """Nobody wants these words any more."""
        if speaking := self._speaking.get(message_id):
            speaking.cancel()

    async def _compose(self, held: Held, composition: Composition) -> None:
        finished = None
        try:
            finished = await self._turn(held, composition)
            if finished is not None and not finished.standing.open:
                finished = await self._handed_in(held, finished)
            if finished is not None and finished.following is not None:
                # Before this turn is over, so that who reads along finds the next one.
                self.begin(finished.following)
        except Exception as error:  # noqa: BLE001 - the edge of the task: the lease runs out, whoever asks goes on
            _log.warning("A turn could not be stored", conversation_id=str(held.conversation_id), exc_info=error)
        finally:
            await self._leases.drop(held.message_id)
            self._growing.pop(held.message_id, None)
            self._stopped.discard(held.message_id)
            composition.end(finished)

    async def _handed_in(self, held: Held, finished: Finished) -> Finished:
        async with self._database.begin(held.scope) as db:
            standing = await end.hand_in(db, held.scope, held.conversation_id)
        return finished if standing is None else Finished(finished.message, standing, None)

    async def _turn(self, held: Held, composition: Composition) -> Finished | None:
        speaking = asyncio.create_task(self._speak(held, composition))
        self._speaking[held.message_id] = speaking
        self._leases.keep(held, composition, speaking.cancel)
        if self._closing or held.message_id in self._stopped:  # ended before it had begun
            speaking.cancel()
        await asyncio.wait([speaking])
        del self._speaking[held.message_id]
        stopped = False
        if speaking.cancelled():
            if held.message_id not in self._stopped:
                await self._give_back(held)
                return None
            stopped = held.move.act not in _WHOLE
            name = self._interviewers.rules.name
            if not stopped:
                composition.replace(await self._fixed(held))
        else:
            name = speaking.result()
        return await self._store(held, composition, name, stopped=stopped)

    async def _store(self, held: Held, composition: Composition, name: str, *, stopped: bool) -> Finished | None:
        # Hundreds of turns that end together wait here, where waiting has no end, and not for a connection.
        async with self._storing, self._database.begin(held.scope) as db:
            return await turns.finish(
                db,
                held,
                self.owner,
                text=composition.text,
                revision=composition.revision,
                interviewer=name,
                stopped=stopped,
            )

    async def _give_back(self, held: Held) -> None:
        if self._closing:
            async with self._database.begin(held.scope) as db:
                await turns.let_go(db, held, self.owner)

    async def _speak(self, held: Held, composition: Composition) -> str:
        """Finds the words; the name of who found them. What a model cannot say fitly is said in fixed words."""
        model = await self._model(held)
        if model is not None:
            try:
                await self._listen_to(model, held, composition)
            except (Unfit, Transient, TimeoutError) as why:
                _log.warning("Fixed words instead of a model's", interviewer=model.name, reason=str(why))
            except Exception as error:  # noqa: BLE001 - a candidate must not wait for a vendor's bug to be mended
                _log.error("A model failed", interviewer=model.name, exc_info=error)
            else:
                return model.name
            composition.replace(await self._fixed(held))
        else:
            async for piece in self._interviewers.rules.speak(held.plan, held.said, held.move):
                composition.add(piece)
        return self._interviewers.rules.name

    async def _model(self, held: Held) -> Interviewer | None:
        """The model, if there is one and the candidate's choice allows it at this moment."""
        if self._interviewers.model is None and self._interviewers.models is None:
            return None
        async with self._database.begin(held.scope) as db:
            if not await privacy.ai_evaluation_allowed(db, held.scope, held.session_id):
                return None
            interview_id = await sessions.interview_of(db, held.scope, held.session_id)
        if self._interviewers.models is not None:
            try:
                chat = await self._interviewers.models.chat(held.scope, inference.About(interview_id, held.session_id))
            except inference.NoAnswer as none:
                _log.info("The rules word a conversation", code=none.code)
                return None
            if chat is not None:
                return ModelInterviewer(chat)
        return self._interviewers.model

    async def _listen_to(self, model: Interviewer, held: Held, composition: Composition) -> None:
        guard = Guard(held.plan, held.said, held.move)
        pieces = model.speak(held.plan, held.said, held.move)
        now = asyncio.get_running_loop().time
        ends = now() + limits.TURN_SECONDS
        # One timer that is moved on, since a timeout around every piece costs more than the piece.
        async with asyncio.timeout(limits.FIRST_PIECE_SECONDS) as patience:
            async for piece in pieces:
                patience.reschedule(min(ends, now() + limits.NEXT_PIECE_SECONDS))
                if fit := guard.feed(piece):
                    composition.add(fit)
        composition.add(guard.close())
        if not composition.text:
            raise Unfit("nothing_said")

    async def _fixed(self, held: Held) -> str:
        if held.move.text is not None:
            return held.move.text
        return "".join([piece async for piece in self._interviewers.rules.speak(held.plan, held.said, held.move)])
