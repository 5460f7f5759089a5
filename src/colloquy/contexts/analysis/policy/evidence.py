"""What an answer shows, feature by feature, and in which clauses it shows it.

Every feature is graded by how many *different* things were found, never by how often or how long: `GRADES` says how
many make the full value. A feature is looked for only in clauses that are statements (see `statements`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from colloquy.contexts.analysis.policy import lexicon
from colloquy.contexts.analysis.policy.actions import Deed, asks_for_case, asks_for_habit, asks_to_imagine, deed
from colloquy.contexts.analysis.policy.clauses import Reading
from colloquy.contexts.analysis.policy.grading import knowledge
from colloquy.contexts.analysis.policy.likeness import likeness
from colloquy.contexts.analysis.policy.points import Coverage, cover
from colloquy.contexts.analysis.policy.specifics import figures, names, terms
from colloquy.contexts.analysis.policy.statements import STATEMENT, Statements
from colloquy.contexts.analysis.policy.tokens import Token, content_stems, word_list
from colloquy.contexts.analysis.policy.values import QuestionToJudge


class Feature(StrEnum):
    """Something an answer may show. The order is that of the reasons given to the recruiter."""

    POINTS = "points"
    SIGNALS = "signals"
    SITUATION = "situation"
    TASK = "task"
    ACTION = "action"
    RESULT = "result"
    FIGURE = "figure"
    REFLECTION = "reflection"
    CAUSE = "cause"
    TRADEOFF = "tradeoff"
    ALTERNATIVE = "alternative"
    VERIFICATION = "verification"
    SPECIFICS = "specifics"
    ORDER = "order"
    EXAMPLE = "example"
    RELEVANCE = "relevance"


GRADES: Final[dict[Feature, tuple[float, ...]]] = {
    Feature.SIGNALS: (0.4, 0.65, 0.85, 1.0),
    Feature.SITUATION: (0.8, 1.0),
    Feature.TASK: (1.0,),
    Feature.ACTION: (0.4, 0.6, 0.75, 0.9, 1.0),
    Feature.RESULT: (0.7, 1.0),
    Feature.FIGURE: (0.6, 1.0),
    Feature.REFLECTION: (1.0,),
    Feature.CAUSE: (0.6, 1.0),
    Feature.TRADEOFF: (0.7, 1.0),
    Feature.ALTERNATIVE: (0.7, 1.0),
    Feature.VERIFICATION: (0.6, 1.0),
    Feature.SPECIFICS: (0.3, 0.5, 0.7, 0.85, 1.0),
    Feature.ORDER: (0.5, 1.0),
    Feature.EXAMPLE: (1.0,),
}
"""Value of a feature after one, two, ... different findings. A second one confirms, a fifth adds nothing."""

_BY_FAMILY: Final = (
    Feature.SITUATION,
    Feature.TASK,
    Feature.RESULT,
    Feature.REFLECTION,
    Feature.CAUSE,
    Feature.TRADEOFF,
    Feature.ALTERNATIVE,
    Feature.VERIFICATION,
    Feature.ORDER,
    Feature.EXAMPLE,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A feature's value from 0 to 1, the clauses that show it in order, and the words by which it was recognised."""

    value: float
    clauses: tuple[int, ...]
    words: tuple[str, ...] = ()


_MOSTLY_WOULD: Final = 2
"""Clauses with a would from which an answer without any own deed is an imagined one, whatever its verbs are."""
_DEEDS_BEFORE_OUTCOME: Final = 2
_IN_OPENING: Final = frozenset({Feature.SITUATION, Feature.TASK})
_ONLY_TOLD: Final = frozenset({Feature.RESULT, Feature.REFLECTION, Feature.VERIFICATION, Feature.CAUSE, Feature.ORDER})
"""Looked for in what is told of a real case only: "usually somebody fixes it" is no result."""

KNOWLEDGE: Final = "technical_knowledge"
"""The competency whose level follows the mark that people would give."""

