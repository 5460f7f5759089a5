"""The certificate of an erasure, by letter. It has no row among the sendings: nothing of the address may stay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity import public as identity
from colloquy.contexts.notifications.policy import session_letters
from colloquy.contexts.notifications.policy.composing import Reader
from colloquy.contexts.retention import public as retention
from colloquy.kit.address import PublicAddress
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope
from colloquy.kit.i18n import prefer
from colloquy.providers.mail.port import Attachment, Letter
from colloquy.providers.typesetting.port import Typesetter

JOB = "notifications.certificate"
KEPT = timedelta(minutes=30)
"""Where letters become files, this one is deleted so long after it was written."""


@dataclass(frozen=True, slots=True)
class ToCertify:
    """A certificate that waits to be sent, and to whom."""

    request: retention.Request
    address: str
    company: str


async def to_send(db: AsyncSession, secret: Secret, scope: Scope, request_id: UUID) -> ToCertify | None:
    """What to send; None when it has left, or there is nobody to send it to."""
    found = await retention.certificate_letter(db, secret, scope, request_id)
    if found is None or found[0].certificate is None:
        return None
    return ToCertify(*found, (await identity.organisation(db, scope)).name)


async def write(typesetter: Typesetter, secret: Secret, address: PublicAddress, work: ToCertify) -> Letter:
    """The letter with the certificate, to be read and to be verified."""
    text, signature = work.request.certificate or "", work.request.signature or ""
    prefer(work.request.language)
    verify_at = address.of("/certificates/verify")
    pdf = await retention.certificate_pdf(typesetter, secret, text, verify_at=verify_at, lang=work.request.language)
    document = retention.certificate_document(text, signature)
    return session_letters.erasure_certified(
        str(work.request.id),
        Reader(work.address, None, work.request.language),
        company=work.company,
        verify_link=verify_at,
        attachments=(
            Attachment("certificate.pdf", "application/pdf", pdf),
            Attachment("certificate.json", "application/json", document),
        ),
    )


async def ended(db: AsyncSession, scope: Scope, request_id: UUID, *, sent: bool) -> None:
    """The letter has left, or never will."""
    await retention.letter_ended(db, scope, request_id, sent=sent)
