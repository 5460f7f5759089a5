"""Letters as background work: whom to write to, then one job a letter. No transaction is open while mail travels."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.events import ColleagueInvited, KeyEnding, WebhookStopped
from colloquy.contexts.interviews.events import CandidateInvited
from colloquy.contexts.notifications.policy.sending import LetterKind
from colloquy.contexts.notifications.service import certifying, erasing, recipients, reminding, sending
from colloquy.contexts.scoring.events import ContestAnswered, Contested, ReportReady
from colloquy.contexts.sessions.events import (
    ContinueRequested,
    ErasureAsked,
    ErasureCertified,
    InterviewCompleted,
    SessionErased,
    SessionExpired,
    SessionExtended,
    SessionOpened,
    SessionWithdrawn,
    TracesForgotten,
)
from colloquy.kit import clock, log
from colloquy.kit.address import PublicAddress
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database, Scope
from colloquy.kit.errors import Transient
from colloquy.kit.events import Handler
from colloquy.kit.jobs import Job, enqueue
from colloquy.providers.mail.kept import KeepsLetters
from colloquy.providers.mail.port import Mailer, MailRefused
from colloquy.providers.typesetting.port import Typesetter

_log = log.get_logger(__name__)


async def address_letters(
    database: Database, secret: Secret, *, org_id: UUID, kind: str, about_id: UUID, number: int | str
) -> None:
    """Queues the letter of this kind for everyone it is for."""
    scope = Scope(org_id)
    async with database.begin(scope) as db:
        await recipients.address(db, secret, scope, LetterKind(kind), about_id, number)


async def send_letter(
    database: Database, secret: Secret, address: PublicAddress, mailer: Mailer, *, org_id: UUID, sending_id: UUID
) -> None:
    """Sends one letter. A refused one ends here, where people see it; anything else is tried again."""
    scope = Scope(org_id)
    async with database.begin(scope) as db:
        work = await sending.to_send(db, secret, address, scope, sending_id)
    if work is None:
        return
    try:
        await mailer.send(work.letter)
    except MailRefused as no:
        _log.warning("Letter refused", sending_id=str(sending_id), pii_reply=no.reply)
        async with database.begin(scope) as db:
            await sending.refused(db, scope, sending_id, no.message)
        return
    except Transient as later:
        async with database.begin(scope) as db:
            await sending.delayed(db, scope, sending_id, later.message)
        raise
    # A process that dies before this is written sends the letter again, under the same message id.
    async with database.begin(scope) as db:
        there = await sending.sent(db, scope, sending_id, mailer.name)
    if not there and isinstance(mailer, KeepsLetters):  # erased while it was being written
        await mailer.delete_letter(work.letter.message_id)


async def erase_letters(letters: KeepsLetters, *, message_ids: list[str]) -> None:
    """Removes the files of letters that were erased."""
    for message_id in message_ids:
        await letters.delete_letter(message_id)


async def sending_gave_up(database: Database, *, org_id: UUID, sending_id: UUID, reason: str) -> None:
    """The last try went wrong: the letter waits for a person who sends it again."""
    scope = Scope(org_id)
    async with database.begin(scope) as db:
        await sending.failed(db, scope, sending_id, reason)


async def send_certificate(
    database: Database,
    secret: Secret,
    address: PublicAddress,
    mailer: Mailer,
    typesetter: Typesetter,
    *,
    org_id: UUID,
    request_id: UUID,
) -> None:
    """Sends the certificate of an erasure. Its address is forgotten as soon as the letter has left, or never will."""
    scope = Scope(org_id)
    async with database.begin(scope) as db:
        work = await certifying.to_send(db, secret, scope, request_id)
    if work is None:
        return
    letter = await certifying.write(typesetter, secret, address, work)
    try:
        await mailer.send(letter)
    except MailRefused as no:
        _log.warning("Letter refused", request_id=str(request_id), pii_reply=no.reply)
        sent = False
    else:
        sent = True
    async with database.begin(scope) as db:
        await certifying.ended(db, scope, request_id, sent=sent)
        if sent and isinstance(mailer, KeepsLetters):
            # Where letters become files this file is the only trace of an address that is erased everywhere else.
            at = clock.now() + certifying.KEPT
            await enqueue(db, "notifications.erase", at=at, org_id=org_id, message_ids=[letter.message_id])


async def certificate_gave_up(database: Database, *, org_id: UUID, request_id: UUID) -> None:
    """The last try went wrong: the address goes all the same, and the certificate is on the company's page."""
    scope = Scope(org_id)
    async with database.begin(scope) as db:
        await certifying.ended(db, scope, request_id, sent=False)


async def remind(database: Database, secret: Secret, *, org_id: UUID, kind: str, about_id: UUID) -> None:
    """Looks whether a candidate is to be reminded now, and when to look again."""
    scope = Scope(org_id)
    async with database.begin(scope) as db:
        await reminding.look(db, secret, scope, LetterKind(kind), about_id)


async def candidate_invited(db: AsyncSession, event: CandidateInvited) -> None:
    """The candidate gets the link, and is reminded of it before it closes."""
    await _letters(db, event.org_id, LetterKind.INVITATION, event.link_id, event.sending)
    await reminding.plan(db, Scope(event.org_id), LetterKind.INVITATION_REMINDER, event.link_id)


async def session_opened(db: AsyncSession, event: SessionOpened) -> None:
    """Whoever has begun is reminded of finishing, by whichever link they came."""
    await reminding.plan(db, Scope(event.org_id), LetterKind.REMINDER, event.session_id)


