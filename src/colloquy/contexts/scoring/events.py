"""Numbers made, scorecards filled in, decisions taken, reports written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from colloquy.kit.events import Event


@dataclass(frozen=True, slots=True)
class InterviewScored(Event):
    """A session was settled: it has numbers, or the reason why a person has to look. `score_version` counts from 1."""

    name: ClassVar[str] = "InterviewScored"
    routing_key: ClassVar[str] = "interview.scored"

    session_id: UUID
    score_version: int


@dataclass(frozen=True, slots=True)
class ReviewSaved(Event):
    """A person filled in, or changed, their scorecard."""

    name: ClassVar[str] = "ReviewSaved"
    routing_key: ClassVar[str] = "interview.review.saved"

    session_id: UUID
    person_id: UUID


@dataclass(frozen=True, slots=True)
class DecisionMade(Event):
    """A person decided about a candidate. `outcome` is advance, hold or decline."""

    name: ClassVar[str] = "DecisionMade"
    routing_key: ClassVar[str] = "interview.decision.made"

    session_id: UUID
    person_id: UUID
    outcome: str


@dataclass(frozen=True, slots=True)
class LevelCorrected(Event):
    """A person put a level of theirs in the place of the machine's, or took it back. The numbers follow."""

    name: ClassVar[str] = "LevelCorrected"
    routing_key: ClassVar[str] = "interview.level.corrected"

    session_id: UUID
    person_id: UUID
    competency: str


@dataclass(frozen=True, slots=True)
class ReportReady(Event):
    """A session's report can be read. `report_version` counts from 1; scoring again makes the next one.

    It is declared here and published by reporting, so that reporting and its neighbours stay strangers.
    """

    name: ClassVar[str] = "ReportReady"
    routing_key: ClassVar[str] = "interview.report.ready"

    session_id: UUID
    report_version: int


@dataclass(frozen=True, slots=True)
class Contested(Event):
    """A candidate says that something in the evaluation is wrong: a person has to answer."""

    name: ClassVar[str] = "Contested"
    routing_key: ClassVar[str] = "interview.contested"

    session_id: UUID
    contest_id: UUID


@dataclass(frozen=True, slots=True)
class ContestAnswered(Event):
    """A person answered what a candidate had contested. `outcome` is corrected or explained."""

    name: ClassVar[str] = "ContestAnswered"
    routing_key: ClassVar[str] = "interview.contest.answered"

    session_id: UUID
    contest_id: UUID
    outcome: str
