"""What the reporting context declines."""

from __future__ import annotations

from colloquy.kit.errors import NotFound, Refusal


class ReportNotReady(Refusal):
    """The session has no report yet: the candidate still answers, or the answers are being processed."""

    code = "report_not_ready"


class NoTranscript(NotFound):
    """The answer has no transcript: it was typed, is not transcribed yet, or there is no such answer."""

    code = "no_transcript"


class NothingToRunAgain(NotFound):
    """No such stopped job, or somebody has run it again already."""

    code = "nothing_to_run_again"
