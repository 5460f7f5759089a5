"""Texts as people type them: tidied, and what is wrong with them."""

from __future__ import annotations

from colloquy.kit.i18n import gettext as _

Problems = dict[str, str]
"""What is outside its limits: a field's name and what to do about it."""


def storable(text: str) -> bool:
    """Whether the database can hold the text: no NUL, no half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def text_problem(text: str, longest: int) -> str | None:
    """What is wrong with a text of at most `longest` characters; None when nothing is."""
    if not storable(text):
        return _("This has characters that are not text. Type it again.")
    if len(text) > longest:
        return _("Use at most %(number)s characters; this has %(given)s.", number=longest, given=len(text))
    return None


def one_line(text: str) -> str:
    """Without line breaks, and without space around it or twice in it."""
    return " ".join(text.split())


def several_lines(text: str) -> str:
    """Without space around it, lines ended as Unix has it: browsers send line breaks of forms as CR LF."""
    return text.replace("\r\n", "\n").strip()
