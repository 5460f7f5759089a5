"""The front door of interviews: what is asked, by which rules, and who is let in by which link."""

from colloquy.contexts.interviews.errors import InterviewNotFound, LinkExpired, LinkUsed
from colloquy.contexts.interviews.policy.interview import (
    Anchor,
    AnswerKind,
    Competency,
    CompetencyKind,
    Interview,
    InterviewState,
    Question,
)
from colloquy.contexts.interviews.policy.link import Link, LinkKind, LinkState
from colloquy.contexts.interviews.service.admitting import (
    bind_link,
    candidate_started,
    forget_invitation,
    invitations,
    open_link,
    require_usable,
)
from colloquy.contexts.interviews.service.letters import InvitationLetterFacts, invitation_letter_facts
from colloquy.contexts.interviews.service.reading import (
    InterviewSummary,
    interview,
    interview_titles,
    interviews,
)

__all__ = [
    "Anchor",
    "AnswerKind",
    "Competency",
    "CompetencyKind",
    "Interview",
    "InterviewNotFound",
    "InterviewState",
    "InterviewSummary",
    "InvitationLetterFacts",
    "Link",
    "LinkExpired",
    "LinkKind",
    "LinkState",
    "LinkUsed",
    "Question",
    "bind_link",
    "candidate_started",
    "forget_invitation",
    "interview",
    "interview_titles",
    "interviews",
    "invitation_letter_facts",
    "invitations",
    "open_link",
    "require_usable",
]
