"""What a context says of a job: its name, its function, and what happens when it is given up."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, get_type_hints
from uuid import UUID

from colloquy.kit.provided import Provided

JobFunction = Callable[..., Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Job:
    """A kind of work.

    `run` takes what it needs from the composition root as positional parameters, found by their
    annotation, and its payload as keyword-only parameters: `run(database: Database, *, org_id: UUID, ...)`.
    `gave_up` runs once when the last try failed, takes positional parameters in the same manner, and the
    payload plus `reason: str`; it is where the thing worked on gets its visible failed state.
    """

    name: str
    run: JobFunction
    queue: str = ""
    gave_up: JobFunction | None = None

    @property
    def queue_name(self) -> str:
        """The queue given, or the part of the name before the dot."""
        return self.queue or default_queue(self.name)


def default_queue(name: str) -> str:
    """`media.process` works on the queue `media` unless something else is said."""
    return name.partition(".")[0]


async def call(function: JobFunction, provided: Provided, payload: dict[str, Any]) -> None:
    """Calls `function` with instances for its positional parameters and `payload` for the others.

    Payload values arrive as JSON; parameters annotated `UUID` get UUIDs.
    """
    hints = get_type_hints(function)
    positional: list[Any] = []
    keywords: dict[str, Any] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is parameter.KEYWORD_ONLY:
            if name in payload:
                value = payload[name]
                keywords[name] = UUID(value) if hints.get(name) is UUID else value
        else:
            positional.append(provided.get(hints[name]))
    await function(*positional, **keywords)
