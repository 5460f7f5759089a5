"""Who sees an interview."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity import public as identity
from colloquy.contexts.identity.public import Actor, Level, Permission
from colloquy.contexts.interviews.errors import InvalidInput
from colloquy.contexts.interviews.pages import framing
from colloquy.contexts.interviews.pages.given import SentForm, Viewer, an_id, whole
from colloquy.contexts.interviews.policy.sharing import Sharing, Visibility
from colloquy.contexts.interviews.service import sharing
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.web import pages

router = APIRouter(prefix="/interviews/{interview_id}/sharing")
_FIELD = "level-"


@router.get("")
async def read_sharing(request: Request, interview_id: UUID, actor: Viewer, db: DbSession) -> Response:
    """Who sees it, and the form that changes that."""
    return await _page(request, db, actor, interview_id)


@router.post("")
async def share(request: Request, interview_id: UUID, actor: Viewer, db: DbSession, sent: SentForm) -> Response:
    """Saves it."""
    chosen = {an_id(name.removeprefix(_FIELD)): sent.text(name) for name in sent.values if name.startswith(_FIELD)}
    people = {one: Level(level) for one, level in chosen.items() if one is not None and level in set(Level)}
    shared = sent.text("visibility") == Visibility.SHARED
    visibility = Visibility.SHARED if shared else Visibility.TEAM
    try:
        await sharing.share(db, actor, interview_id, visibility, people)
    except InvalidInput as error:
        return await _page(request, db, actor, interview_id, errors=error.fields, status=422)
    said = _("Those you chose see this interview now.") if shared else _("The whole team sees this interview now.")
    return pages.see_other(request, f"/interviews/{interview_id}/sharing", said)


async def _page(
    request: Request,
    db: AsyncSession,
    actor: Actor,
    interview_id: UUID,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    interview = await whole(db, actor, interview_id)
    found = await sharing.sharing(db, actor.scope, interview_id)
    team = await identity.team(db, actor.scope)
    return framing.render(
        request,
        "interviews/sharing.html",
        interview,
        actor,
        tab="sharing",
        status=status,
        errors=errors or {},
        visibility=found.visibility.value,
        members=[
            {
                "id": member.person_id,
                "name": member.name,
                "role_name": identity.role_name(member.role),
                "always": _always(found, member),
                "level": found.people[member.person_id].value if member.person_id in found.people else "",
            }
            for member in team
        ],
    )


def _always(found: Sharing, member: identity.Member) -> str:
    """Why somebody sees the interview whatever is chosen; empty when they do not."""
    if member.person_id == found.made_by:
        return _("made it")
    return _("sees every interview") if member.may(Permission.INTERVIEWS_ALL) else ""
