"""Arriving: the link, the form, the key to the session."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.sessions import queries
from colloquy.contexts.sessions.errors import DuplicateCandidate, InterviewClosed, NotYourSession, UnknownLink
from colloquy.contexts.sessions.models import AnswerRow, SessionRow
from colloquy.contexts.sessions.policy import rules
from colloquy.contexts.sessions.policy.states import SessionState
from colloquy.contexts.sessions.service import retention
from colloquy.kit import clock
from colloquy.kit.db import Scope, enter
from colloquy.kit.ids import new_id, new_token, token_hash


@dataclass(frozen=True, slots=True)
class Arrival:
    """A link that leads to an interview."""

    scope: Scope
    link: interviews.Link
    interview: interviews.Interview


@dataclass(frozen=True, slots=True)
class Key:
    """What opens a session: kept by the candidate's browser, stored as a hash."""

    org_id: UUID
    session_id: UUID
    secret: str


async def arrive(db: AsyncSession, token: str, session_id: UUID | None = None) -> Arrival:
    """The interview behind a link; enters its tenant. `session_id` is the session this browser has begun there.

    UnknownLink, LinkExpired, LinkUsed, InterviewClosed: the last three spare a candidate who is in already.
    """
    found = await interviews.open_link(db, token)
    interview = None if found is None else await interviews.interview(db, found[0], found[1].interview_id)
    if found is None or interview is None or interview.state is interviews.InterviewState.DRAFT:
        raise UnknownLink("There is no interview at this address. Check that the whole link was copied.")
    scope, link = found
    interviews.require_usable(link, session_id)
    if interview.state is interviews.InterviewState.CLOSED and session_id is None:
        raise InterviewClosed("This interview is closed. Ask the company that invited you.")
    return Arrival(scope, link, interview)


async def start(db: AsyncSession, arrival: Arrival, *, name: str, email: str, profile_url: str | None) -> Key:
    """Opens a session for a candidate who filled in the form. DuplicateCandidate, LinkUsed."""
    scope, interview = arrival.scope, arrival.interview
    email_key = rules.email_key(email)
    profile_key = rules.profile_key(profile_url) if profile_url else None
    if await queries.same_candidate(db, scope, interview.id, email_key, profile_key):
        raise DuplicateCandidate(
            "This interview was begun with the same e-mail or profile before. Go on in the browser where you "
            "began; if that is not possible, ask the company for a new interview."
        )
    now, secret = clock.now(), new_token()
    row = SessionRow(
        id=new_id(),
        org_id=scope.org_id,
        interview_id=interview.id,
        link_id=arrival.link.id,
        state=SessionState.OPENED,
        name=name.strip(),
        email=email.strip(),
        email_key=email_key,
        profile_url=profile_url.strip() if profile_url else None,
        profile_key=profile_key,
        language=interview.language,
        secret_hash=token_hash(secret),
        opened_at=now,
        updated_at=now,
    )
    db.add(row)
    await db.flush()
    if not await interviews.bind_link(db, scope, arrival.link.id, row.id):
        raise interviews.LinkUsed("This invitation has been used already. Ask the person who sent it for a new one.")
    for question in interview.questions:
        db.add(
            AnswerRow(
                id=new_id(),
                org_id=scope.org_id,
                session_id=row.id,
                question_id=question.id,
                number=question.number,
                kind=question.kind.value,
                state="pending",
            )
        )
    await db.flush()
    await retention.erase_at(db, scope, row.id, rules.kept_until(now, None, interview.retention_days))
    return Key(scope.org_id, row.id, secret)


async def lock_own(db: AsyncSession, key: Key) -> SessionRow:
    """The session that this key opens, locked; enters its tenant. NotYourSession for any other key."""
    scope = Scope(key.org_id)
    await enter(db, scope)
    row = await queries.lock_session(db, scope, key.session_id)
    if row is None or row.secret_hash != token_hash(key.secret):
        raise NotYourSession("This browser has no interview open. Open the link that you were sent.")
    return row


async def own(db: AsyncSession, key: Key) -> SessionRow | None:
    """The session that this key opens, unlocked, or None; enters its tenant."""
    scope = Scope(key.org_id)
    await enter(db, scope)
    row = await queries.session(db, scope, key.session_id)
    return row if row is not None and row.secret_hash == token_hash(key.secret) else None
