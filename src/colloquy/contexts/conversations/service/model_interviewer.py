"""The interviewer whose words a language model finds. What it does is decided before, what it says is guarded after."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from typing import Final

from colloquy.contexts.conversations.policy import wording_prompt
from colloquy.contexts.conversations.policy.interviewer import Act, Move, Plan, Said
from colloquy.kit.errors import Transient
from colloquy.providers.llm.port import ChatModel, ChatRequest, ModelRefused, ModelUnavailable

FIRST_SECONDS: Final = 6.0
TOTAL_SECONDS: Final = 20.0
"""Until the first word and until the last, a second try included. Then the fixed wording is said."""
_MAX_TOKENS: Final = 300
"""Russian takes up to three tokens a word; the guard's limit of words is the one that binds."""
_TEMPERATURE: Final = 0.3
_LEAST_SECONDS: Final = 2.0
"""A second try with less time than this is not worth the wait."""
_FAILURES, _REST_SECONDS = 3, 30.0
"""After so many failures in a row the model is left alone for so long: a candidate should not wait for each."""


class ModelInterviewer:
    """Words moves by a model, where they may be worded freely; the others have their fixed words.

    Recruiters' questions are said as they are written, after a sentence that leads over: every candidate is asked the
    same. Callers check the candidate's consent and put a `Guard` behind this.
    """

    def __init__(self, model: ChatModel, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._model = model
        self._clock = clock
        self._failures = 0
        self._rests_until = -float("inf")

    @property
    def name(self) -> str:
        """The model's."""
        return self._model.name

    async def speak(self, plan: Plan, said: Sequence[Said], move: Move) -> AsyncIterator[str]:
        """See `Interviewer`. Every failure of the model, of whatever kind, is a Transient within `TOTAL_SECONDS`."""
        if not wording_prompt.worded_by_model(move) or (move.act is Act.ASK and _opens(said)):
            yield move.text or ""
            return
        request = ChatRequest(
            wording_prompt.instructions(plan, move),
            wording_prompt.prompt(plan, said, move),
            max_tokens=_MAX_TOKENS,
            temperature=_TEMPERATURE,
            first_seconds=FIRST_SECONDS,
            total_seconds=TOTAL_SECONDS,
        )
        async for piece in self._asked_twice(request):
            yield piece
        if move.act is Act.ASK:
            yield " " + next(topic.text for topic in plan.topics if topic.id == move.topic_id)

    async def _asked_twice(self, request: ChatRequest) -> AsyncIterator[str]:
        """The model's pieces; a second try when the first ended before it said anything and may go better."""
        if self._clock() < self._rests_until:
            raise ModelUnavailable("The model failed several times and is left alone for a while.")
        ends = self._clock() + request.total_seconds
        spoken = False
        for last in (False, True):
            try:
                async for piece in self._model.stream(request):
                    spoken = True
                    yield piece
            except ModelRefused as refused:
                self._note_failure()
                raise Transient(f"{refused.code}: {refused.message}") from refused
            except Transient:
                left = ends - self._clock()
                if spoken or last or left < _LEAST_SECONDS:
                    self._note_failure()
                    raise
                request = replace(request, first_seconds=min(request.first_seconds, left), total_seconds=left)
            else:
                self._failures = 0
                return

    def _note_failure(self) -> None:
        self._failures += 1
        if self._failures >= _FAILURES:
            self._failures, self._rests_until = 0, self._clock() + _REST_SECONDS


def _opens(said: Sequence[Said]) -> bool:
    """Whether nothing has been asked yet: there is nothing to lead over from."""
    return not any(message.act is Act.ASK for message in said)
