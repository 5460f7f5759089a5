"""The `rules` evaluator, version 2: reads an answer without any model, and says why.

It looks for what the anchored scales ask for (the expected points, own deeds, results, reasons, alternatives,
figures) in the clauses of the answer that really state something. It never looks at how a person sounds, who they are
or what they feel. The same answer always gets the same judgement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from colloquy.contexts.analysis.policy import excerpts, lexicon
from colloquy.contexts.analysis.policy.clauses import Reading, read
from colloquy.contexts.analysis.policy.evidence import KNOWLEDGE, Evidence, Feature, Finding, gather, heard, own_words
from colloquy.contexts.analysis.policy.profiles import (
    OFF_TOPIC,
    Profile,
    action_for,
    ceiling,
    highest_score,
    level_for,
    plainness,
    profile_of,
)
from colloquy.contexts.analysis.policy.qualities import qualities_of, told
from colloquy.contexts.analysis.policy.quotes import sound_words, verify_quotes
from colloquy.contexts.analysis.policy.reasons import phrase, reason
from colloquy.contexts.analysis.policy.statements import STATEMENT, Statements, statements
from colloquy.contexts.analysis.policy.tokens import Token, content_stems
from colloquy.contexts.analysis.policy.values import AnswerText, CompetencyToJudge, Judgement, QuestionToJudge

EVALUATOR: Final = "rules:2"
LANGUAGES: Final = frozenset({"en", "ru"})

FEWEST_WORDS: Final = 5
"""Different meaningful words below which nothing is judged: one short sentence."""
FEWEST_OWN_WORDS: Final = 2
"""The same, not counting the question's own words."""
FEWEST_OWN_SHARE: Final = 0.3
"""Share of the different meaningful words that must not be the question's."""
MOST_REPEATED: Final = 0.7
"""Share of all meaningful words, repeated ones counted each time, that may be the question's."""
_FOREIGN: Final = 0.6
_LISTED: Final = 0.5
_SMALL_WORDS: Final = {"en": 0.2, "ru": 0.12}
"""Least share of function words. A hundred graded English answers have one below 0.25; Russian needs fewer of them. It
catches a recited list of terms that a recogniser has turned into something like sentences."""
_FEWEST_TO_MEASURE: Final = 20
_UPPER: Final = 4
"""Level from which an anchor says what good looks like."""


def judge(question: QuestionToJudge, answer: AnswerText) -> tuple[Judgement, ...]:
    """One judgement per competency of the question, in its order, each with one to three verified quotes or level
    None.
    """
    looked = _look(question, answer)
    language, reading, said = looked.language, looked.reading, looked.said
    if looked.unjudged:
        text = _noted(looked.unjudged, language, said)
        return tuple(Judgement(c.key, None, text, ()) for c in question.competencies)
    if looked.evidence is None:
        text = _noted(phrase(language, "list"), language, said)
        quotes = excerpts.fullest(reading, said)
        judgements = tuple(Judgement(c.key, 1, text, quotes) for c in question.competencies)
    else:
        evidence = looked.evidence
        built = told(language, qualities_of(language, evidence))
        judgements = tuple(_judge_one(c, language, reading, said, evidence, built) for c in question.competencies)
    return verify_quotes(judgements, answer)


def scores(question: QuestionToJudge, answer: AnswerText) -> tuple[float, ...]:
    """What the levels of `judge` come from, 0 to 1 per competency: the score, held down as the level is.

    0 where nothing can be judged and for a list of terms. It is finer than the levels, and no more certain.
    """
    looked = _look(question, answer)
    if looked.unjudged or looked.evidence is None:
        return (0.0,) * len(question.competencies)
    weighed = (_weigh(c, looked.reading, looked.said, looked.evidence) for c in question.competencies)
    return tuple(min(one.score, highest_score(one.ceiling)) for one in weighed)


@dataclass(frozen=True, slots=True)
class _Looked:
    """An answer taken apart; `unjudged` says why it cannot be judged, and a list of terms has no evidence."""

    language: str
    reading: Reading
    said: Statements
    unjudged: str | None
    evidence: Evidence | None


def _look(question: QuestionToJudge, answer: AnswerText) -> _Looked:
    language = question.language.lower().replace("_", "-").split("-")[0]
    reading = read(AnswerText(answer.text, sound_words(answer)))
    said = statements(reading, question.text)
    kept = _tokens(reading, said.kept)
    unjudged = _why_unjudged(question, language, kept, _tokens(reading, _stated(said)), reading.tokens)
    if unjudged or _is_list(language, reading, said, kept):
        return _Looked(language, reading, said, unjudged, None)
    return _Looked(language, reading, said, None, gather(question, reading, said))


