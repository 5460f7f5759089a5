"""`/{token}/my-data`: what is stored about a candidate, for the candidate: to see, to take along, to erase."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity import public as identity
from colloquy.contexts.impact import public as impact
from colloquy.contexts.reporting.pages.forms import SentText
from colloquy.contexts.reporting.policy.letters import LetterBook
from colloquy.contexts.reporting.service import own_actions, own_view, takeout
from colloquy.contexts.reporting.service.own_data import OwnData, own_data
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database, Scope
from colloquy.kit.http.audited import reads
from colloquy.kit.http.state import DbSession, instance
from colloquy.kit.i18n import gettext as _
from colloquy.providers.storage.port import ObjectStore
from colloquy.web import pages

router = APIRouter(prefix="/{token}/my-data")

Book = Annotated[LetterBook, instance(LetterBook)]


@router.get("", dependencies=[reads("own_data")])
async def my_data(
    token: str,
    request: Request,
    database: Annotated[Database, instance(Database)],
    store: Annotated[ObjectStore, instance(ObjectStore)],
    letters: Book,
) -> Response:
    """All of it on one page. A browser without a key is led to where it gets one."""
    held = sessions.held_for(request, token)
    if held is None:
        return RedirectResponse(f"/{token}/continue", 303)
    async with database.begin() as db:
        own = await own_data(db, letters, held.key)
        asked = await impact.is_asked(db, Scope(held.key.org_id), own.session.id)
    data = own_view.view(own)
    size = (await takeout.takeout(store, own)).size
    response = pages.render(
        request,
        "reporting/my_data.html",
        **_shared(own, token),
        data=data,
        files={recording.id: recording for recording in data.recordings},
        archive_bytes=size,
        offered=own.offered,
        asked=asked,
        evaluable=not own.session.human_only and any(one.purpose.value == "ai_evaluation" for one in own.ledger),
    )
    # The archive is asked for without a token: it is of the session that the browser speaks of now.
    sessions.keep(request, response, held)
    return response


@router.post("/people-only")
async def people_only(token: str, request: Request, db: DbSession) -> Response:
    """Takes the consent to an evaluation by a program back."""
    held = _held(request, token)
    await own_actions.people_only(db, held.key)
    return pages.see_other(request, f"/{token}/my-data", _("From now on people alone evaluate your answers."))


@router.post("/program")
async def program(token: str, request: Request, db: DbSession) -> Response:
    """Agrees to an evaluation by a program after all."""
    held = _held(request, token)
    try:
        await own_actions.allow_program(db, held.key, given_from=_address(request))
    except (sessions.SessionOver, sessions.TooLateToAgree) as refusal:
        return pages.see_other(request, f"/{token}/my-data", refusal.message, kind="bad")
    said = _("A program may evaluate what you answer from now on. What is with people already stays with them.")
    return pages.see_other(request, f"/{token}/my-data", said)


@router.post("/keep-longer")
async def keep_longer(token: str, request: Request, db: DbSession) -> Response:
    """Agrees to be kept for longer, where the organisation offers it."""
    key = _held(request, token).key
    try:
        await own_actions.keep_longer(db, key, agrees=True, given_from=_address(request))
    except sessions.SessionOver as refusal:
        return pages.see_other(request, f"/{token}/my-data", refusal.message, kind="bad")
    return pages.see_other(request, f"/{token}/my-data", _("Your interview may be kept for longer."))


@router.post("/keep-no-longer")
async def keep_no_longer(token: str, request: Request, db: DbSession) -> Response:
    """Takes that back."""
    await own_actions.keep_longer(db, _held(request, token).key, agrees=False, given_from=None)
    return pages.see_other(request, f"/{token}/my-data", _("Your interview is not kept for longer."))


@router.get("/notices/{notice_hash}")
async def notice(token: str, notice_hash: str, request: Request, db: DbSession, letters: Book) -> Response:
    """A text that this candidate decided on, exactly as they were shown it."""
    held = _held(request, token)
    text = await own_actions.read_notice(db, held.key, notice_hash)
    if text is None:
        raise sessions.NotYourSession(_("You have decided on no such text in this browser."))
    own = await own_data(db, letters, held.key)
    title, *paragraphs = text.split("\n\n")
    return pages.render(request, "reporting/my_notice.html", **_shared(own, token), title=title, paragraphs=paragraphs)


def _address(request: Request) -> str | None:
    return request.client.host if request.client else None


@router.get("/erase")
async def ask(token: str, request: Request, db: DbSession, letters: Book) -> Response:
    """Says what goes and what stays, and asks for the word; once it was given, how far it is."""
    return await _ask(token, request, db, letters)


async def _ask(token: str, request: Request, db: AsyncSession, letters: LetterBook, error: str = "") -> Response:
    own = await own_data(db, letters, _held(request, token).key)
    return pages.render(
        request,
        "reporting/my_data_erase.html",
        status=422 if error else 200,
        **_shared(own, token),
        confirmation=_("erase"),
        error=error,
        erasure=own.erasure,
        held=own.kept.held,
        withdraws=not own.session.state.over,
        email=own.session.candidate.email,
    )


@router.post("/erase")
async def erase(
    token: str,
    request: Request,
    db: DbSession,
    letters: Book,
    secret: Annotated[Secret, instance(Secret)],
    sent: SentText,
) -> Response:
    """Asks for everything to be erased when the word was typed: a letter to the candidate confirms it."""
    held = _held(request, token)
    if sent.get("confirmation", "").strip().casefold() != _("erase").casefold():
        error = _("Nothing was asked for. Type “%(word)s” to have everything erased.", word=_("erase"))
        return await _ask(token, request, db, letters, error)
    await own_actions.ask_for_erasure(db, secret, held.key)
    return RedirectResponse(f"/{token}/my-data/erase", 303)


def _held(request: Request, token: str) -> sessions.HeldKey:
    held = sessions.held_for(request, token)
    if held is None:
        raise sessions.NotYourSession(_("This browser has not begun this interview. Open the link that you were sent."))
    return held


def _shared(own: OwnData, token: str) -> dict[str, Any]:
    return {
        "token": token,
        "company": own.organisation.name,
        "contact": own.organisation.contact_email,
        "interview": own.interview,
        "language": own.interview.language,
        "accent_css": identity.accent_css(own.organisation),
    }
