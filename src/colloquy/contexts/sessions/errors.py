"""What a candidate's session declines. The texts are read by candidates: they say what to do next."""

from __future__ import annotations

from colloquy.kit.errors import NotFound, NotSignedIn, Refusal


class SessionNotFound(NotFound):
    """No such session, or not yours."""

    code = "session_not_found"


class AnswerNotFound(NotFound):
    """No such answer in this session."""

    code = "answer_not_found"


class UnknownLink(NotFound):
    """No interview has this address."""

    code = "unknown_link"


class NotYourSession(NotSignedIn):
    """The browser carries no key to a session."""

    code = "not_your_session"
    status = 403


class InterviewClosed(Refusal):
    """The interview takes no new candidates."""

    status = 410
    code = "interview_closed"


class DuplicateCandidate(Refusal):
    """Somebody with this e-mail or profile has begun this interview already."""

    code = "duplicate_candidate"


class ConsentMissing(Refusal):
    """Nothing is recorded before the candidate has agreed to it."""

    code = "consent_missing"


class OpenedElsewhere(Refusal):
    """Another tab of this candidate has the room."""

    code = "opened_elsewhere"


class QuestionClosed(Refusal):
    """The question is answered already, or another one is open."""

    code = "question_closed"


class NoTakesLeft(Refusal):
    """All takes that the question allows are used."""

    code = "no_takes_left"


class TakeNotSaved(Refusal):
    """Bytes of the take are still under way."""

    code = "take_not_saved"


class TakeUnusable(Refusal):
    """The take cannot be used as an answer; the text says why."""

    status = 422
    code = "take_unusable"


class AnswersMissing(Refusal):
    """The interview is not finished: some questions have no answer."""

    code = "answers_missing"


class SessionOver(Refusal):
    """The interview was handed in; its answers stay as they are."""

    code = "session_over"


class NoticeChanged(Refusal):
    """The notice was changed since it was shown, so nothing was decided on it."""

    code = "notice_changed"


class TooLateToAgree(Refusal):
    """Where the candidate is, consent to a program counts only when it comes before the first answer."""

    code = "too_late_to_agree"


class NothingToRepeat(Refusal):
    """The answer did not fail, so there is nothing to run again."""

    code = "nothing_to_repeat"


class TimeOver(Refusal):
    """The time for the whole interview is over; what was answered is handed in."""

    code = "time_over"


class SessionEnded(Refusal):
    """The session has expired or was withdrawn."""

    status = 410
    code = "session_ended"


class QuestionRequired(Refusal):
    """The question cannot be left out."""

    code = "question_required"


class CaptionsFull(Refusal):
    """As many candidates have captions as this process can make; recording goes on without them."""

    status = 503
    code = "captions_full"


class WrongCode(Refusal):
    """The code is wrong, used, or too old; which of them is nobody's business."""

    status = 422
    code = "wrong_code"


class NotExtendable(Refusal):
    """There is no time to give: the interview was handed in or withdrawn, or the new end is not later."""

    code = "not_extendable"
