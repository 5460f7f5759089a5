"""The log for people: a page of it, with names for those who still have one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.audit import queries
from colloquy.contexts.audit.policy.log import Check, Filter
from colloquy.contexts.audit.policy.shown import Shown
from colloquy.contexts.audit.policy.subjects import Key, Subject, SubjectBook
from colloquy.contexts.identity import public as identity
from colloquy.contexts.identity.public import Actor, Permission
from colloquy.kit.audit import ActorKind, Entry
from colloquy.kit.db import Scope

PAGE = 50
_PEOPLE = frozenset({"person", "service_account"})


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, newest first. `older` is where the next page begins; None on the last. `total` is the whole log's."""

    shown: list[Shown]
    older: int | None
    total: int
    check: Check | None
    people: dict[UUID, str]


async def page(db: AsyncSession, actor: Actor, book: SubjectBook, wanted: Filter, *, before: int | None) -> Page:
    """A page of the log. Raises Forbidden."""
    found, older = await listed(db, actor, wanted, before=before, limit=PAGE)
    standing = await queries.standing(db, actor.scope)
    check = await queries.latest_check(db, actor.scope)
    members = {member.person_id: member.name for member in await identity.team(db, actor.scope)}
    return Page(await named(db, actor.scope, book, found), older, standing.number, check, members)


async def listed(
    db: AsyncSession, actor: Actor, wanted: Filter, *, before: int | None, limit: int
) -> tuple[list[Entry], int | None]:
    """At most `limit` entries, newest first, and where the next ones begin. Raises Forbidden."""
    actor.require(Permission.AUDIT_VIEW)
    found = await queries.entries(db, actor.scope, wanted, before=before, limit=limit + 1, newest_first=True)
    return found[:limit], found[limit - 1].number if len(found) > limit else None


async def check_now(db: AsyncSession, actor: Actor) -> Check | None:
    """The newest check. Raises Forbidden."""
    actor.require(Permission.AUDIT_VIEW)
    return await queries.latest_check(db, actor.scope)


async def named(db: AsyncSession, scope: Scope, book: SubjectBook, entries: Iterable[Entry]) -> list[Shown]:
    """The entries with names. What was erased has none any more."""
    entries = list(entries)
    people = {
        one for entry in entries for one in (entry.actor_id, entry.subject_id) if one and _about_a_person(entry, one)
    }
    names = await identity.person_names(db, scope, people)
    keys: set[Key] = {(entry.subject_kind, entry.subject_id) for entry in entries if entry.subject_id is not None}
    keys |= {
        ("session", entry.actor_id) for entry in entries if entry.actor_kind == ActorKind.CANDIDATE and entry.actor_id
    }
    subjects = await book.find(db, scope, keys)
    subjects |= {("person", one): Subject(name, "/team") for one, name in names.items()}
    return [Shown(entry, _actor_name(entry, names, subjects), _subject(entry, subjects)) for entry in entries]


def _about_a_person(entry: Entry, one: UUID) -> bool:
    return (one == entry.actor_id and entry.actor_kind in _PEOPLE) or (
        one == entry.subject_id and entry.subject_kind == "person"
    )


def _actor_name(entry: Entry, names: dict[UUID, str], subjects: dict[Key, Subject]) -> str | None:
    if entry.actor_id is None:
        return None
    if entry.actor_kind == ActorKind.CANDIDATE:
        found = subjects.get(("session", entry.actor_id))
        return None if found is None else found.name
    return names.get(entry.actor_id)


def _subject(entry: Entry, subjects: dict[Key, Subject]) -> Subject | None:
    return None if entry.subject_id is None else subjects.get((entry.subject_kind, entry.subject_id))
