"""An outline of the technical documentation of Regulation (EU) 2024/1689, Annex IV, filled from the system."""

from __future__ import annotations

from colloquy.contexts.documents.policy import common
from colloquy.contexts.documents.policy.document import Document, Open, Part, Points, Table, Text
from colloquy.contexts.documents.policy.facts import Facts
from colloquy.contexts.documents.policy.figures import quoted
from colloquy.contexts.documents.policy.safeguards import SAFEGUARDS
from colloquy.kit.i18n import gettext as _

KEY = "technical-file"


def technical_file(facts: Facts, language: str) -> Document:
    """The outline in the language in force, with the nine headings of Annex IV."""
    return Document(
        KEY,
        language,
        _("Technical file: %(name)s", name=facts.organisation),
        _(
            "An outline by the headings of Regulation (EU) 2024/1689, Annex IV, filled with what is configured here. "
            "It is a beginning for whoever has to keep such a file, no legal advice and no statement of conformity."
        ),
        (
            _general(facts),
            *_elements(facts),
            *_control(facts),
            _metrics(),
            _risks(),
            _changes(facts),
            Part(
                _("7. Standards applied"),
                (
                    Text(_("OWASP ASVS 5.0.0 levels 1 and 2, row by row: docs/compliance/asvs.md.")),
                    Open(_("harmonised standards that you apply, and what you do where there is none.")),
                ),
            ),
            Part(
                _("8. Declaration of conformity"), (Open(_("a copy of the EU declaration of conformity, Article 47.")),)
            ),
            Part(
                _("9. Monitoring after the market"),
                (
                    Text(
                        _(
                            "The product compares levels with reviewers' own scorecards, measures adverse impact where "
                            "candidates volunteer about themselves, and shows how a new version would score old "
                            "answers."
                        )
                    ),
                    Open(_("who looks at these figures, how often, and what happens then (Article 72).")),
                ),
            ),
        ),
    )


def _general(facts: Facts) -> Part:
    around = facts.surroundings
    return Part(
        _("1. General description"),
        (
            Table(
                (_("What"), _("Is")),
                (
                    (_("Product"), "Colloquy"),
                    (_("Version"), around.version),
                    (_("Used by"), facts.organisation),
                    (_("Built-in evaluator"), facts.evaluator),
                    (_("What it goes by"), facts.prompt_version),
                    (_("Recogniser of speech"), around.recogniser),
                    (_("Virus scanner"), common.yes(around.scanner)),
                ),
            ),
            Text(
                _(
                    "Purpose: to hold structured interviews, recorded or written, to show people what in an answer "
                    "speaks for which level of a competency, and to help them decide."
                )
            ),
            Open(_("your role (provider or deployer), your address, and who represents you.")),
            Open(_("on which machines it runs, and how people get to it.")),
        ),
    )


def _elements(facts: Facts) -> tuple[Part, ...]:
    return (
        Part(
            _("2. Elements and development"),
            (
                Text(
                    _(
                        "Answers are read by rules that are part of the product, or by the language models below. Both "
                        "give levels with quotes, and both are checked: a quote that does not stand in the answer does "
                        "not count, and sentences about feelings, voice, accent, looks or health are dropped."
                    )
                ),
                common.models(facts),
                common.evaluated(facts),
                Open(_("which data you used to choose questions and anchors, and who did.")),
            ),
        ),
        Part(_("Components"), (Table((_("Library"), _("Version")), facts.surroundings.components),), level=3),
    )


def _control(facts: Facts) -> tuple[Part, ...]:
    return (
        Part(_("3. Monitoring, functioning and control"), (common.misuse(),)),
        Part(_("Accuracy, and what the figures do not show"), (_about_figures(),), level=3),
        *quoted(),
        Part(_("Human oversight"), common.oversight(facts), level=3),
        Part(_("Logging"), (common.logging(),), level=3),
        Part(_("How long what is kept"), (common.clocks(facts),), level=3),
        Part(_("Where data go"), (common.recipients(facts),), level=3),
    )


def _about_figures() -> Text:
    return Text(
        _(
            "The figures below are of the built-in rules, with 95 % intervals, quoted in English as the product "
            "measured them. They are not of your candidates, nor of a language model."
        )
    )


def _metrics() -> Part:
    return Part(
        _("4. Whether the measures fit"),
        (
            Text(
                _(
                    "Agreement with people's marks and order is measured because a level stands in for a trained "
                    "reader's; neither says whether somebody does well in the role later."
                )
            ),
            Open(_("why these measures are enough for your use, or what you measure besides.")),
        ),
    )


def _risks() -> Part:
    return Part(
        _("5. Risk management"),
        (
            Table(
                (_("Risk"), _("What the system does"), _("Tested in")),
                tuple((_(one.risk), _(one.measure), ", ".join(one.tests)) for one in SAFEGUARDS),
            ),
            Open(_("risks of your use, what is left of them, and who accepts that (Article 9).")),
        ),
    )


def _changes(facts: Facts) -> Part:
    return Part(
        _("6. Changes"),
        (
            Points(
                (
                    _("This outline was made from version %(version)s.", version=facts.surroundings.version),
                    _("Changes of settings are in the audit log; versions of rubrics are kept with what they scored."),
                )
            ),
            Open(_("what you changed since the first use, and when.")),
        ),
    )