def _why_unjudged(
    question: QuestionToJudge,
    language: str,
    kept: tuple[Token, ...],
    stated: tuple[Token, ...],
    every: tuple[Token, ...],
) -> str | None:
    if language not in LANGUAGES:
        return phrase(language, "unread_language")
    different = {token.stem for token in kept if token.content}
    if len(different) < FEWEST_WORDS:
        return phrase(language, "too_short", words=len(different))
    if _foreign_share(language, kept) > _FOREIGN:
        return phrase(language, "other_language")
    own = len(own_words(question.text, stated or kept))
    again = content_stems(question.text)
    repeated = sum(token.stem in again for token in every if token.content)
    mostly = repeated > MOST_REPEATED * sum(token.content for token in every)
    if mostly or own < max(FEWEST_OWN_WORDS, FEWEST_OWN_SHARE * len(different)):
        return phrase(language, "only_question")
    return None


def _stated(said: Statements) -> tuple[int, ...]:
    return tuple(i for i in said.kept if said.full[i] >= STATEMENT)


def _tokens(reading: Reading, clauses: tuple[int, ...]) -> tuple[Token, ...]:
    return tuple(token for i in clauses for token in reading.tokens_in(reading.clauses[i]))


def _foreign_share(language: str, tokens: tuple[Token, ...]) -> float:
    """Share of words in another script than the language's. Borrowed terms are common, whole sentences are not."""
    last = "z" if language == "en" else "я"
    first = "a" if language == "en" else "а"
    words = [token for token in tokens if token.norm[0].isalpha()]
    return sum(not first <= token.norm[0] <= last for token in words) / max(1, len(words))


def _is_list(language: str, reading: Reading, said: Statements, kept: tuple[Token, ...]) -> bool:
    """Whether most meaningful words stand outside of statements, or small words are rarer than in anybody's prose."""
    counts = {i: sum(token.content for token in reading.tokens_in(reading.clauses[i])) for i in said.kept}
    stated = sum(count for i, count in counts.items() if said.full[i] >= STATEMENT)
    small = sum(token.function for token in kept) / len(kept)
    strung = len(kept) >= _FEWEST_TO_MEASURE and small < _SMALL_WORDS[language]
    return strung or stated < _LISTED * sum(counts.values())


@dataclass(frozen=True, slots=True)
class _Weighed:
    profile: Profile
    findings: dict[Feature, Finding]
    relevance: float
    score: float
    ceiling: int


def _weigh(competency: CompetencyToJudge, reading: Reading, said: Statements, evidence: Evidence) -> _Weighed:
    profile = profile_of(competency, evidence)
    stated = [i for i in _stated(said) if i not in evidence.talk]
    findings: dict[Feature, Finding] = {feature: evidence.of(feature) for feature in Feature}
    findings[Feature.SIGNALS] = heard(_signals(competency), Feature.SIGNALS, reading, stated)
    findings[Feature.ACTION] = action_for(competency, evidence)
    if competency.key == KNOWLEDGE and evidence.known:
        findings[Feature.POINTS] = evidence.known
    relevance = max(findings[Feature.RELEVANCE].value, 0.8 * findings[Feature.SIGNALS].value)
    score = sum(weight * findings[feature].value for feature, weight in profile.items()) * plainness(evidence)
    return _Weighed(profile, findings, relevance, score, ceiling(profile, findings, evidence, relevance))


def _judge_one(
    competency: CompetencyToJudge, language: str, reading: Reading, said: Statements, evidence: Evidence, built: str
) -> Judgement:
    weighed = _weigh(competency, reading, said, evidence)
    level = min(level_for(weighed.score), weighed.ceiling)
    off_topic = weighed.relevance < OFF_TOPIC
    text = reason(language, weighed.profile, weighed.findings, evidence, off_topic=off_topic)
    quotes = excerpts.best(reading, said, weighed.profile, weighed.findings, evidence)
    return Judgement(competency.key, level, _noted(f"{text} {built}", language, said), quotes)


def _signals(competency: CompetencyToJudge) -> lexicon.Family:
    """The curated words of a ready-made competency; for a customer's own, those of its name and its upper anchors."""
    known = lexicon.signals(competency.key)
    if known is not None:
        return known
    low = {stem for anchor in competency.anchors if anchor.level == 1 for stem in content_stems(anchor.text)}
    high = {stem for anchor in competency.anchors if anchor.level >= _UPPER for stem in content_stems(anchor.text)}
    stems = (high | content_stems(competency.name)) - low
    return lexicon.Family({stem: ((stem,),) for stem in stems})


def _noted(text: str, language: str, said: Statements) -> str:
    if not said.to_assessor:
        return text
    note = phrase(language, "assessor")
    return f"{text} {note[:1].upper()}{note[1:]}."
