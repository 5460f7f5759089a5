"""A template for an assessment of the impact on data protection (Regulation (EU) 2016/679, Article 35)."""

from __future__ import annotations

from colloquy.contexts.documents.policy import common
from colloquy.contexts.documents.policy.document import Document, Open, Part, Points, Table, Text
from colloquy.contexts.documents.policy.facts import Facts
from colloquy.contexts.documents.policy.safeguards import SAFEGUARDS
from colloquy.kit.i18n import gettext as _

KEY = "impact-assessment"


def impact_assessment(facts: Facts, language: str) -> Document:
    """The template in the language in force: what the system knows is filled in, the rest is open."""
    return Document(
        KEY,
        language,
        _("Data protection impact assessment: %(name)s", name=facts.organisation),
        _(
            "A template by Article 35 of Regulation (EU) 2016/679. What the running system knows is filled in; whether "
            "the processing is necessary and proportionate only you can say. No legal advice."
        ),
        (
            Part(
                _("1. The processing"),
                (
                    Text(_("Controller: %(name)s.", name=facts.organisation)),
                    Text(_("Contact named in the notices: %(contact)s.", contact=facts.contact))
                    if facts.contact
                    else Open(_("whom candidates can ask; no contact address is set.")),
                    Points(
                        (
                            _("To hold interviews that candidates are invited to."),
                            _("To record, transcribe and keep their answers for review."),
                            _("To give levels with quotes where the candidate agreed to a program."),
                            _("To decide, by people, and to answer objections."),
                        )
                    ),
                    Open(_("the legal basis of each purpose, and the data protection officer.")),
                ),
            ),
            Part(_("Interviews and programs"), common.oversight(facts), level=3),
            Part(_("Programs in use"), (common.models(facts),), level=3),
            Part(
                _("Kinds of data"),
                (
                    Text(_("Rows about a candidate that are erased with them, by table:")),
                    Table((_("Table"), _("What it holds")), tuple((table, _(said)) for table, said in facts.stored)),
                ),
                level=3,
            ),
            Part(
                _("Recipients"),
                (common.recipients(facts), Open(_("contracts with them, and transfers abroad."))),
                level=3,
            ),
            Part(_("Storage periods"), (common.clocks(facts),), level=3),
            Part(
                _("2. Necessity and proportionality"),
                (
                    Text(_("Candidates may refuse a program without losing their chance.")),
                    Open(_("why this is necessary for the roles, and what milder means you considered.")),
                ),
            ),
            Part(
                _("3. Risks and measures"),
                (
                    Table(
                        (_("Risk"), _("What the system does"), _("Tested in")),
                        tuple((_(one.risk), _(one.measure), ", ".join(one.tests)) for one in SAFEGUARDS),
                    ),
                    Open(_("likelihood and severity of each for your candidates, and what you do besides.")),
                ),
            ),
            Part(
                _("4. Opinions and decision"),
                (
                    Open(_("the advice of the data protection officer, and what candidates say about it.")),
                    Open(_("the decision, its date, and when this is looked at again.")),
                ),
            ),
        ),
    )
