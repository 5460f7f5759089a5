"""How a report spells strings it did not write, times and states, in paper and in tables alike."""

from __future__ import annotations

import re
from datetime import datetime

from colloquy.kit.i18n import N_
from colloquy.kit.i18n import gettext as _
from colloquy.web.i18n import long_moment

# What no page and no cell can show: C0 and C1 controls but tab and line feed, lone surrogates, and the
# signs that reverse the reading order of everything after them (U+202A-E, U+2066-9: a name must not be
# able to turn the sentence around it).
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_LINE_END = re.compile(r"\r\n?|[\u2028\u2029\x85]")

# Longer than any word of any language we set; a longer run is a key, an address or an attack.
LONGEST_WORD = 48
_RUN = re.compile(rf"\S{{{LONGEST_WORD}}}(?=\S)")

_REASONS = {
    "no_speech": N_("No speech was found in the recording."),
    "low_confidence": N_("The recogniser was not sure enough of the words to judge them."),
    "wrong_language": N_("The answer is in a language this interview does not ask for."),
    "boilerplate": N_("The transcript holds only text that recognisers invent on silence."),
    "too_short": N_("The answer is too short to judge."),
    "no_answer": N_("The candidate did not answer this question."),
    "no_consent": N_("People alone evaluate these answers."),
    "human_only": N_("People alone evaluate these answers."),
}
_STATES = {
    "scored": N_("Scored"),
    "not_scorable": N_("Not scorable"),
    "needs_human": N_("For a person to judge"),
    "failed": N_("Processing failed"),
    "kept": N_("For people to read"),
    "missing": N_("No answer"),
    "not_asked": N_("Not asked"),
}
_SOURCES = {"screen": N_("Screen share"), "upload": N_("Uploaded file")}
_OUTCOMES = {"advance": N_("Advance"), "hold": N_("Hold"), "decline": N_("Decline")}
_KINDS = {
    "video": N_("Video"),
    "audio": N_("Audio"),
    "text": N_("Text"),
    "single_choice": N_("One choice"),
    "multiple_choice": N_("Several choices"),
    "number": N_("Number"),
    "file": N_("File"),
    "link": N_("Link"),
    "conversation": N_("Conversation"),
}


def printable(text: str) -> str:
    """`text` with a line feed for every line end, and U+FFFD for every character that cannot be shown."""
    return _UNPRINTABLE.sub("\ufffd", _LINE_END.sub("\n", text))


def breakable(text: str) -> str:
    """`text` that fits a page: a run without a space gets a zero-width one after every `LONGEST_WORD`."""
    return _RUN.sub(lambda run: run.group() + "\u200b", text)


def clock(seconds: float) -> str:
    """`0:42`, `12:05` or `1:02:03`: where a player shows the same moment (fractions cut, as players do)."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def day_and_time(moment: str) -> str:
    """`1 March 2026, 10:02 UTC` for an ISO 8601 moment in UTC."""
    return long_moment(datetime.fromisoformat(moment))


def source_in_words(source: str) -> str:
    """Where a recording came from, where that is worth saying: nothing for the candidate's camera."""
    known = _SOURCES.get(source)
    return _(known) if known else ""


def late_in_words(seconds: float) -> str:
    """How late the first recording began: `Began 0:42 after the think time ended`. Nothing for one in time."""
    return _("Began %(time)s after the think time ended", time=clock(seconds)) if seconds >= 1 else ""


def knock_out_in_words(number: int, given: str) -> str:
    """What a rule did, and what it did not do."""
    return _(
        "Question %(number)s: “%(given)s” ended the interview early. Nobody is rejected by a rule.",
        number=number,
        given=given,
    )


def state_in_words(state: str) -> str:
    """A state or a decision as a person says it: `not_scorable` is "Not scorable"."""
    known = _STATES.get(state) or _OUTCOMES.get(state)
    return _(known) if known else state.replace("_", " ").capitalize()


def kind_in_words(kind: str) -> str:
    """A kind of answer as a person says it: `video` is "Video"."""
    known = _KINDS.get(kind)
    return _(known) if known else kind.replace("_", " ").capitalize()


def reason_in_words(reason: str | None) -> str:
    """A sentence for a reason's code; a reason that already is a sentence is said in the reader's language."""
    if not reason:
        return ""
    return _(_REASONS[reason]) if reason in _REASONS else printable(_(reason))


def line(text: str) -> str:
    """`text` on one line, printable and breakable: for a place on a page that is not a paragraph."""
    return breakable(printable(text).replace("\n", " ").replace("\t", " "))


def paragraphs(text: str) -> list[str]:
    """The lines of `text` that are not empty, each printable and breakable."""
    return [line(part.strip()) for part in printable(text).split("\n") if part.strip()]


def figure(value: float) -> str:
    """A score or a percentage as a whole number, half up: what a reader does in their head."""
    return str(int(value + 0.5))
