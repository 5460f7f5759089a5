"""Entries in words, in the language being spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from colloquy.contexts.audit.policy.actions import ACTIONS, ACTORS, DETAILS, KINDS, READS, SUBJECTS
from colloquy.kit.audit import READ, Entry
from colloquy.kit.i18n import gettext as _

if TYPE_CHECKING:
    from colloquy.contexts.audit.policy.shown import Shown

__all__ = ["KINDS", "actions_about", "actor_words", "detail_words", "subject_words", "words"]


def words(entry: Entry) -> str:
    """What was done. An action without words is said by its name."""
    if entry.action == READ:
        text = READS.get(str(entry.details.get("what")))
        return entry.action if text is None else _(text)
    known = ACTIONS.get(entry.action)
    return entry.action if known is None else _(known)


def actions_about(text: str) -> tuple[str, ...]:
    """Every action whose words contain this text, whatever its case. None for an empty text."""
    wanted = text.strip().casefold()
    if not wanted:
        return ()
    found = [action for action, said in ACTIONS.items() if wanted in _(said).casefold()]
    if any(wanted in _(said).casefold() for said in READS.values()):
        found.append(READ)
    return tuple(found)


def actor_words(shown: Shown) -> str:
    """Who did it: by their name of today, or what they were."""
    return shown.actor or _(ACTORS[shown.entry.actor_kind])


def subject_words(entry: Entry) -> str:
    """What it was done to, where that is not there any more or has no page."""
    known = SUBJECTS.get(entry.subject_kind)
    return entry.subject_kind if known is None else _(known)


def detail_words(entry: Entry) -> list[tuple[str, str]]:
    """Details as terms and values."""
    return [(_(DETAILS[name]) if name in DETAILS else name, _value(value)) for name, value in entry.details.items()]


def _value(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_value(one) for one in value)
    return str(value)