async def session_extended(db: AsyncSession, event: SessionExtended) -> None:
    """There is another end to be reminded of."""
    await reminding.plan(db, Scope(event.org_id), LetterKind.REMINDER, event.session_id)


async def continue_requested(db: AsyncSession, event: ContinueRequested) -> None:
    """The candidate gets the code for another device."""
    await _letters(db, event.org_id, LetterKind.CONTINUE_CODE, event.session_id, event.asked)


async def session_expired(db: AsyncSession, event: SessionExpired) -> None:
    """The candidate hears that the time is over, and whom to ask for more."""
    await _letters(db, event.org_id, LetterKind.EXPIRED, event.session_id)


async def session_withdrawn(db: AsyncSession, event: SessionWithdrawn) -> None:
    """The team hears of it, the candidate gets a confirmation."""
    await _letters(db, event.org_id, LetterKind.WITHDRAWN, event.session_id)
    await _letters(db, event.org_id, LetterKind.WITHDRAWAL_CONFIRMED, event.session_id)


async def erasure_asked(db: AsyncSession, event: ErasureAsked) -> None:
    """The candidate gets the link that confirms it; one letter a time that they asked."""
    await _letters(db, event.org_id, LetterKind.ERASURE_ASKED, event.session_id, event.at)


async def erasure_certified(db: AsyncSession, event: ErasureCertified) -> None:
    """The candidate gets the certificate, if there is an address."""
    await enqueue(db, certifying.JOB, org_id=event.org_id, request_id=event.request_id)


async def traces_forgotten(db: AsyncSession, event: TracesForgotten) -> None:
    """Letters that are kept, and the addresses they went to, go with the other traces."""
    await session_gone(db, event)


async def colleague_invited(db: AsyncSession, event: ColleagueInvited) -> None:
    """The colleague gets the link."""
    await _letters(db, event.org_id, LetterKind.COLLEAGUE_INVITATION, event.invitation_id)


async def webhook_stopped(db: AsyncSession, event: WebhookStopped) -> None:
    """Whoever made the webhook hears that nothing is sent to it any more; one letter each time."""
    occasion = f"{event.person_id} {event.at.isoformat()}"
    await _letters(db, event.org_id, LetterKind.WEBHOOK_STOPPED, event.endpoint_id, occasion)


async def key_ending(db: AsyncSession, event: KeyEnding) -> None:
    """Whoever may manage keys hears that one ends; one letter for each of the days before the end."""
    await _letters(db, event.org_id, LetterKind.KEY_ENDING, event.key_id, event.days)


async def interview_completed(db: AsyncSession, event: InterviewCompleted) -> None:
    """The team hears of it, and the candidate is thanked."""
    await _letters(db, event.org_id, LetterKind.INTERVIEW_COMPLETED, event.session_id)
    await _letters(db, event.org_id, LetterKind.CANDIDATE_THANKS, event.session_id)


async def report_ready(db: AsyncSession, event: ReportReady) -> None:
    """The team hears of the first report. Later versions are made by people of the team, who are there already."""
    if event.report_version == 1:
        await _letters(db, event.org_id, LetterKind.REPORT_READY, event.session_id)


async def contested(db: AsyncSession, event: Contested) -> None:
    """The team hears that a person has to answer; one letter a message."""
    await _letters(db, event.org_id, LetterKind.CONTESTED, event.session_id, str(event.contest_id))


async def contest_answered(db: AsyncSession, event: ContestAnswered) -> None:
    """The candidate hears that there is an answer, and where."""
    await _letters(db, event.org_id, LetterKind.CONTEST_ANSWERED, event.session_id, str(event.contest_id))


async def session_gone(db: AsyncSession, event: SessionErased | TracesForgotten) -> None:
    """Everything that was written about the candidate goes, from the invitation on."""
    about = [one for one in (event.session_id, event.invitation_id) if one is not None]
    await erasing.erase_about(db, Scope(event.org_id), about)


async def _letters(db: AsyncSession, org_id: UUID, kind: LetterKind, about_id: UUID, number: int | str = 1) -> None:
    await enqueue(db, "notifications.address", org_id=org_id, kind=kind, about_id=about_id, number=number)


JOBS = (
    Job("notifications.address", address_letters),
    Job("notifications.send", send_letter, gave_up=sending_gave_up),
    Job("notifications.erase", erase_letters),
    Job(reminding.JOB, remind),
    Job(certifying.JOB, send_certificate, gave_up=certificate_gave_up),
)

HANDLERS = (
    Handler("notifications.candidate_invited", CandidateInvited, candidate_invited),
    Handler("notifications.colleague_invited", ColleagueInvited, colleague_invited),
    Handler("notifications.webhook_stopped", WebhookStopped, webhook_stopped),
    Handler("notifications.key_ending", KeyEnding, key_ending),
    Handler("notifications.interview_completed", InterviewCompleted, interview_completed),
    Handler("notifications.report_ready", ReportReady, report_ready),
    Handler("notifications.session_opened", SessionOpened, session_opened),
    Handler("notifications.session_extended", SessionExtended, session_extended),
    Handler("notifications.continue_requested", ContinueRequested, continue_requested),
    Handler("notifications.session_expired", SessionExpired, session_expired),
    Handler("notifications.session_withdrawn", SessionWithdrawn, session_withdrawn),
    Handler("notifications.contested", Contested, contested),
    Handler("notifications.contest_answered", ContestAnswered, contest_answered),
    Handler("notifications.session_erased", SessionErased, session_gone),
    Handler("notifications.traces_forgotten", TracesForgotten, traces_forgotten),
    Handler("notifications.erasure_asked", ErasureAsked, erasure_asked),
    Handler("notifications.erasure_certified", ErasureCertified, erasure_certified),
)
