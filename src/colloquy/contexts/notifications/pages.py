"""`/mail`: every letter of the organisation, what became of it, and what it says while letters are files.

And `/{token}/deadline.ics`, the candidate's deadline for a calendar.
"""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, CurrentActor
from colloquy.contexts.notifications.errors import LetterNotKept
from colloquy.contexts.notifications.policy import deadline
from colloquy.contexts.notifications.policy.sending import FILES, SendingState
from colloquy.contexts.notifications.service import deadlines, reading, sending
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock
from colloquy.kit.address import PublicAddress
from colloquy.kit.http.audited import reads
from colloquy.kit.http.state import DbSession, instance
from colloquy.kit.i18n import gettext as _
from colloquy.providers.mail.kept import KeepsLetters
from colloquy.providers.mail.mime import StoredLetter
from colloquy.providers.mail.port import Mailer
from colloquy.web import pages
from colloquy.web.csrf import CsrfChecked

router = APIRouter(include_in_schema=False, dependencies=[CsrfChecked])

MailerInUse = Annotated[Mailer, instance(Mailer)]
TheAddress = Annotated[PublicAddress, instance(PublicAddress)]

# A letter brings its own inline styles and words of strangers: it may look as it likes and do nothing. Its links
# open in a tab of their own, outside the sandbox, as they would from a mail program.
BODY_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


@router.get("/mail")
async def mail(
    request: Request,
    actor: CurrentActor,
    db: DbSession,
    mailer: MailerInUse,
    state: str = "",
    before: str = "",
) -> Response:
    """The letters, newest first, filtered by `state`; `before` opens older ones."""
    context = await _list(db, actor, mailer, state, before)
    return pages.render(request, "notifications/mail.html", section="mail", **context)


@router.get("/mail/letters")
async def letters(
    request: Request,
    actor: CurrentActor,
    db: DbSession,
    mailer: MailerInUse,
    state: str = "",
    before: str = "",
) -> Response:
    """The list alone, fetched again while something is on its way."""
    context = await _list(db, actor, mailer, state, before)
    return HTMLResponse(
        pages.render_text(request, "notifications/letters.html", **context), headers={"Cache-Control": "no-store"}
    )


async def _list(db: AsyncSession, actor: Actor, mailer: Mailer, state: str, before: str) -> dict[str, Any]:
    # Addresses are typed and old ones are kept: what they say wrong is left out, not refused.
    chosen = SendingState(state) if state in set(SendingState) else None
    page = await reading.mail_page(db, actor, mailer.name, state=chosen, before=_id(before))
    filters = {"state": chosen} if chosen else {}
    older = urlencode({**filters, "before": page.older})
    here = urlencode({**filters, **({"before": before} if _id(before) else {})})
    return {
        "page": page,
        "chosen": chosen,
        "files": mailer.name == FILES,
        "can_open": isinstance(mailer, KeepsLetters),
        "older": f"/mail?{older}" if page.older else None,
        "newest": f"/mail?{urlencode(filters)}" if _id(before) else None,
        "refresh": f"/mail/letters?{here}",
    }


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@router.get("/mail/{message_id}", dependencies=[reads("letters")])
async def letter(
    message_id: str,
    request: Request,
    actor: CurrentActor,
    db: DbSession,
    mailer: MailerInUse,
    view: str = "html",
) -> Response:
    """One letter that lies in a file: who, when, and its words as `html` or as `text`."""
    found = await reading.sending(db, actor, mailer.name, message_id)
    return pages.render(
        request,
        "notifications/letter.html",
        section="mail",
        sending=found,
        stored=await _stored(mailer, found),
        view="text" if view == "text" else "html",
    )


@router.get("/mail/{message_id}/body", dependencies=[reads("letters")])
async def body(message_id: str, actor: CurrentActor, db: DbSession, mailer: MailerInUse) -> Response:
    """The letter's own HTML, for a sandboxed frame."""
    stored = await _stored(mailer, await reading.sending(db, actor, mailer.name, message_id))
    html = stored.html.replace("<head>", '<head><base target="_blank">', 1)
    return HTMLResponse(html, headers={"Content-Security-Policy": BODY_POLICY, "Cache-Control": "no-store"})


async def _stored(mailer: Mailer, found: reading.Sending) -> StoredLetter:
    stored = await mailer.read_letter(found.message_id) if found.kept and isinstance(mailer, KeepsLetters) else None
    if stored is None:
        raise LetterNotKept(
            _("There is no file of this letter: it has not been written, went out by mail, or was deleted.")
        )
    return stored


@router.post("/mail/{message_id}/send-again")
async def send_again(
    message_id: str, request: Request, actor: CurrentActor, db: DbSession, mailer: MailerInUse
) -> Response:
    """Queues a letter once more."""
    row = await sending.send_again(db, actor, mailer.name, message_id)
    return pages.see_other(
        request, "/mail", _("The letter to %(recipient)s is on its way again.", recipient=row.recipient)
    )


@router.get("/mail/{message_id}/attachments/{number}", dependencies=[reads("letters")])
async def attachment(message_id: str, number: int, actor: CurrentActor, db: DbSession, mailer: MailerInUse) -> Response:
    """What is attached to a letter that lies in a file, to be saved; `number` counts from 1."""
    stored = await _stored(mailer, await reading.sending(db, actor, mailer.name, message_id))
    if not 1 <= number <= len(stored.attachments):
        raise LetterNotKept(_("This letter has no such attachment."))
    attached = stored.attachments[number - 1]
    # Our own names and types (`Attachment`), so they need no escaping here.
    headers = {"Content-Disposition": f'attachment; filename="{attached.name}"', "Cache-Control": "no-store"}
    return Response(attached.data, media_type=attached.content_type, headers=headers)


@router.get("/{token}/deadline.ics")
async def deadline_file(token: str, request: Request, db: DbSession, address: TheAddress) -> Response:
    """The end of the candidate's time for a calendar."""
    found = await deadlines.deadline_of(db, address, token, sessions.held_for(request, token))
    headers = {
        "Content-Disposition": f'attachment; filename="{deadline.FILE_NAME}"',
        "Cache-Control": "private, no-store",
    }
    entry = deadline.calendar(found, at=clock.now())
    kind = f"{deadline.CONTENT_TYPE}; method={deadline.METHOD}; charset=utf-8"
    return Response(entry, headers={**headers, "Content-Type": kind})
