"""What language models were used for, by day and by whatever else a person asks, with names instead of ids."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor
from colloquy.contexts.inference import public as inference
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock

PERIODS: Final = (7, 30, 90)
"""Days that can be looked at, today included."""
By = Literal["model", "task", "interview", "session", "key", "outcome"]
GROUPS: Final[tuple[By, ...]] = ("model", "task", "interview", "session", "key", "outcome")
MOST_ROWS: Final = 200


@dataclass(frozen=True, slots=True)
class Day:
    """A day (UTC) and what it came to; zeros where nothing was asked."""

    day: date
    calls: int
    tokens: int
    cost_microdollars: int


@dataclass(frozen=True, slots=True)
class Group:
    """A line of the table. `name` is empty where it is gone or was nobody's; `link` opens what it is about."""

    key: str | None
    name: str
    link: str
    usage: inference.Usage


@dataclass(frozen=True, slots=True)
class UsagePage:
    """Everything the page shows. `groups` are the dearest first, at most `MOST_ROWS` of `group_count`."""

    days: tuple[Day, ...]
    groups: tuple[Group, ...]
    group_count: int
    spending: inference.Spending
    calls: int
    failed: int
    cached: int
    tokens: int
    cost_microdollars: int
    unknown_cost: int


async def usage_page(db: AsyncSession, actor: Actor, *, days: int, by: By) -> UsagePage:
    """What became of the calls of the last `days` days (UTC, today included). Forbidden."""
    today = clock.now().astimezone(UTC).date()
    first = today - timedelta(days=days - 1)
    since = datetime.combine(first, time(), UTC)
    until = datetime.combine(today, time(), UTC) + timedelta(days=1)
    by_day = {row.of["day"]: row for row in await inference.usage_by_day(db, actor, since=since, until=until)}
    rows = await inference.usage_table(db, actor, [by], since=since, until=until)
    rows = sorted(rows, key=lambda row: (-row.cost_microdollars, -row.calls))
    names = await _names(db, actor, by, [row.of[by] for row in rows[:MOST_ROWS]])
    return UsagePage(
        days=tuple(_day(first + timedelta(days=number), by_day) for number in range(days)),
        groups=tuple(Group(row.of[by], *names.get(row.of[by] or "", ("", "")), row) for row in rows[:MOST_ROWS]),
        group_count=len(rows),
        spending=await inference.spending(db, actor),
        calls=sum(row.calls for row in rows),
        failed=sum(row.failed for row in rows),
        cached=sum(row.cached for row in rows),
        tokens=sum(row.input_tokens + row.output_tokens for row in rows),
        cost_microdollars=sum(row.cost_microdollars for row in rows),
        unknown_cost=sum(row.unknown_cost for row in rows),
    )


_NAMED: Final = frozenset({"interview", "session", "key"})


def _day(day: date, by_day: dict[str | None, inference.Usage]) -> Day:
    row = by_day.get(day.isoformat())
    if row is None:
        return Day(day, 0, 0, 0)
    return Day(day, row.calls, row.input_tokens + row.output_tokens, row.cost_microdollars)


async def _names(db: AsyncSession, actor: Actor, by: By, ids: list[str | None]) -> dict[str, tuple[str, str]]:
    """Name and address by id, of what is still there."""
    known = [UUID(one) for one in ids if one is not None] if by in _NAMED else []
    if by == "interview":
        titles = await interviews.interview_titles(db, actor.scope, known)
        return {str(one): (title, f"/interviews/{one}") for one, title in titles.items()}
    if by == "session":
        found = {}
        for one in known:
            session = await sessions.session(db, actor.scope, one)
            if session is not None:
                found[str(one)] = (session.candidate.name, f"/sessions/{one}")
        return found
    if by == "key":
        return {str(key.id): (key.label, "/settings/models") for key in await inference.keys(db, actor)}
    return {}
