"""What people change about themselves."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.models import Organisation, Session
from colloquy.contexts.identity.policy.sign_ins import Unused
from colloquy.contexts.identity.queries import people, sign_ins, teams
from colloquy.kit import clock


async def change_profile(db: AsyncSession, person_id: UUID, *, name: str, language: str) -> None:
    """A new name, and the language that Colloquy speaks to this person."""
    await people.update_person(db, person_id, name=name, language=language)


async def change_password(db: AsyncSession, person_id: UUID, password_hash: str, *, keep: UUID | None) -> None:
    """A new password. Every other sign-in of the person ends: whoever knew the old one is out."""
    await people.update_password(db, person_id, password_hash)
    await sign_ins.revoke_all(db, person_id, clock.now(), keep=keep)


async def has_password(db: AsyncSession, person_id: UUID) -> bool:
    """Whether the person can sign in here by themselves; members added by single sign-on cannot."""
    person = await people.person(db, person_id)
    return person is not None and person.password_hash is not None


async def sessions(db: AsyncSession, person_id: UUID, unused: Unused) -> list[Session]:
    """Where the person is signed in."""
    now = clock.now()
    return await sign_ins.sessions(db, person_id, now, now - unused.limit)


async def organisations(db: AsyncSession, person_id: UUID) -> list[Organisation]:
    """Every organisation the person belongs to."""
    return await teams.organisations_of(db, person_id)
