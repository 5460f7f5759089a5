"""Telling the outside as background work. No transaction is open while a message travels."""

from __future__ import annotations

import time
from uuid import UUID

from colloquy.contexts.interviews.events import CandidateInvited, InterviewCreated, InterviewPublished
from colloquy.contexts.scoring.events import (
    ContestAnswered,
    Contested,
    DecisionMade,
    InterviewScored,
    ReportReady,
    ReviewSaved,
)
from colloquy.contexts.sessions.events import (
    InterviewCompleted,
    SessionErased,
    SessionExpired,
    SessionOpened,
    SessionStarted,
    SessionWithdrawn,
)
from colloquy.contexts.webhooks.policy import schedule
from colloquy.contexts.webhooks.service import happened, sending, telling
from colloquy.contexts.webhooks.service.sending import Outcome, Work
from colloquy.kit import clock
from colloquy.kit.address import PublicAddress
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database, Scope
from colloquy.kit.events import Handler
from colloquy.kit.jobs import Job
from colloquy.providers.outbound.errors import OutboundRefused
from colloquy.providers.outbound.port import OutboundClient, OutboundFailed, OutboundRequest

_SECONDS = 15.0
"""For one try; the specification recommends 15 to 30."""


async def send(
    database: Database,
    secret: Secret,
    address: PublicAddress,
    client: OutboundClient,
    *,
    org_id: UUID,
    message_id: UUID,
    number: int,
) -> None:
    """Makes try `number` of a message. A process that dies before it is written down makes it once more."""
    scope = Scope(org_id)
    async with database.begin(scope) as db:
        work = await sending.to_send(db, secret, address, scope, message_id, number)
    if work is None:
        return
    outcome = await _asked(client, work)
    async with database.begin(scope) as db:
        await sending.record(db, scope, work, outcome)


async def gave_up(
    database: Database,
    *,
    org_id: UUID,
    message_id: UUID,
    number: int,
    reason: str,  # noqa: ARG001 - every such function is given it; the page says only that it was our failure
) -> None:
    """We failed, and not the endpoint: the message waits for a person who sends it again."""
    scope = Scope(org_id)
    async with database.begin(scope) as db:
        await sending.stopped(db, scope, message_id, number)


async def tidy(database: Database, *, org_id: UUID) -> None:
    """Deletes an organisation's old messages."""
    scope = Scope(org_id)
    async with database.begin(scope) as db:
        await telling.tidy(db, scope)


async def _asked(client: OutboundClient, work: Work) -> Outcome:
    started_at, started = clock.now(), time.perf_counter()

    def took() -> int:
        return round((time.perf_counter() - started) * 1000)

    if work.problem is not None:
        return Outcome(started_at, 0, problem=work.problem)
    try:
        answer = await client.send(OutboundRequest("POST", work.url, work.headers, work.body, _SECONDS))
    except OutboundRefused as refused:
        problem = refused.code if refused.code in {"private", "unknown"} else "address"
        return Outcome(started_at, took(), problem=problem)
    except OutboundFailed as failed:
        return Outcome(started_at, took(), problem=failed.code)
    trouble: str | None = None
    if not schedule.accepted(answer.status):
        trouble = "redirect" if schedule.is_redirect(answer.status) else "status"
    return Outcome(
        started_at,
        took(),
        status=answer.status,
        problem=trouble,
        # PostgreSQL keeps no NUL in text.
        answer=answer.body.decode("utf-8", "replace").replace("\x00", "\N{REPLACEMENT CHARACTER}"),
        retry_after=schedule.asked_to_wait(answer.headers.get("retry-after"), clock.now()),
    )


JOBS = (Job(telling.SEND, send, gave_up=gave_up), Job(telling.TIDY, tidy))

HANDLERS = (
    Handler("webhooks.interview_created", InterviewCreated, happened.interview_created),
    Handler("webhooks.interview_published", InterviewPublished, happened.interview_published),
    Handler("webhooks.candidate_invited", CandidateInvited, happened.candidate_invited),
    Handler("webhooks.session_opened", SessionOpened, happened.session_opened),
    Handler("webhooks.session_started", SessionStarted, happened.session_started),
    Handler("webhooks.session_completed", InterviewCompleted, happened.session_completed),
    Handler("webhooks.session_expired", SessionExpired, happened.session_expired),
    Handler("webhooks.session_withdrawn", SessionWithdrawn, happened.session_withdrawn),
    Handler("webhooks.interview_scored", InterviewScored, happened.interview_scored),
    Handler("webhooks.review_saved", ReviewSaved, happened.review_saved),
    Handler("webhooks.decision_made", DecisionMade, happened.decision_made),
    Handler("webhooks.contested", Contested, happened.contested),
    Handler("webhooks.contest_answered", ContestAnswered, happened.contest_answered),
    Handler("webhooks.report_ready", ReportReady, happened.report_ready),
    Handler("webhooks.session_erased", SessionErased, happened.session_erased),
)
