"""What can be wrong with a chain, in words."""

from __future__ import annotations

from colloquy.contexts.audit.policy.log import Finding
from colloquy.kit.i18n import N_
from colloquy.kit.i18n import gettext as _

TEXTS = {
    "missing": N_("Entry %(number)s is missing: after it comes entry %(found)s."),
    "order": N_("Entry %(number)s is expected here, and entry %(found)s stands in its place."),
    "unlinked": N_("Entry %(number)s does not follow from the entry before it: one of the two was changed."),
    "altered": N_("Entry %(number)s was changed: its content is not what was hashed."),
    "address": N_("Entry %(number)s has another network address than the one that was noted."),
    "truncated": N_("The log ends at entry %(found)s; it went on to entry %(number)s at least."),
    "beyond": N_("There is an entry %(found)s after the last one that was appended, %(number)s."),
    "head": N_("The hash of the last entry, %(number)s, is not the one that the log ended with."),
    "checkpoint": N_("Entry %(number)s is not the one that was signed on %(day)s."),
    "signature": N_("The signature of %(day)s over entry %(number)s is not this installation's."),
    "unsigned": N_(
        "Entry %(number)s is older than two days and no daily signature covers it: the scheduler has not run, or"
        " signatures were removed."
    ),
    "witness": N_("Entry %(number)s has another hash than the one you gave."),
    "line": N_("Line %(line)s is not as it was exported."),
    "failed": N_("The check could not be finished. Try again; the operator's log says why."),
}


def said(finding: Finding) -> str:
    """The finding as a sentence, in the language being spoken."""
    return _(TEXTS[finding.code], number=finding.number, **finding.values)
