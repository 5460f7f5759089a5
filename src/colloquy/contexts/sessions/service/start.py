"""A candidate begins: the form makes a session, once; afterwards a key opens it."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.sessions import queries
from colloquy.contexts.sessions.errors import DuplicateCandidate, NotYourSession
from colloquy.contexts.sessions.events import SessionOpened
from colloquy.contexts.sessions.models import AnswerRow, SessionRow
from colloquy.contexts.sessions.policy import rules, terms
from colloquy.contexts.sessions.policy.states import SessionState
from colloquy.contexts.sessions.service import deadline, devices, retention
from colloquy.contexts.sessions.service.arrive import Arrival
from colloquy.contexts.sessions.service.keys import Key
from colloquy.kit import audit, clock
from colloquy.kit.db import Scope, enter
from colloquy.kit.events import publish
from colloquy.kit.i18n import gettext as _
from colloquy.kit.i18n import prefer
from colloquy.kit.ids import new_id, token_hash


async def start(
    db: AsyncSession, arrival: Arrival, *, name: str, email: str, profile_url: str | None, user_agent: str = ""
) -> Key:
    """Opens a session for a candidate who filled in the form. DuplicateCandidate, LinkUsed."""
    scope, interview = arrival.scope, arrival.interview
    email_key = rules.email_key(email)
    profile_key = rules.profile_key(profile_url) if profile_url else None
    if await queries.same_candidate(db, scope, interview.id, email_key, profile_key):
        raise _begun_before()
    now = clock.now()
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
        accommodation=terms.stored(arrival.link.accommodation),
        opened_at=now,
        updated_at=now,
    )
    db.add(row)
    try:
        await db.flush()
    except IntegrityError:  # somebody with the same e-mail began at the same moment, and was first
        raise _begun_before() from None
    audit.acting(audit.ActorKind.CANDIDATE, row.id)
    if not await interviews.bind_link(db, scope, arrival.link.id, row.id):
        raise interviews.LinkUsed(_("This invitation has been used already. Ask the person who sent it for a new one."))
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
    await retention.begin(db, row, interview)
    await deadline.expire_at(db, row, rules.ends_at(arrival.link.expires_at, interview.closes_at, None))
    await publish(db, SessionOpened(org_id=scope.org_id, session_id=row.id))
    return await devices.new_key(db, row, user_agent)


def _begun_before() -> DuplicateCandidate:
    return DuplicateCandidate(
        _(
            "This interview was begun with the same e-mail or profile before. Go on in the browser where you "
            "began; if that is not possible, ask the company for a new interview."
        )
    )


async def lock_own(db: AsyncSession, key: Key) -> SessionRow:
    """The session that this key opens, locked; enters its tenant. NotYourSession for any other key."""
    scope = Scope(key.org_id)
    await enter(db, scope)
    row = await queries.lock_session(db, scope, key.session_id)
    if row is None or await queries.key(db, scope, row.id, token_hash(key.secret)) is None:
        raise NotYourSession(_("This browser has no interview open. Open the link that you were sent."))
    prefer(row.language)
    audit.acting(audit.ActorKind.CANDIDATE, row.id)
    return row


async def own(db: AsyncSession, key: Key) -> SessionRow | None:
    """The session that this key opens, unlocked, or None; enters its tenant."""
    scope = Scope(key.org_id)
    await enter(db, scope)
    row = await queries.session(db, scope, key.session_id)
    if row is None or await queries.key(db, scope, row.id, token_hash(key.secret)) is None:
        return None
    audit.acting(audit.ActorKind.CANDIDATE, row.id)
    return row
