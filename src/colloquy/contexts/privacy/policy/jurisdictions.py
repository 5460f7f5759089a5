"""Where the role is and where candidates are, and what the law of each place makes the product do.

This is what the product does, with the source of each rule; it is no legal advice, and it is not complete.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from colloquy.kit.i18n import N_


class Jurisdiction(StrEnum):
    """A place whose rules may hold for an interview. Several may hold at once; then the strictest does."""

    EU = "eu"
    UNITED_KINGDOM = "uk"
    UNITED_STATES = "us"
    NEW_YORK_CITY = "nyc"
    ILLINOIS = "illinois"
    CALIFORNIA = "california"
    COLORADO = "colorado"
    RUSSIA = "russia"
    OTHER = "other"


NAMES: dict[Jurisdiction, str] = {
    Jurisdiction.EU: N_("European Union and EEA"),
    Jurisdiction.UNITED_KINGDOM: N_("United Kingdom"),
    Jurisdiction.UNITED_STATES: N_("United States, federal law"),
    Jurisdiction.NEW_YORK_CITY: N_("New York City"),
    Jurisdiction.ILLINOIS: N_("Illinois"),
    Jurisdiction.CALIFORNIA: N_("California"),
    Jurisdiction.COLORADO: N_("Colorado"),
    Jurisdiction.RUSSIA: N_("Russia"),
    Jurisdiction.OTHER: N_("Elsewhere"),
}

_WITHIN = dict.fromkeys(
    (Jurisdiction.NEW_YORK_CITY, Jurisdiction.ILLINOIS, Jurisdiction.CALIFORNIA, Jurisdiction.COLORADO),
    Jurisdiction.UNITED_STATES,
)


class Effect(StrEnum):
    """What the product does because of a rule."""

    DISCLOSURE = "disclosure"
    """Says at the first contact that a program takes part."""
    SECTION = "section"
    """Adds the place's own section to the notice."""
    CONSENT_FIRST = "consent_first"
    """Consent to evaluation by a program counts only when it was given before the first answer."""
    ADVANCE_NOTICE = "advance_notice"
    """No program evaluates before ten business days have passed since the notice."""
    PEOPLE_INSTEAD = "people_instead"
    """Offers another way: people alone, and accommodations."""
    EXPLANATION = "explanation"
    """Explains the actual reading to the candidate, who may contest it."""
    NO_TEMPLATES = "no_templates"
    """Makes no template of a face or a voice, and says so."""
    AFFECT_OFF = "affect_off"
    """Infers no emotion, and filters words for it out of what models say."""
    PEOPLE_DECIDE = "people_decide"
    """Has a person make every decision, with a reason."""
    RECORDS = "records"
    """Keeps what retention clocks of this place ask for."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its name, where it is written, from when it is in force, and what follows for the product."""

    jurisdiction: Jurisdiction
    law: str
    source: str
    in_force: date
    effects: tuple[Effect, ...]
    follows: str


ADVANCE_BUSINESS_DAYS = 10
"""N.Y.C. Admin. Code 20-871(b): "no less than ten business days before such use"."""

