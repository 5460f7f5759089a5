"""Asking a model: which one, with which key, how often, at what cost. No transaction may be open meanwhile."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar

from pydantic import BaseModel

from colloquy.contexts.inference.policy.asking import About, Answered, NoAnswer, Task
from colloquy.kit.db import Database, Scope
from colloquy.providers.llm.structured import StructuredRequest

Output = TypeVar("Output", bound=BaseModel)


class Inference:
    """The organisation's models behind one call. Opens its own short transactions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def models(self, scope: Scope, task: Task) -> tuple[str, ...]:
        """The "vendor:model" names that `ask` would try now, best first; empty when there is none."""
        del scope, task
        return ()

    async def ask(
        self,
        scope: Scope,
        task: Task,
        request: StructuredRequest[Output],
        about: About,
        *,
        avoid: Collection[str] = (),
        sample: int = 0,
    ) -> Answered[Output]:
        """The first model's answer, or the next one's when that fails.

        `avoid` names models to be asked only when there is no other. `sample` tells one of several askings of the
        same request from the next: an answer that is kept answers only its own.

        Raises `NoAnswer`, and nothing else that a model can cause.
        """
        del scope, task, request, about, avoid, sample
        raise NoAnswer("not_configured", "No model is configured for this.")
