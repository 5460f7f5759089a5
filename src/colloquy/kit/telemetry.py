"""Spans: what was called outside, for how long, how it went. Sent nowhere unless an installation says where.

Attributes are named by OpenTelemetry's conventions. They hold no personal text; what people said is set only where
`content` says that the installation wants it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

Value = str | int | float | bool


class Span(Protocol):
    """One call under way."""

    def set(self, attributes: Mapping[str, Value | None]) -> None:
        """Adds attributes; those that are None are left out."""
        ...

    def fail(self, kind: str) -> None:
        """It went wrong. `kind` is a word of ours: the text of an error may quote a person."""
        ...


class Telemetry(Protocol):
    """Where spans go. `content`: whether they may hold what people and models said."""

    @property
    def content(self) -> bool: ...

    def begin(self, name: str, attributes: Mapping[str, Value | None]) -> tuple[Span, Ending]:
        """A span that begins now, and what ends it."""
        ...

    def close(self) -> None:
        """Sends what waits and stops. Takes as long as the other side, at most some seconds: call it in a thread."""
        ...


class Ending(Protocol):
    """Ends a span, once."""

    def __call__(self) -> None: ...


class _Unseen:
    def set(self, attributes: Mapping[str, Value | None]) -> None:
        """Nobody looks."""

    def fail(self, kind: str) -> None:
        """Nobody looks."""


class NoTelemetry:
    """Nothing is recorded."""

    content = False

    def begin(self, name: str, attributes: Mapping[str, Value | None]) -> tuple[Span, Ending]:
        """See `Telemetry`."""
        del name, attributes
        return _Unseen(), _nothing

    def close(self) -> None:
        """Nothing waits."""


def _nothing() -> None:
    pass


@contextmanager
def span(telemetry: Telemetry, name: str, attributes: Mapping[str, Value | None]) -> Iterator[Span]:
    """A span over the block. What the block raises is told by its class alone, and raised on."""
    made, end = telemetry.begin(name, attributes)
    try:
        yield made
    except (GeneratorExit, asyncio.CancelledError):
        made.fail("cancelled")
        raise
    except Exception as error:
        made.fail(str(getattr(error, "code", None) or type(error).__name__))
        raise
    finally:
        end()
