"""What is told: one schema for each type of event. Ids, states, numbers and addresses of the API; nothing personal.

They are promised to other people's programs: members may be added, and none is renamed, removed or given another
meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from pydantic import BaseModel, Field, create_model

from colloquy.kit.i18n import N_

_URL = Field(description="Where the API tells more; needs an API key or an access token.")


class Happening(BaseModel):
    """Parent of what is told. `url` is kept as a path and sent with this installation's address before it."""


class InterviewHappened(Happening):
    """About an interview."""

    interview_id: UUID
    url: str = _URL


class InvitationHappened(InterviewHappened):
    """About an invitation. `sending` counts its letters from 1."""

    invitation_id: UUID
    sending: int


class SessionHappened(InterviewHappened):
    """About a candidate's session. `state` is the session's when the event was told."""

    session_id: UUID
    state: str


class SessionWithdrew(SessionHappened):
    """`erased`: the candidate's data go as well; `candidate.erased` follows."""

    erased: bool


class SessionWasScored(SessionHappened):
    """`score_version` counts from 1. The numbers themselves are behind `url`, where reviewers' blindness holds."""

    score_version: int
    needs_human: bool


class SessionWasReviewed(SessionHappened):
    """`person_id` wrote a scorecard."""

    person_id: UUID


class SessionWasDecided(SessionHappened):
    """`person_id` decided: advance, hold or decline."""

    person_id: UUID
    outcome: str


class SessionWasContested(SessionHappened):
    """A candidate contests something of the evaluation."""

    contest_id: UUID


class ContestWasAnswered(SessionWasContested):
    """`outcome` is corrected or explained."""

    outcome: str


class ReportIsReady(SessionHappened):
    """`report_version` counts from 1."""

    report_version: int


class CandidateWasErased(Happening):
    """Forget what you hold of this session. `invitation_id`: the link that was this candidate's alone, if any. `why` is
    retention or request.
    """

    session_id: UUID
    invitation_id: UUID | None
    why: str


class Test(Happening):
    """Somebody pressed “Send test event”."""

    endpoint_id: UUID


@dataclass(frozen=True, slots=True)
class EventType:
    """A type as it is chosen: its words, and the schema of its data."""

    name: str
    words: str
    data: type[Happening]


TEST: Final = "webhook.test"
CATALOGUE: Final = {
    one.name: one
    for one in (
        EventType("interview.created", N_("An interview was made"), InterviewHappened),
        EventType("interview.published", N_("An interview was published"), InterviewHappened),
        EventType("candidate.invited", N_("A candidate was invited"), InvitationHappened),
        EventType("session.opened", N_("A candidate opened the interview"), SessionHappened),
        EventType("session.started", N_("A candidate saw the first question"), SessionHappened),
        EventType("session.completed", N_("A candidate handed the interview in"), SessionHappened),
        EventType("session.expired", N_("The time to answer ran out"), SessionHappened),
        EventType("session.withdrawn", N_("A candidate withdrew"), SessionWithdrew),
        EventType("session.scored", N_("A session has numbers"), SessionWasScored),
        EventType("session.needs_human", N_("A person has to look at a session"), SessionWasScored),
        EventType("session.reviewed", N_("A colleague wrote a scorecard"), SessionWasReviewed),
        EventType("session.decided", N_("A colleague decided"), SessionWasDecided),
        EventType("session.contested", N_("A candidate contests the evaluation"), SessionWasContested),
        EventType("session.contest_answered", N_("A colleague answered what was contested"), ContestWasAnswered),
        EventType("report.ready", N_("A report can be read"), ReportIsReady),
        EventType("candidate.erased", N_("A candidate's data were erased"), CandidateWasErased),
    )
}
"""What an endpoint may choose, in the order in which it happens."""


def envelope(name: str, data: type[Happening]) -> type[BaseModel]:
    """The schema of a whole message of this type."""
    members: dict[str, Any] = {
        "type": (Literal[name], Field(description="What happened.")),
        "timestamp": (datetime, Field(description="When it happened, in UTC.")),
        "data": (data, ...),
    }
    title = "".join(word.capitalize() for word in name.replace("_", ".").split("."))
    return create_model(f"{title}Webhook", **members)
