"""Which features matter for which competency: the table that turns evidence into a level.

A competency's score is the weighted mean of its features' values (weights below; features that cannot apply, such as
expected points where none are given, leave the mean). `THRESHOLDS` maps the score to a level and `ceiling` holds it
down where the anchors ask for something that is missing. The tables are part of the evaluator's version: change one
number and `rules.EVALUATOR` must change.
"""

from __future__ import annotations

import math
from typing import Final

from colloquy.contexts.analysis.policy.evidence import Evidence, Feature, Finding
from colloquy.contexts.analysis.policy.values import CompetencyToJudge

Profile = dict[Feature, float]

_F = Feature

TECHNICAL: Final[Profile] = {
    _F.POINTS: 0.55,
    _F.SIGNALS: 0.10,
    _F.CAUSE: 0.12,
    _F.SPECIFICS: 0.10,
    _F.TRADEOFF: 0.08,
    _F.EXAMPLE: 0.05,
}
COMMUNICATION: Final[Profile] = {
    _F.POINTS: 0.15,
    _F.SIGNALS: 0.25,
    _F.ACTION: 0.15,
    _F.RESULT: 0.15,
    _F.SITUATION: 0.10,
    _F.CAUSE: 0.10,
    _F.SPECIFICS: 0.10,
}
BEHAVIOURAL: Final[Profile] = {
    _F.POINTS: 0.15,
    _F.SIGNALS: 0.20,
    _F.SITUATION: 0.10,
    _F.ACTION: 0.20,
    _F.RESULT: 0.15,
    _F.FIGURE: 0.05,
    _F.REFLECTION: 0.10,
    _F.CAUSE: 0.05,
}
BY_KIND: Final = {"technical": TECHNICAL, "communication": COMMUNICATION, "behavioural": BEHAVIOURAL}

BY_KEY: Final[dict[str, Profile]] = {
    "technical_knowledge": {
        _F.POINTS: 0.65,
        _F.SIGNALS: 0.08,
        _F.CAUSE: 0.12,
        _F.SPECIFICS: 0.10,
        _F.EXAMPLE: 0.05,
    },
    "problem_solving": {
        _F.POINTS: 0.30,
        _F.SIGNALS: 0.20,
        _F.ACTION: 0.12,
        _F.CAUSE: 0.10,
        _F.VERIFICATION: 0.10,
        _F.RESULT: 0.10,
        _F.SPECIFICS: 0.08,
    },
    "technical_judgement": {
        _F.POINTS: 0.25,
        _F.SIGNALS: 0.10,
        _F.TRADEOFF: 0.22,
        _F.ALTERNATIVE: 0.18,
        _F.CAUSE: 0.15,
        _F.SPECIFICS: 0.10,
    },
    "quality_focus": {
        _F.POINTS: 0.25,
        _F.SIGNALS: 0.20,
        _F.VERIFICATION: 0.20,
        _F.ACTION: 0.12,
        _F.RESULT: 0.10,
        _F.CAUSE: 0.08,
        _F.SPECIFICS: 0.05,
    },
    "analytical_thinking": {
        _F.POINTS: 0.25,
        _F.SIGNALS: 0.20,
        _F.FIGURE: 0.15,
        _F.VERIFICATION: 0.12,
        _F.ACTION: 0.10,
        _F.RESULT: 0.10,
        _F.CAUSE: 0.08,
    },
    "clear_communication": {
        _F.RELEVANCE: 0.25,
        _F.ORDER: 0.20,
        _F.POINTS: 0.10,
        _F.CAUSE: 0.15,
        _F.SPECIFICS: 0.15,
        _F.RESULT: 0.10,
        _F.EXAMPLE: 0.05,
    },
    "persuasion": {
        _F.POINTS: 0.15,
        _F.SIGNALS: 0.25,
        _F.ACTION: 0.15,
        _F.RESULT: 0.20,
        _F.CAUSE: 0.10,
        _F.SITUATION: 0.05,
        _F.FIGURE: 0.10,
    },
    "ownership": {
        _F.POINTS: 0.15,
        _F.SIGNALS: 0.20,
        _F.ACTION: 0.30,
        _F.RESULT: 0.20,
        _F.SITUATION: 0.05,
        _F.REFLECTION: 0.10,
    },
    "learning": {
        _F.POINTS: 0.15,
        _F.SIGNALS: 0.15,
        _F.REFLECTION: 0.30,
        _F.ACTION: 0.20,
        _F.RESULT: 0.10,
        _F.SITUATION: 0.10,
    },
    "planning": {
        _F.POINTS: 0.15,
        _F.SIGNALS: 0.25,
        _F.ACTION: 0.20,
        _F.RESULT: 0.15,
        _F.ORDER: 0.10,
        _F.FIGURE: 0.08,
        _F.CAUSE: 0.07,
    },
}
"""Ready-made competencies whose anchors ask for something of their own; the others go by their kind."""

THRESHOLDS: Final = ((0.76, 5), (0.56, 4), (0.30, 3), (0.18, 2))
"""Lowest score of a level; below the last one the level is 1."""