RULES: tuple[Rule, ...] = (
    Rule(
        Jurisdiction.EU,
        N_("General Data Protection Regulation, Articles 13 to 22"),
        "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
        date(2018, 5, 25),
        (Effect.SECTION, Effect.PEOPLE_DECIDE, Effect.EXPLANATION),
        N_("Candidates are told their rights; no decision is made by a program; they see and contest its reading."),
    ),
    Rule(
        Jurisdiction.EU,
        N_("AI Act, Article 5(1)(f): no inference of emotions at work"),
        "https://eur-lex.europa.eu/eli/reg/2024/1689/oj",
        date(2025, 2, 2),
        (Effect.AFFECT_OFF,),
        N_("Nothing is inferred from face or voice, and words for feelings are filtered out of what models say."),
    ),
    Rule(
        Jurisdiction.EU,
        N_("AI Act, Article 50: people are told that they deal with AI"),
        "https://eur-lex.europa.eu/eli/reg/2024/1689/oj",
        date(2026, 8, 2),
        (Effect.DISCLOSURE,),
        N_("The landing page, the letters and the interviewer's first message say it."),
    ),
    Rule(
        Jurisdiction.EU,
        N_("AI Act, Articles 13 and 26(11): high-risk systems in recruitment"),
        "https://eur-lex.europa.eu/eli/reg/2024/1689/oj",
        date(2027, 12, 2),
        (Effect.SECTION, Effect.PEOPLE_DECIDE),
        N_("Candidates are told that a system of this kind is used on them; done from now on."),
    ),
    Rule(
        Jurisdiction.UNITED_KINGDOM,
        N_("UK GDPR and Data Protection Act 2018"),
        "https://www.legislation.gov.uk/ukpga/2018/12/contents",
        date(2021, 1, 1),
        (Effect.SECTION, Effect.PEOPLE_DECIDE, Effect.EXPLANATION),
        N_("As in the European Union; complaints go to the Information Commissioner."),
    ),
    Rule(
        Jurisdiction.UNITED_STATES,
        N_("Americans with Disabilities Act, Title I"),
        "https://www.ada.gov/law-and-regs/ada/",
        date(1992, 7, 26),
        (Effect.PEOPLE_INSTEAD,),
        N_("Accommodations for each candidate, offered before anything begins; using one changes no score."),
    ),
    Rule(
        Jurisdiction.NEW_YORK_CITY,
        N_("Local Law 144 of 2021 (automated employment decision tools)"),
        "https://rules.cityofnewyork.us/rule/automated-employment-decision-tools-updated/",
        date(2023, 7, 5),
        (Effect.SECTION, Effect.ADVANCE_NOTICE, Effect.PEOPLE_INSTEAD),
        N_("Notice in the posting or the letter; a program evaluates no sooner than ten business days after it."),
    ),
    Rule(
        Jurisdiction.ILLINOIS,
        N_("Artificial Intelligence Video Interview Act (820 ILCS 42)"),
        "https://www.ilga.gov/legislation/ilcs/ilcs3.asp?ActID=4015&ChapterID=68",
        date(2020, 1, 1),
        (Effect.SECTION, Effect.CONSENT_FIRST, Effect.PEOPLE_INSTEAD),
        N_("Notice, explanation and consent come before the first answer; without consent people evaluate."),
    ),
    Rule(
        Jurisdiction.ILLINOIS,
        N_("Biometric Information Privacy Act (740 ILCS 14)"),
        "https://www.ilga.gov/legislation/ilcs/ilcs3.asp?ActID=3004&ChapterID=57",
        date(2008, 10, 3),
        (Effect.NO_TEMPLATES,),
        N_("No template of a face or a voice is made, and the notice says so."),
    ),
    Rule(
        Jurisdiction.ILLINOIS,
        N_("Human Rights Act as changed by Public Act 103-0804: notice of AI in hiring"),
        "https://www.ilga.gov/legislation/publicacts/fulltext.asp?Name=103-0804",
        date(2026, 1, 1),
        (Effect.DISCLOSURE,),
        N_("Candidates are told that AI takes part before they begin."),
    ),
    Rule(
        Jurisdiction.CALIFORNIA,
        N_("Regulations on automated-decision systems in employment (2 CCR 11008 and following)"),
        "https://calcivilrights.ca.gov/",
        date(2025, 10, 1),
        (Effect.SECTION, Effect.PEOPLE_INSTEAD, Effect.RECORDS),
        N_("Accommodations are offered; records of decisions have clocks of their own."),
    ),
    Rule(
        Jurisdiction.COLORADO,
        N_("Consumer protections for automated decisions (SB 26-189)"),
        "https://leg.colorado.gov/bills/sb26-189",
        date(2027, 1, 1),
        (Effect.SECTION, Effect.EXPLANATION, Effect.PEOPLE_INSTEAD),
        N_("Notice beforehand, an explanation, correction, and a person who looks again; done from now on."),
    ),
    Rule(
        Jurisdiction.RUSSIA,
        N_("Federal Law 152-FZ on personal data, Articles 9 and 16"),
        "http://pravo.gov.ru/proxy/ips/?docbody=&nd=102108261",
        date(2007, 1, 26),
        (Effect.SECTION, Effect.PEOPLE_DECIDE),
        N_("Consent is specific, purpose by purpose, and can be withdrawn; no decision is made by a program alone."),
    ),
)


def understood(names: Iterable[str]) -> tuple[Jurisdiction, ...]:
    """The places of these names, in their order in the table, each once; unknown names are left out."""
    wanted = set(names)
    return tuple(place for place in Jurisdiction if place.value in wanted)


def holding(chosen: Iterable[Jurisdiction]) -> tuple[Jurisdiction, ...]:
    """The places whose rules hold: the chosen ones, and the country that one of them is part of."""
    wanted = set(chosen)
    wanted |= {_WITHIN[place] for place in wanted if place in _WITHIN}
    return tuple(place for place in Jurisdiction if place in wanted)


def rules_of(chosen: Iterable[Jurisdiction]) -> tuple[Rule, ...]:
    """Every rule that holds for these places. None is weaker for another's sake: together they are the strictest."""
    places = holding(chosen)
    return tuple(rule for rule in RULES if rule.jurisdiction in places)


def asks_for(chosen: Iterable[Jurisdiction], effect: Effect) -> bool:
    """Whether any of the rules that hold asks for it."""
    return any(effect in rule.effects for rule in rules_of(chosen))


def sections(chosen: Iterable[Jurisdiction]) -> tuple[str, ...]:
    """The places that add a section to the notice, in the order of the table."""
    return tuple(dict.fromkeys(rule.jurisdiction.value for rule in rules_of(chosen) if Effect.SECTION in rule.effects))