NOTHING: Final = Finding(0.0, ())


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything found in one answer that does not depend on the competency."""

    findings: dict[Feature, Finding]
    coverage: tuple[Coverage, ...]
    team: Finding
    imagined: bool
    case: bool
    """Whether the question asks for a real case."""
    talk: frozenset[int]
    """Clauses that say what holds for everybody and show nothing of their own."""
    general: float
    """Their share of the statements."""

    known: Finding | None = None
    """The points as one whole, marked as a teacher would, where the question probes knowledge."""

    def of(self, feature: Feature) -> Finding:
        return self.findings.get(feature, NOTHING)


def gather(question: QuestionToJudge, reading: Reading, said: Statements) -> Evidence:
    """Look for every general feature of an answer."""
    stated = [i for i in said.kept if said.full[i] >= STATEMENT]
    coverage = cover(question.text, question.expected_points, reading, said)
    own, team, imagined = _deeds(question, reading, stated)
    case = asks_for_case(question.text)
    findings = {
        Feature.ACTION: own,
        Feature.FIGURE: _figures(reading, stated),
        Feature.SPECIFICS: _specifics(reading, stated),
    }
    talk = _general(reading, stated, findings)
    told = [i for i in stated if i not in talk]
    opening = [i for i in told if i <= _end_of_opening(own, stated)]
    for feature in _BY_FAMILY:
        places = opening if feature in _IN_OPENING else told if feature in _ONLY_TOLD else stated
        findings[feature] = heard(lexicon.family(feature), feature, reading, places)
    findings[Feature.RESULT] = _outcome(findings[Feature.RESULT], findings[Feature.FIGURE], own, team, case=case)
    findings[Feature.POINTS] = _points(coverage)
    findings[Feature.RELEVANCE] = _relevance(question, reading, told, coverage)
    general = len(talk) / max(1, len(stated))
    known = _known(question, reading, said, coverage, findings[Feature.POINTS])
    return Evidence(findings, coverage, team, imagined, case, frozenset(talk), general, known)


def _known(
    question: QuestionToJudge, reading: Reading, said: Statements, coverage: tuple[Coverage, ...], points: Finding
) -> Finding | None:
    if not coverage or all(competency.key != KNOWLEDGE for competency in question.competencies):
        return None
    return replace(points, value=knowledge(question.text, reading, said, coverage, question.language))


def heard(
    family: lexicon.Family, feature: Feature, reading: Reading, stated: list[int], *, every: bool = False
) -> Finding:
    """How many different phrases of a family the statements hold, and which clauses hold them first (or at all)."""
    words: dict[tuple[str, ...], str] = {}
    clauses: list[int] = []
    for i in stated:
        for hit in lexicon.find(family, reading.stems[i]):
            if every or hit.phrase not in words:
                first = reading.clauses[i].first + hit.at
                last = reading.tokens[first + len(hit.phrase) - 1]
                words[hit.phrase] = reading.text[reading.tokens[first].start : last.end]
                clauses.append(i)
    return Finding(grade(feature, len(words)), tuple(dict.fromkeys(clauses)), tuple(words.values()))


def grade(feature: Feature, different: int) -> float:
    """The value of a feature after so many different findings."""
    steps = GRADES[feature]
    return steps[min(different, len(steps)) - 1] if different else 0.0


def _deeds(question: QuestionToJudge, reading: Reading, stated: list[int]) -> tuple[Finding, Finding, bool]:
    """Own deeds, the team's deeds, and whether own deeds are only imagined though the question asked for real ones."""
    by_kind: dict[Deed, list[int]] = {kind: [] for kind in Deed}
    before: Deed | None = None
    habit = asks_for_habit(question.text)
    for i in stated:
        before = deed(reading.tokens_in(reading.clauses[i]), continues=before is Deed.OWN, habit=habit)
        if before is not None:
            by_kind[before].append(i)
    own, imagined = by_kind[Deed.OWN], by_kind[Deed.IMAGINED]
    if asks_to_imagine(question.text):
        own, imagined = sorted(own + imagined), []
    value = grade(Feature.ACTION, len(own))
    would = [i for i in stated if any(t.norm in word_list("would") for t in reading.tokens_in(reading.clauses[i]))]
    if asks_for_case(question.text) and not own and len(would) >= _MOSTLY_WOULD:
        imagined = imagined or would
    only_imagined = bool(imagined) and not own
    if only_imagined:
        own, value = imagined, grade(Feature.ACTION, len(imagined)) / 2
    team = by_kind[Deed.TEAM]
    return Finding(value, tuple(own)), Finding(grade(Feature.ACTION, len(team)), tuple(team)), only_imagined


