"""Answers that are neither recorded nor prose: choices, numbers, links. What is taken, and what is said otherwise."""

from __future__ import annotations

import math
from urllib.parse import urlsplit

from colloquy.contexts.interviews import public as interviews
from colloquy.kit.errors import Malformed
from colloquy.kit.i18n import gettext as _

LONGEST_LINK = 2000

Value = str | list[str] | float
"""An option's id or a link; option ids; a number."""

VALUED = frozenset(
    {
        interviews.AnswerKind.SINGLE_CHOICE,
        interviews.AnswerKind.MULTIPLE_CHOICE,
        interviews.AnswerKind.NUMBER,
        interviews.AnswerKind.LINK,
    }
)


def checked_value(question: interviews.Question, value: object) -> Value:
    """The value as it is stored. Malformed, with the field `value`, when the question does not take it."""
    match question.kind:
        case interviews.AnswerKind.SINGLE_CHOICE:
            return _one(question, value)
        case interviews.AnswerKind.MULTIPLE_CHOICE:
            return _several(question, value)
        case interviews.AnswerKind.NUMBER:
            return _number(question.number_rule, value)
        case interviews.AnswerKind.LINK:
            return _link(value)
        case _:
            raise _wrong(_("This question is not answered by a value."))


def _wrong(message: str) -> Malformed:
    return Malformed(message, fields={"value": message})


def _one(question: interviews.Question, value: object) -> str:
    if not isinstance(value, str) or value not in {option.id for option in question.options}:
        raise _wrong(_("Choose one of the answers."))
    return value


def _several(question: interviews.Question, value: object) -> list[str]:
    known = [option.id for option in question.options]
    if not isinstance(value, list) or not value or not set(map(str, value)) <= set(known):
        raise _wrong(_("Choose at least one of the answers."))
    # In the order of the options, each once: the same choice is the same value, whatever was clicked first.
    return [option for option in known if option in value]


def _number(rule: interviews.NumberRule, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _wrong(_("Enter a number."))
    if rule.lowest is not None and value < rule.lowest:
        raise _wrong(_("Enter a number from %(lowest)s on.", lowest=f"{rule.lowest:g}"))
    if rule.highest is not None and value > rule.highest:
        raise _wrong(_("Enter a number up to %(highest)s.", highest=f"{rule.highest:g}"))
    return float(value)


def _link(value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        parts, host = urlsplit(""), None
    readable = len(text) <= LONGEST_LINK and not any(c.isspace() or ord(c) < ord(" ") or c in "<>\"'`" for c in text)
    if parts.scheme not in {"http", "https"} or not host or "." not in host or not readable:
        raise _wrong("Enter a whole web address, beginning with https://")
    return text
