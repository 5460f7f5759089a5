"""How a report spells strings it did not write, times and states, in paper and in tables alike."""

from __future__ import annotations

import re
from datetime import datetime

# What no page and no cell can show: C0 and C1 controls but tab and line feed, lone surrogates, and the
# signs that reverse the reading order of everything after them (U+202A-E, U+2066-9: a name must not be
# able to turn the sentence around it).
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_LINE_END = re.compile(r"\r\n?|[\u2028\u2029\x85]")

# Longer than any word of any language we set; a longer run is a key, an address or an attack.
LONGEST_WORD = 48
_RUN = re.compile(rf"\S{{{LONGEST_WORD}}}(?=\S)")

_REASONS = {
    "no_speech": "No speech was found in the recording.",
    "low_confidence": "The recogniser was not sure enough of the words to judge them.",
    "wrong_language": "The answer is in a language this interview does not ask for.",
    "boilerplate": "The transcript holds only text that recognisers invent on silence.",
    "too_short": "The answer is too short to judge.",
    "no_answer": "The candidate did not answer this question.",
    "no_consent": "The candidate asked for people alone to judge, so no evaluator read this answer.",
    "human_only": "The candidate asked for people alone to judge, so no evaluator read this answer.",
}
_STATES = {
    "scored": "Scored",
    "not_scorable": "Not scorable",
    "needs_human": "For a person to judge",
    "failed": "Processing failed",
}
# Not strftime's %B, which speaks the language of the machine's locale.
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)  # fmt: skip - half a year a line


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
    at = datetime.fromisoformat(moment)
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}, {at:%H:%M} UTC"


def state_in_words(state: str) -> str:
    """A state as a person says it: `not_scorable` is "Not scorable"."""
    return _STATES.get(state, state.replace("_", " ").capitalize())


def reason_in_words(reason: str | None) -> str:
    """A sentence for a reason's code; a reason that already is a sentence stays as it is."""
    if not reason:
        return ""
    return _REASONS.get(reason) or printable(reason)


def line(text: str) -> str:
    """`text` on one line, printable and breakable: for a place on a page that is not a paragraph."""
    return breakable(printable(text).replace("\n", " ").replace("\t", " "))


def paragraphs(text: str) -> list[str]:
    """The lines of `text` that are not empty, each printable and breakable."""
    return [line(part.strip()) for part in printable(text).split("\n") if part.strip()]


def figure(value: float) -> str:
    """A score or a percentage as a whole number, half up: what a reader does in their head."""
    return str(int(value + 0.5))
