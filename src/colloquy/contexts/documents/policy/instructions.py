"""Instructions for use (Regulation (EU) 2024/1689, Article 13), from what is configured."""

from __future__ import annotations

from colloquy.contexts.documents.policy import common
from colloquy.contexts.documents.policy.document import Document, Open, Part, Points, Text
from colloquy.contexts.documents.policy.facts import Facts
from colloquy.contexts.documents.policy.figures import quoted
from colloquy.kit.i18n import gettext as _

KEY = "instructions-for-use"
_FIGURES = ("Short answers against human marks", "Ranking suite", "Injection", "No affect")


def instructions(facts: Facts, language: str) -> Document:
    """What whoever uses the system has to know, in the language in force."""
    return Document(
        KEY,
        language,
        _("Instructions for use: %(name)s", name=facts.organisation),
        _("What the system is for and what not, how far its levels can be relied on, and who decides."),
        (
            Part(
                _("Who provides it"),
                (
                    Text(
                        _("Colloquy %(version)s, run by the organisation itself.", version=facts.surroundings.version)
                    ),
                    Open(_("name and contact of the provider, and of its representative if there is one.")),
                ),
            ),
            Part(
                _("Intended purpose"),
                (
                    Text(
                        _(
                            "To ask every candidate for a role the same questions, and to show trained people what in "
                            "the answers speaks for which level of a competency."
                        )
                    ),
                    common.evaluated(facts),
                ),
            ),
            Part(_("What it must not be used for"), (common.misuse(),)),
            Part(
                _("How accurate it is"),
                (
                    Text(
                        _(
                            "Figures of the built-in rules, quoted in English with what they do not show. Whoever uses "
                            "a language model has other figures, and has to measure them."
                        )
                    ),
                    common.models(facts),
                ),
            ),
            *quoted(_FIGURES),
            Part(_("Human oversight"), common.oversight(facts)),
            Part(_("Logs"), (common.logging(), common.clocks(facts))),
            Part(_("Known limits"), (_limits(facts),)),
            Part(
                _("Machines and care"),
                (
                    Text(_("What it needs: docs/operations. Back up the keys apart from the data.")),
                    Open(_("who runs it, who is called when it fails, and when it is brought up to date.")),
                ),
            ),
        ),
    )


def _limits(facts: Facts) -> Points:
    found = [
        _("The rules know English and Russian; other languages get no level from them."),
        _("Speech is misheard, more with noise and accents: %(name)s is in use.", name=facts.surroundings.recogniser),
        _("Short answers often give too little evidence for a level; a person reads them."),
        _("New wordings of orders to the assessor are not always noticed."),
    ]
    if not facts.surroundings.scanner:
        found.append(_("Files of candidates are not scanned for viruses: no scanner is configured."))
    if not all(one.blind_review for one in facts.interviews):
        found.append(_("Where a review is not blind, reviewers see levels before they have their own view."))
    return Points(tuple(found))
