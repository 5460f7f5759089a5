"""Evidence is looked at once more before it is printed: a quote stands in its transcript, or it does not stand."""

from __future__ import annotations

from dataclasses import dataclass, replace

from colloquy.contexts.reporting.policy.document import Answer, CompetencyScore, ReportDocument

NO_QUOTE = "The quotes for this level are not in the transcript, so the level was withdrawn."


@dataclass(frozen=True, slots=True)
class Dropped:
    """A quote that is not in its transcript: where it was."""

    answer_id: str
    competency: str


def with_true_quotes(answer: Answer) -> tuple[Answer, list[Dropped]]:
    """The answer with only those quotes that its transcript holds at their place, and what was dropped.

    A level that is left without a quote becomes None, and its reason says so.
    """
    dropped: list[Dropped] = []
    scores = []
    for score in answer.scores:
        true = tuple(quote for quote in score.quotes if _holds(answer, quote.text, quote.start_char, quote.end_char))
        dropped += [Dropped(answer.id, score.key)] * (len(score.quotes) - len(true))
        scores.append(_supported(replace(score, quotes=true)))
    return replace(answer, scores=tuple(scores)), dropped


def _holds(answer: Answer, text: str, start: int, end: int) -> bool:
    said = answer.transcript.text if answer.transcript else ""
    return 0 <= start < end <= len(said) and said[start:end] == text


def _supported(score: CompetencyScore) -> CompetencyScore:
    if score.level is None or score.quotes:
        return score
    return replace(score, level=None, reason=f"{NO_QUOTE} {score.reason}".strip())


def false_quotes(document: ReportDocument) -> list[str]:
    """Quotes of the report that its own transcripts do not hold, each as `answer 2: "…"`; empty in a sound report."""
    return [
        f'answer {answer.number}: "{quote.text}"'
        for answer in document.answers
        for score in answer.scores
        for quote in score.quotes
        if not _holds(answer, quote.text, quote.start_char, quote.end_char)
    ]
