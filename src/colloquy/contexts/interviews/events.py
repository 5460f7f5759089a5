"""What interviews announce."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from colloquy.kit.events import Event


@dataclass(frozen=True, slots=True)
class InterviewCreated(Event):
    """A recruiter made an interview: blank, from a template, or as a copy."""

    name: ClassVar[str] = "InterviewCreated"
    routing_key: ClassVar[str] = "interview.created"

    interview_id: UUID


@dataclass(frozen=True, slots=True)
class InterviewPublished(Event):
    """Candidates may start from now on."""

    name: ClassVar[str] = "InterviewPublished"
    routing_key: ClassVar[str] = "interview.published"

    interview_id: UUID


@dataclass(frozen=True, slots=True)
class CandidateInvited(Event):
    """A candidate is to be written to. The link's secret is not in here: `invitation_letter_facts` has it.

    `sending` counts from 1; sending the same invitation again is a new event with the next number.
    """

    name: ClassVar[str] = "CandidateInvited"
    routing_key: ClassVar[str] = "interview.candidate.invited"

    interview_id: UUID
    link_id: UUID
    sending: int
