"""Where a comment points: a moment of a recording, or words of an answer."""

from __future__ import annotations

import re
from typing import Final

from colloquy.contexts.scoring.policy.scorecard import LONGEST_COMMENT, prose_problem
from colloquy.kit.i18n import gettext as _

LONGEST_QUOTE: Final = 2000
_CLOCK: Final = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?:[.,](\d{1,3}))?")
_SECONDS: Final = re.compile(r"\d{1,6}(?:[.,]\d{1,3})?")


def seconds_of(text: str) -> float | None:
    """Seconds from `1:02`, `1:02:03`, `62` or `62.5`; None for anything else."""
    text = text.strip()
    if _SECONDS.fullmatch(text):
        return float(text.replace(",", "."))
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hours, minutes, seconds, fraction = found.groups()
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction or 0}")


def place_of(quote: str, words: str) -> tuple[int, int] | None:
    """First and behind the last character of `quote` in `words`, however they are broken into lines."""
    parts = quote.split()
    if not parts:
        return None
    found = re.search(r"\s+".join(map(re.escape, parts)), words)
    return None if found is None else found.span()


def comment_problems(text: str, at: float | None, quote: str, *, seconds: float | None, words: str) -> dict[str, str]:
    """What is wrong with a comment, by field. `seconds` is the recording's length, `words` what was said or written."""
    found: dict[str, str] = {}
    if not text:
        found["text"] = _("Write what you noticed.")
    elif problem := prose_problem(text, LONGEST_COMMENT):
        found["text"] = problem
    if at is not None and (seconds is None or not 0 <= at <= seconds + 1):
        found["at"] = (
            _("This answer has no recording.")
            if seconds is None
            else _("The recording is %(seconds)s seconds long.", seconds=round(seconds))
        )
    if quote and (len(quote) > LONGEST_QUOTE or place_of(quote, words) is None):
        found["quote"] = _("These words are not in the answer. Copy them as they stand there.")
    return found
