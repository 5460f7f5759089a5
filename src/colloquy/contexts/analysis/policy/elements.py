"""What a behavioural answer holds: situation, task, own action, result, figures, reflection, each with its quote.

Found by the same rules that judge; shown to recruiters beside the answer whoever judged it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from colloquy.contexts.analysis.policy import excerpts
from colloquy.contexts.analysis.policy.clauses import Reading, read
from colloquy.contexts.analysis.policy.evidence import Evidence, Feature, gather
from colloquy.contexts.analysis.policy.qualities import Quality, qualities_of
from colloquy.contexts.analysis.policy.quotes import sound_words, verify_quotes
from colloquy.contexts.analysis.policy.statements import Statements, statements
from colloquy.contexts.analysis.policy.values import AnswerText, Judgement, QuestionToJudge, Quote


class ElementKind(StrEnum):
    """In the order in which a case is told."""

    SITUATION = "situation"
    TASK = "task"
    ACTION = "action"
    RESULT = "result"
    FIGURE = "figure"
    REFLECTION = "reflection"


@dataclass(frozen=True, slots=True)
class Element:
    """One element and the words that hold it; no quote when it was not found."""

    kind: ElementKind
    quote: Quote | None


_LANGUAGES: Final = frozenset({"en", "ru"})
_APART: Final = {ElementKind.RESULT: Feature.REFLECTION, ElementKind.FIGURE: Feature.RESULT}
_LATE: Final = frozenset({ElementKind.RESULT, ElementKind.REFLECTION})
"""Elements whose last mention says most: how it ended, what came of it in the end."""


def elements(question: QuestionToJudge, answer: AnswerText) -> tuple[Element, ...]:
    """All six kinds in order, each with one quote from the answer (times filled in where it was spoken) or None.

    An action is the speaker's own and, where a real case was asked for, was done. Nothing is found in a language that
    the rules do not read. Never raises for any text.
    """
    if _language(question) not in _LANGUAGES:
        return tuple(Element(kind, None) for kind in ElementKind)
    reading, said, evidence = _looked_at(question, answer)
    return tuple(Element(kind, _quote(kind, answer, reading, said, evidence)) for kind in ElementKind)


def qualities(question: QuestionToJudge, answer: AnswerText) -> tuple[Quality, ...]:
    """Structure, specificity, relevance and depth, 0 to 3, with the reason in the language of the question.

    Empty in a language that the rules do not read. Never raises for any text.
    """
    language = _language(question)
    return qualities_of(language, _looked_at(question, answer)[2]) if language in _LANGUAGES else ()


def _language(question: QuestionToJudge) -> str:
    return question.language.lower().replace("_", "-").split("-")[0]


def _looked_at(question: QuestionToJudge, answer: AnswerText) -> tuple[Reading, Statements, Evidence]:
    reading = read(AnswerText(answer.text, sound_words(answer)))
    said = statements(reading, question.text)
    return reading, said, gather(question, reading, said)


def _quote(
    kind: ElementKind, answer: AnswerText, reading: Reading, said: Statements, evidence: Evidence
) -> Quote | None:
    if kind is ElementKind.ACTION and evidence.imagined and evidence.case:
        return None
    clause = _best_clause(kind, evidence)
    if clause is None:
        return None
    quote = excerpts.of_clause(reading, said, clause)
    (checked,) = verify_quotes([Judgement("", None, "", (quote,))], answer)
    return checked.quotes[0] if checked.quotes else None


def _best_clause(kind: ElementKind, evidence: Evidence) -> int | None:
    """The first clause that shows the element, the last for those that end a case; none that shows another one better:
    a result is hardly told in the words of a reflection, and the figure that counts is that of the result.
    """
    clauses = evidence.of(Feature(kind)).clauses
    other = evidence.of(_APART[kind]).clauses if kind in _APART else ()
    if kind is ElementKind.FIGURE:
        preferred = [i for i in clauses if i in other]
    else:
        preferred = [i for i in clauses if i not in other]
    best = preferred or clauses
    if not best:
        return None
    return best[-1] if kind in _LATE else best[0]
