"""What the interviews context refuses."""

from __future__ import annotations

from colloquy.kit.errors import Malformed, NotFound, Refusal


class InterviewNotFound(NotFound):
    """No such interview here."""

    code = "interview_not_found"


class QuestionNotFound(NotFound):
    """No such question in this interview."""

    code = "question_not_found"


class CompetencyNotFound(NotFound):
    """No such competency in this interview."""

    code = "competency_not_found"


class VacancyDraftNotFound(NotFound):
    """No such proposal here, or it is an interview by now."""

    code = "vacancy_draft_not_found"


class InvitationNotFound(NotFound):
    """No such invitation for this interview."""

    code = "invitation_not_found"


class PublicLinkNotFound(NotFound):
    """The interview has no public link."""

    code = "public_link_not_found"


class InterviewHasCandidates(Refusal):
    """Somebody has started: questions and competencies stay as they were asked. A duplicate can be edited."""

    status = 409
    code = "interview_has_candidates"


class InterviewIncomplete(Refusal):
    """Not ready to be published; `missing` lists why."""

    status = 409
    code = "interview_incomplete"


class WrongState(Refusal):
    """The interview is not in a state in which this can be done."""

    status = 409
    code = "interview_wrong_state"


class RubricUnchanged(Refusal):
    """The revision is word for word the rubric that is there."""

    status = 409
    code = "rubric_unchanged"


class TooMany(Refusal):
    """A limit on the number of questions, competencies or invitations is reached."""

    status = 409
    code = "limit_reached"


class OrderChanged(Refusal):
    """Somebody added or removed an item since the list was shown."""

    status = 409
    code = "order_changed"


class QuestionNeeded(Refusal):
    """Another question is asked only after the answer to this one, so it has to stay and to come first."""

    status = 409
    code = "question_needed"


class CompetencyExists(Refusal):
    """The interview has this competency already."""

    status = 409
    code = "competency_exists"


class InvalidInput(Malformed):
    """A value is outside its limits; `fields` says which and what to do."""


class LinkExpired(Refusal):
    """The link was good and is not any more."""

    status = 410
    code = "link_expired"


class LinkUsed(Refusal):
    """The invitation was used by another session."""

    status = 409
    code = "link_used"


class KeyReused(Refusal):
    """The Idempotency-Key was sent before with another request."""

    status = 422
    code = "idempotency_key_reused"
