"""What a letter can be about, what can become of it, and which of them are one and the same."""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from uuid import UUID

FILES = "files"
"""The name of the mailer whose letters reach nobody."""


class LetterKind(StrEnum):
    """Which letter. The value is also the name of its templates; both reminders share theirs."""

    INVITATION = "invitation"
    COLLEAGUE_INVITATION = "colleague_invitation"
    INTERVIEW_COMPLETED = "interview_completed"
    CANDIDATE_THANKS = "candidate_thanks"
    REPORT_READY = "report_ready"
    INVITATION_REMINDER = "invitation_reminder"
    REMINDER = "reminder"
    CONTINUE_CODE = "continue_code"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    WITHDRAWAL_CONFIRMED = "withdrawal_confirmed"
    CONTESTED = "contested"
    CONTEST_ANSWERED = "contest_answered"
    WEBHOOK_STOPPED = "webhook_stopped"
    ERASURE_ASKED = "erasure_asked"
    KEY_ENDING = "key_ending"


ABOUT_SESSIONS = frozenset(LetterKind) - {
    LetterKind.INVITATION,
    LetterKind.INVITATION_REMINDER,
    LetterKind.COLLEAGUE_INVITATION,
    LetterKind.WEBHOOK_STOPPED,
    LetterKind.KEY_ENDING,
}
"""Letters whose `about_id` is a candidate's session."""

TO_CANDIDATES = frozenset(
    {
        LetterKind.INVITATION,
        LetterKind.INVITATION_REMINDER,
        LetterKind.REMINDER,
        LetterKind.CONTINUE_CODE,
        LetterKind.EXPIRED,
        LetterKind.WITHDRAWAL_CONFIRMED,
        LetterKind.CANDIDATE_THANKS,
        LetterKind.CONTEST_ANSWERED,
        LetterKind.ERASURE_ASKED,
    }
)
"""Letters that a candidate reads."""


class SendingState(StrEnum):
    """Where a letter is.

    Refused: no server will take it; failed: none took it in five tries; not needed: what it was about had ended
    before it left.
    """

    QUEUED = "queued"
    SENT = "sent"
    REFUSED = "refused"
    FAILED = "failed"
    NOT_NEEDED = "not_needed"


def effect_id(about_id: UUID, kind: LetterKind, occasion: int | str) -> str:
    """32 hexadecimal digits, the same for the same cause: what the letter is about, which one, on which occasion.

    The occasion is the how-manieth such letter, or, for letters about a moment, that moment.
    """
    cause = json.dumps([str(about_id), kind, occasion])
    return hashlib.sha256(cause.encode()).hexdigest()[:32]


def may_send_again(state: SendingState, *, taken_by: str | None, mailer: str) -> bool:
    """Whether a person may have the letter sent again, now that `mailer` is the one in use.

    A letter that became a file has reached nobody, so once there is a mail server it may go out after all.
    """
    if state is SendingState.SENT:
        return taken_by == FILES and mailer != FILES
    return state in {SendingState.REFUSED, SendingState.FAILED}
