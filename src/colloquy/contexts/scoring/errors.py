"""What the scoring context declines."""

from __future__ import annotations

from colloquy.kit.errors import NotFound, Refusal


class NotHandedIn(Refusal):
    """The candidate has not finished, so there is nothing to review or to decide yet."""

    code = "not_handed_in"


class RunNotFound(NotFound):
    """No such run of scoring again in this interview."""

    code = "run_not_found"


class RunGoing(Refusal):
    """A run is still going; `adopt` and another run have to wait."""

    status = 409
    code = "run_going"


class NothingToScoreAgain(Refusal):
    """No answer that a program judged, or could."""

    status = 409
    code = "nothing_to_score_again"


class ScorecardFirst(Refusal):
    """Where an interview is reviewed blind, who has no scorecard of their own in yet sees and does less."""

    code = "scorecard_first"


class NothingToCorrect(Refusal):
    """No program has judged this competency here, so there is no level to correct."""

    code = "nothing_to_correct"


class NotOnTheTeam(Refusal):
    """Somebody who is asked to review is no colleague."""

    code = "not_on_the_team"


class CommentNotFound(NotFound):
    """There is no such comment, it was deleted, or it is somebody else's."""

    code = "comment_not_found"


class ContestNotFound(NotFound):
    """No such contest in this session."""

    code = "contest_not_found"


class ContestOver(Refusal):
    """A person has answered already."""

    code = "contest_answered"


class TooManyContests(Refusal):
    """The candidate has said a lot that nobody has answered yet."""

    code = "too_many_contests"
