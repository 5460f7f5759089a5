"""Between the password and the second factor: what the browser carries meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.errors import StepGone
from colloquy.contexts.identity.models import Person
from colloquy.contexts.identity.queries import people
from colloquy.contexts.identity.service import state
from colloquy.contexts.identity.service.state import State
from colloquy.kit.crypto import Secret
from colloquy.kit.i18n import gettext as _

_PURPOSE = "second-step"


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody who has given the right password, and where they were going."""

    person: Person
    next: str
    state: State


def begin(secret: Secret, person: Person, next_address: str) -> str:
    """What the browser keeps until the second factor is given, for `state.LIFE`."""
    values = {"person": person.id.hex, "password": _fingerprint(person), "next": next_address}
    return state.seal(secret, _PURPOSE, values)


async def resume(db: AsyncSession, secret: Secret, sealed: str | None) -> Step:
    """Who is on the way. Raises StepGone, also when the password was changed since."""
    found = state.opened(secret, _PURPOSE, sealed)
    person = await people.person(db, UUID(found.values["person"])) if found else None
    if found is None or person is None or found.values["password"] != _fingerprint(person):
        raise StepGone(_("This took too long, or was begun elsewhere. Sign in again."))
    return Step(person, found.values["next"], found)


async def finish(db: AsyncSession, step: Step) -> None:
    """Uses the step up. Raises StepGone when somebody has gone through it already."""
    if not await state.spend(db, step.state):
        raise StepGone(_("This took too long, or was begun elsewhere. Sign in again."))


def _fingerprint(person: Person) -> str:
    return sha256((person.password_hash or "").encode()).hexdigest()[:16]
