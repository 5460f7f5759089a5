"""`/erasure/…`: the link in the letter by which a candidate confirms that everything is erased. And certificates."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from colloquy.contexts.identity import public as identity
from colloquy.contexts.reporting.pages.forms import SentText
from colloquy.contexts.retention import public as retention
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.crypto import Secret
from colloquy.kit.http.state import DbSession, instance
from colloquy.kit.i18n import prefer
from colloquy.web import pages

router = APIRouter()


@router.get("/erasure/{link}")
async def confirm(link: str, request: Request, db: DbSession) -> Response:
    """What confirming does; nothing is done by opening the link, which programs do that look for viruses."""
    scope, asked = await retention.by_link(db, link)
    prefer(asked.language)
    organisation = await identity.organisation(db, scope)
    return pages.render(
        request,
        "reporting/erasure.html",
        link=link,
        asked=asked,
        company=organisation.name,
        contact=organisation.contact_email,
        accent_css=identity.accent_css(organisation),
    )


@router.post("/erasure/{link}")
async def confirmed(link: str, request: Request, db: DbSession) -> Response:
    """Confirms it. The browser's key to the interview, if it has one, goes with it."""
    asked = await sessions.confirm_erasure(db, link)
    response = RedirectResponse(f"/erasure/{link}", 303)
    if asked.state is not retention.RequestState.HELD:
        sessions.let_go(request, response, asked.session_id)
    return response


@router.get("/certificates/verify")
async def verify(request: Request) -> Response:
    """Asks for a certificate."""
    return pages.render(request, "reporting/certificate_verify.html", given="", content=None, tried=False)


@router.post("/certificates/verify")
async def verified(request: Request, sent: SentText, secret: Annotated[Secret, instance(Secret)]) -> Response:
    """Says whether this installation signed exactly that, and what it says."""
    given = sent.get("certificate", "")
    content = retention.certificate_verified(secret, given)
    return pages.render(request, "reporting/certificate_verify.html", given=given[:20_000], content=content, tried=True)