TEAM_INSTEAD_OF_OWN: Final = 0.5
TEAM_IN_TEAMWORK: Final = 0.85
"""What the team's deeds count where own deeds are asked for."""

GENERAL_TALK: Final = 0.1
"""Share of general talk that anybody's answer may hold."""

FULL_STORY_DEEDS: Final = 0.75
MOSTLY: Final = 0.55

MUCH_GENERAL_TALK: Final = 0.2

OFF_TOPIC: Final = 0.3
BARELY_ON_TOPIC: Final = 0.5


def profile_of(competency: CompetencyToJudge, evidence: Evidence) -> Profile:
    """The weights that apply to this competency and answer, summing to 1. An unknown kind is read as behavioural."""
    profile = BY_KEY.get(competency.key) or BY_KIND.get(competency.kind, BEHAVIOURAL)
    applicable = {f: w for f, w in profile.items() if f is not _F.POINTS or evidence.coverage}
    total = sum(applicable.values())
    return {feature: weight / total for feature, weight in applicable.items()}


def action_for(competency: CompetencyToJudge, evidence: Evidence) -> Finding:
    """Own deeds, or at a discount the team's if that is all there is."""
    own = evidence.of(_F.ACTION)
    share = TEAM_IN_TEAMWORK if competency.key == "teamwork" else TEAM_INSTEAD_OF_OWN
    return (
        own if own.value >= share * evidence.team.value else Finding(share * evidence.team.value, evidence.team.clauses)
    )


def plainness(evidence: Evidence) -> float:
    """What is left of a score, 0.4 to 1: talk that holds for everybody says nothing about this person's work."""
    return 1.0 - min(0.6, 1.5 * max(0.0, evidence.general - GENERAL_TALK))


def full_story(evidence: Evidence) -> bool:
    """Whether a real case is told with several deeds of one's own, a result, and a figure or a scene."""
    scene = evidence.of(_F.FIGURE).value or evidence.of(_F.SITUATION).value
    deeds = evidence.of(_F.ACTION).value >= FULL_STORY_DEEDS and not evidence.imagined
    return bool(deeds and evidence.of(_F.RESULT).value and scene)


def _beside_points(profile: Profile, findings: dict[Feature, Finding]) -> float:
    """The score without the expected points, 0 to 1."""
    rest = {feature: weight for feature, weight in profile.items() if feature is not _F.POINTS}
    return sum(weight * findings[feature].value for feature, weight in rest.items()) / sum(rest.values())


def highest_score(level: int) -> float:
    """The highest score that still stands for this level."""
    above = next((least for least, reached in THRESHOLDS if reached == level + 1), 1.0)
    return math.nextafter(above, 0.0) if above < 1.0 else above


def level_for(score: float) -> int:
    """The level that a score between 0 and 1 stands for."""
    return next((level for least, level in THRESHOLDS if score >= least), 1)


def ceiling(profile: Profile, findings: dict[Feature, Finding], evidence: Evidence, relevance: float) -> int:
    """The highest level the anchors allow when something they name is missing.

    Off topic 1, or 2 for a story with deeds and a result, which may be on topic in words of its own, and 3 for a full
    one. Barely on topic 3, or 4 for a full story. Only imagined where a real case was asked for: 2. Much general talk
    and nothing concrete: 2. Expected points, where they weigh most: under a quarter 2, under a half 3, under two
    thirds 4, and one more where most of the rest is there, for nobody uses all of the expected words. No sign of the
    competency itself, where signs weigh most beside the points: 3. Where own deeds weigh a tenth or more: without any
    3, and 2 where nothing weighs more. Where a result is asked for: without one 4.
    """
    if relevance < OFF_TOPIC:
        told = evidence.of(_F.ACTION).value and evidence.of(_F.RESULT).value
        return 3 if full_story(evidence) else 2 if told else 1
    limits = [5 if relevance >= BARELY_ON_TOPIC else 4 if full_story(evidence) else 3]
    if evidence.imagined and evidence.case:
        limits.append(2)
    concrete = (_F.ACTION, _F.FIGURE, _F.SPECIFICS, _F.EXAMPLE)
    if evidence.general > MUCH_GENERAL_TALK and not any(evidence.of(feature).value for feature in concrete):
        limits.append(2)
    if profile.get(_F.POINTS, 0) >= max(profile.values()):
        covered = findings[_F.POINTS].value
        limit = 2 if covered < 1 / 4 else 3 if covered < 1 / 2 else 4 if covered < 2 / 3 else 5
        limits.append(min(5, limit + (_beside_points(profile, findings) >= MOSTLY)))
    signs = profile.get(_F.SIGNALS, 0)
    if signs >= max(w for f, w in profile.items() if f is not _F.POINTS) and not findings[_F.SIGNALS].value:
        limits.append(3)
    deeds = profile.get(_F.ACTION, 0)
    if deeds >= 1 / 10 and not evidence.of(_F.ACTION).value:
        limits.append(2 if deeds >= max(profile.values()) else 3)
    if _F.RESULT in profile and not findings[_F.RESULT].value:
        limits.append(4)
    return min(limits)
