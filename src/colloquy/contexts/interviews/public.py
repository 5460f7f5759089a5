"""The front door of interviews: what is asked, by which rules, and who is let in by which link."""

from colloquy.contexts.interviews.errors import InterviewNotFound, LinkExpired, LinkUsed
from colloquy.contexts.interviews.policy.accommodation import MOST_EXTRA_TAKES, TIME_MULTIPLIERS, Accommodation
from colloquy.contexts.interviews.policy.branching import (
    Condition,
    Given,
    KnockOut,
    Operator,
    ShowIf,
    Test,
    knocked_out,
    on_path,
)
from colloquy.contexts.interviews.policy.guide import Guide, QuestionType
from colloquy.contexts.interviews.policy.interview import (
    MAX_QUESTIONS,
    Anchor,
    Competency,
    CompetencyKind,
    Interview,
    InterviewState,
    Question,
)
from colloquy.contexts.interviews.policy.kinds import (
    AnswerKind,
    NumberRule,
    Option,
    QuestionOrder,
    Topic,
    VideoSource,
)
from colloquy.contexts.interviews.policy.link import Link, LinkKind, LinkState
from colloquy.contexts.interviews.policy.paths import survey
from colloquy.contexts.interviews.policy.posting import PostedBy, job_posting
from colloquy.contexts.interviews.policy.rubric import RubricDraft, RubricVersion
from colloquy.contexts.interviews.policy.sharing import Sharing, Visibility
from colloquy.contexts.interviews.policy.vacancy import EmploymentType, Vacancy
from colloquy.contexts.interviews.service.admitting import (
    bind_link,
    candidate_started,
    forget_invitation,
    invitations,
    is_invitation,
    link,
    open_link,
    require_usable,
)
from colloquy.contexts.interviews.service.letters import InvitationLetterFacts, invitation_letter_facts, link_token
from colloquy.contexts.interviews.service.reading import (
    InterviewSummary,
    interview,
    interview_titles,
    interviews,
)
from colloquy.contexts.interviews.service.rubric import keep_rubric, revise_rubric, rubric_versions, with_rubric
from colloquy.contexts.interviews.service.sharing import colleagues, sharing

__all__ = [
    "MAX_QUESTIONS",
    "MOST_EXTRA_TAKES",
    "TIME_MULTIPLIERS",
    "Accommodation",
    "Anchor",
    "AnswerKind",
    "Competency",
    "CompetencyKind",
    "Condition",
    "EmploymentType",
    "Given",
    "Guide",
    "Interview",
    "InterviewNotFound",
    "InterviewState",
    "InterviewSummary",
    "InvitationLetterFacts",
    "KnockOut",
    "Link",
    "LinkExpired",
    "LinkKind",
    "LinkState",
    "LinkUsed",
    "NumberRule",
    "Operator",
    "Option",
    "PostedBy",
    "Question",
    "QuestionOrder",
    "QuestionType",
    "RubricDraft",
    "RubricVersion",
    "Sharing",
    "ShowIf",
    "Test",
    "Topic",
    "Vacancy",
    "VideoSource",
    "Visibility",
    "bind_link",
    "candidate_started",
    "colleagues",
    "forget_invitation",
    "interview",
    "interview_titles",
    "interviews",
    "invitation_letter_facts",
    "invitations",
    "is_invitation",
    "job_posting",
    "keep_rubric",
    "knocked_out",
    "link",
    "link_token",
    "on_path",
    "open_link",
    "require_usable",
    "revise_rubric",
    "rubric_versions",
    "sharing",
    "survey",
    "with_rubric",
]
