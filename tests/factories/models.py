"""Models that say what a test wants, behind the call that the product makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from colloquy.contexts.inference import public as inference
from colloquy.roles.runtime import Runtime

Answerer = Callable[[Any], dict[str, Any]]


@dataclass
class ScriptedModels:
    """Answers from `says`: model name to a function of the request; one that returns None has no answer.

    Nothing is configured while `says` is empty. `asked` has every request with the model that was to answer it.
    """

    says: dict[str, Answerer] = field(default_factory=dict)
    asked: list[tuple[str, Any]] = field(default_factory=list)
    code: str = "all_failed"

    async def models(self, scope, task):  # noqa: ARG002 - the product's own call
        return tuple(self.says)

    async def require(self, scope, task, about):
        """Whoever asks these models has consent; `test_no_consent_no_call.py` asks the ledger."""

    async def ask(self, scope, task, request, about, *, avoid=(), sample=0):  # noqa: ARG002 - the same
        if not self.says:
            raise inference.NoAnswer("not_configured", "No model.")
        names = sorted(self.says, key=lambda name: name in avoid)
        for name in names:
            self.asked.append((name, request))
            given = self.says[name](request)
            if given is not None:
                return inference.Answered(request.output.model_validate(given), name, False, 1200)
        raise inference.NoAnswer(self.code, "They all failed.")


@contextmanager
def models_saying(runtime: Runtime, models: ScriptedModels) -> Iterator[ScriptedModels]:
    """Inside the block the product asks these models."""
    before = runtime.provided.get(inference.Inference)
    runtime.provided.put(inference.Inference, models)
    try:
        yield models
    finally:
        runtime.provided.put(inference.Inference, before)
