"""Showing an interview to the whole team, or to some of it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity import public as identity
from colloquy.contexts.identity.public import Actor, Level, Permission
from colloquy.contexts.interviews.errors import InterviewNotFound, InvalidInput
from colloquy.contexts.interviews.policy.sharing import Sharing, Visibility
from colloquy.contexts.interviews.queries import content
from colloquy.contexts.interviews.queries import sharing as queries
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.i18n import gettext as _


async def sharing(db: AsyncSession, scope: Scope, interview_id: UUID) -> Sharing:
    """Who may see the interview. Raises InterviewNotFound."""
    found = await queries.sharing(db, scope, interview_id)
    if found is None:
        raise InterviewNotFound(_("There is no such interview."))
    return found


async def colleagues(
    db: AsyncSession, scope: Scope, interview_id: UUID, permission: Permission
) -> list[identity.Member]:
    """Those of the team who may do that with the interview, by name. Raises InterviewNotFound."""
    found = await sharing(db, scope, interview_id)
    return [member for member in await identity.team(db, scope) if found.allows(member, permission)]


async def share(
    db: AsyncSession, actor: Actor, interview_id: UUID, visibility: Visibility, people: Mapping[UUID, Level]
) -> Sharing:
    """Shows the interview to the whole team, or to its maker, exactly these people, and those who see everything.

    Whoever shares keeps their own sight of it. Raises Forbidden, InterviewNotFound, and InvalidInput for somebody
    who is not in the team.
    """
    actor.require(Permission.INTERVIEWS_EDIT)
    # Two who share at once wait for each other.
    if await content.lock_interview(db, actor.scope, interview_id) is None:
        raise InterviewNotFound(_("There is no such interview."))
    before = await sharing(db, actor.scope, interview_id)
    wanted = {person_id: level for person_id, level in people.items() if person_id != before.made_by}
    if set(wanted) - set(before.people) - await identity.insiders(db, actor.scope):
        wrong = _("Only colleagues of your team can be chosen. Reload the page.")
        raise InvalidInput(wrong, fields={"people": wrong})
    if not actor.may(Permission.INTERVIEWS_ALL) and actor.person_id != before.made_by:
        wanted[actor.person_id] = Level.EDIT
    # In this order: who shares must be able to see the row as it will be.
    await queries.put_shares(db, actor.scope, interview_id, wanted, actor.person_id, clock.now())
    await queries.set_visibility(db, actor.scope, interview_id, visibility)
    if visibility is Visibility.SHARED:
        await identity.share_interviews(db, actor.scope)
    return await sharing(db, actor.scope, interview_id)
