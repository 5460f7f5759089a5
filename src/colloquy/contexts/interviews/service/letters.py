"""What an invitation letter says, its secret included."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.interviews.policy.interview import InterviewState
from colloquy.contexts.interviews.policy.link import LinkKind, LinkState, unseal
from colloquy.contexts.interviews.queries import links
from colloquy.contexts.interviews.service import reading
from colloquy.contexts.interviews.service.admitting import link_of
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope


@dataclass(frozen=True, slots=True)
class InvitationLetterFacts:
    """For the letter alone. `token` opens the interview: it goes into the address `/{token}` and nowhere else.

    `talks`: a program leads a conversation in it; `skills`: what answers are read for.
    """

    token: str = field(repr=False)
    interview_id: UUID
    name: str | None
    email: str
    title: str
    role_title: str
    company: str
    language: str
    question_count: int
    minutes: int
    expires_at: datetime
    talks: bool = False
    skills: tuple[str, ...] = ()


async def invitation_letter_facts(
    db: AsyncSession, scope: Scope, link_id: UUID, secret: Secret
) -> InvitationLetterFacts | None:
    """The facts, or None when there is nothing to write any more: revoked, used, expired, or the interview closed."""
    row = await links.link(db, scope, link_id)
    if row is None or row.kind != LinkKind.INVITATION or row.email is None:
        return None
    if link_of(row).state(clock.now()) is not LinkState.OPEN:
        return None
    interview = await reading.interview(db, scope, row.interview_id)
    if interview is None or interview.state is not InterviewState.PUBLISHED:
        return None
    return InvitationLetterFacts(
        token=unseal(secret, scope, row.id, row.token_sealed),
        interview_id=interview.id,
        name=row.name,
        email=row.email,
        title=interview.title,
        role_title=interview.role_title,
        company=interview.company,
        language=interview.language,
        question_count=len(interview.questions),
        minutes=interview.minutes,
        expires_at=row.expires_at,
        talks="conversation" in interview.answer_kinds,
        skills=tuple(competency.name for competency in interview.competencies),
    )


async def link_token(db: AsyncSession, scope: Scope, link_id: UUID, secret: Secret) -> str | None:
    """The secret of a link, for letters to a candidate who came by it; None when it was revoked or is gone.

    Used and expired links are answered as well: a session that has begun outlives its link.
    """
    row = await links.link(db, scope, link_id)
    if row is None or row.revoked_at is not None:
        return None
    return unseal(secret, scope, row.id, row.token_sealed)