def _end_of_opening(own: Finding, stated: list[int]) -> int:
    """The clause up to which the scene is set: that of the second own deed, or else the middle one."""
    if len(own.clauses) >= _DEEDS_BEFORE_OUTCOME:
        return own.clauses[_DEEDS_BEFORE_OUTCOME - 1]
    return stated[len(stated) // 2] if stated else 0


def _outcome(told: Finding, figures: Finding, own: Finding, team: Finding, *, case: bool) -> Finding:
    """The results told, and a figure that comes after two own deeds and is none itself: "twenty of them spoke".

    Of a real case, a result that nobody in the answer has worked for counts half.
    """
    if len(own.clauses) < _DEEDS_BEFORE_OUTCOME:
        return told if own.clauses or team.clauses or not case else Finding(told.value / 2, told.clauses, told.words)
    from_here = own.clauses[_DEEDS_BEFORE_OUTCOME - 1]
    after = [i for i in figures.clauses if i > from_here and i not in {*own.clauses, *told.clauses}]
    if not after:
        return told
    clauses = tuple(sorted({*told.clauses, after[-1]}))
    return Finding(grade(Feature.RESULT, len(told.words) + 1), clauses, told.words)


def _general(reading: Reading, stated: list[int], findings: dict[Feature, Finding]) -> set[int]:
    """Clauses that say what holds for everybody. One with an own deed, a figure or a detail shows something."""
    shown = {i for finding in findings.values() for i in finding.clauses}
    return set(heard(lexicon.family("platitude"), Feature.EXAMPLE, reading, stated, every=True).clauses) - shown


def _figures(reading: Reading, stated: list[int]) -> Finding:
    clauses = tuple(i for i in stated if figures(reading.tokens_in(reading.clauses[i])))
    return Finding(grade(Feature.FIGURE, len(clauses)), clauses)


def _specifics(reading: Reading, stated: list[int]) -> Finding:
    named = names(reading)
    different: set[object] = set()
    clauses: list[int] = []
    for i in stated:
        clause = reading.clauses[i]
        tokens = reading.tokens_in(clause)
        new: set[object] = {*terms(tokens), *((named[at],) for at in range(clause.first, clause.last) if at in named)}
        new |= {(tokens[at].norm,) for at in figures(tokens)}
        if new - different:
            different |= new
            clauses.append(i)
    return Finding(grade(Feature.SPECIFICS, len(different)), tuple(clauses))


def _points(coverage: tuple[Coverage, ...]) -> Finding:
    if not coverage:
        return NOTHING
    clauses = [i for point in coverage if point.credit for i in range(point.first, point.last)]
    return Finding(sum(point.credit for point in coverage) / len(coverage), tuple(sorted(set(clauses))))


def _relevance(
    question: QuestionToJudge, reading: Reading, stated: list[int], coverage: tuple[Coverage, ...]
) -> Finding:
    """1 when two fifths of the question's own content words, or half of an expected point, are taken up."""
    asked = content_stems(question.text)
    said: dict[str, int] = {}
    for i in stated:
        for token in reading.tokens_in(reading.clauses[i]):
            if token.content:
                said.setdefault(token.stem, i)
    taken_up = {word: i for stem in asked for word, i in said.items() if likeness(stem, word)}
    share = sum(max((likeness(stem, word) for word in said), default=0.0) for stem in asked) / max(1, len(asked))
    best = max((point.score for point in coverage if point.credit), default=0.0)
    heard_points = {i for point in coverage if point.credit for i in range(point.first, point.last)}
    clauses = tuple(sorted({*taken_up.values()} | heard_points))
    return Finding(min(1.0, max(share / 0.4, best / 0.5)), clauses)


def own_words(question: str, tokens: tuple[Token, ...]) -> frozenset[str]:
    """The distinct content stems of an answer that the question does not hold."""
    return frozenset(token.stem for token in tokens if token.content) - content_stems(question)
