"""The one place that says what time it is: UTC, aware, and settable in tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_offset: timedelta = timedelta()


def now() -> datetime:
    """The current time, aware, in UTC."""
    return datetime.now(UTC) + _offset


@contextmanager
def travelled(by: timedelta) -> Iterator[None]:
    """Tests only: inside the block `now()` is later by this much, in every task of the process."""
    global _offset  # noqa: PLW0603 - one clock a process is the point
    before = _offset
    _offset = before + by
    try:
        yield
    finally:
        _offset = before
