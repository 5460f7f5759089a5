"""What an organisation, and for an interview its recruiter, has chosen about places, people and notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.privacy import queries
from colloquy.contexts.privacy.policy import business_days
from colloquy.contexts.privacy.policy.gate import BeforeNotice
from colloquy.contexts.privacy.policy.jurisdictions import (
    ADVANCE_BUSINESS_DAYS,
    Effect,
    Jurisdiction,
    asks_for,
    understood,
)
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.errors import Malformed
from colloquy.kit.i18n import gettext as _

MOST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Choices:
    """The organisation's. `longer_retention_days`: offered to candidates who want it; None: not offered.

    `announcing_since`: from when on candidates were shown the notice that has to come in advance.
    """

    jurisdictions: tuple[Jurisdiction, ...] = ()
    people_only: bool = False
    before_notice: BeforeNotice = BeforeNotice.WAIT
    longer_retention_days: int | None = None
    announcing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class InterviewChoices:
    """One interview's. `jurisdictions` None: as the organisation. `posted_on`: since when the recruiter says that the
    posting, or the page with vacancies, carries the notice.
    """

    jurisdictions: tuple[Jurisdiction, ...] | None = None
    people_only: bool = False
    posted_on: date | None = None
    announcing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """What holds for an interview, all things taken together."""

    jurisdictions: tuple[Jurisdiction, ...]
    people_only: bool
    before_notice: BeforeNotice
    longer_retention_days: int | None
    posted_on: date | None
    announcing_since: datetime | None

    @property
    def announced(self) -> bool:
        """Whether notice has to be given so many business days before a program evaluates."""
        return not self.people_only and asks_for(self.jurisdictions, Effect.ADVANCE_NOTICE)

    @property
    def consent_first(self) -> bool:
        """Whether consent to a program counts only when it came before the first answer."""
        return asks_for(self.jurisdictions, Effect.CONSENT_FIRST)

    def told_at(self, *, posted_at: datetime | None, letter_at: datetime | None, seen_at: datetime) -> datetime | None:
        """When a candidate was told that a program may evaluate; None where no notice has to come in advance.

        `posted_at`: since when the public page that they came by is there; `letter_at`: when their letter was sent;
        `seen_at`: when they read the first page. What was shown before it carried the notice told nobody.
        """
        if not self.announced:
            return None
        since = self.announcing_since or seen_at
        told = [seen_at]
        if letter_at is not None and letter_at >= since:
            told.append(letter_at)
        if posted_at is not None:
            told.append(max(posted_at, since))
        if self.posted_on is not None:
            told.append(datetime.combine(self.posted_on, time(), UTC))
        return min(told)


def program_from(told_at: datetime | None) -> datetime | None:
    """From when a program may evaluate somebody who was told then; None stays None: at once."""
    return None if told_at is None else business_days.use_from(told_at, ADVANCE_BUSINESS_DAYS)


async def choices(db: AsyncSession, scope: Scope) -> Choices:
    """What the organisation has chosen."""
    row = await queries.settings(db, scope)
    if row is None:
        return Choices()
    return Choices(
        understood(row.jurisdictions),
        row.people_only,
        BeforeNotice(row.before_notice),
        row.longer_retention_days,
        row.announcing_since,
    )


async def interview_choices(db: AsyncSession, scope: Scope, interview_id: UUID) -> InterviewChoices:
    """What was chosen for this interview."""
    row = await queries.interview(db, scope, interview_id)
    if row is None:
        return InterviewChoices()
    places = None if row.jurisdictions is None else understood(row.jurisdictions)
    return InterviewChoices(places, row.people_only, row.posted_on, row.announcing_since)


async def applied(db: AsyncSession, scope: Scope, interview_id: UUID | None) -> Applied:
    """What holds for the interview; for None, and for one without choices of its own, what the organisation chose."""
    common = await choices(db, scope)
    own = InterviewChoices() if interview_id is None else await interview_choices(db, scope, interview_id)
    return Applied(
        jurisdictions=common.jurisdictions if own.jurisdictions is None else own.jurisdictions,
        people_only=common.people_only or own.people_only,
        before_notice=common.before_notice,
        longer_retention_days=common.longer_retention_days,
        posted_on=own.posted_on,
        announcing_since=common.announcing_since if own.jurisdictions is None else own.announcing_since,
    )


async def choose(
    db: AsyncSession,
    actor: Actor,
    *,
    jurisdictions: tuple[Jurisdiction, ...],
    people_only: bool,
    before_notice: BeforeNotice,
    longer_retention_days: int | None,
) -> None:
    """Saves what the organisation chooses. Forbidden; Malformed by field."""
    actor.require(Permission.PRIVACY_MANAGE)
    if longer_retention_days is not None and not 1 <= longer_retention_days <= MOST_DAYS:
        raise Malformed(
            _("The settings were not saved."),
            fields={"longer_retention_days": _("Enter 1 to 3,650 days, or leave it empty.")},
        )
    before = await choices(db, actor.scope)
    await queries.keep_settings(
        db,
        actor.scope,
        {
            "jurisdictions": [place.value for place in jurisdictions],
            "people_only": people_only,
            "before_notice": before_notice.value,
            "longer_retention_days": longer_retention_days,
            "announcing_since": _since(before.jurisdictions, before.announcing_since, jurisdictions),
            "updated_at": clock.now(),
        },
    )


async def choose_for_interview(
    db: AsyncSession,
    actor: Actor,
    interview_id: UUID,
    *,
    jurisdictions: tuple[Jurisdiction, ...] | None,
    people_only: bool,
    posted_on: date | None,
) -> None:
    """Saves what is chosen for one interview, which has to be this organisation's. Forbidden; Malformed by field."""
    actor.require(Permission.INTERVIEWS_EDIT)
    if posted_on is not None and posted_on > clock.now().date():
        raise Malformed(
            _("The choices were not saved."), fields={"posted_on": _("Enter a day that has come, or leave it empty.")}
        )
    before = await applied(db, actor.scope, interview_id)
    since = None if jurisdictions is None else _since(before.jurisdictions, before.announcing_since, jurisdictions)
    await queries.keep_interview(
        db,
        actor.scope,
        interview_id,
        {
            "jurisdictions": None if jurisdictions is None else [place.value for place in jurisdictions],
            "people_only": people_only,
            "posted_on": posted_on,
            "announcing_since": since,
            "updated_at": clock.now(),
        },
    )


def _since(before: tuple[Jurisdiction, ...], since: datetime | None, now: tuple[Jurisdiction, ...]) -> datetime | None:
    """From when on what is shown carries the notice: since before, or from this moment."""
    if not asks_for(now, Effect.ADVANCE_NOTICE):
        return None
    return since if since is not None and asks_for(before, Effect.ADVANCE_NOTICE) else clock.now()
