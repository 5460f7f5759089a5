"""The figures and sentences of the printed report's first page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from colloquy.contexts.reporting.policy.document import Answer, CompetencyScore, ReportDocument
from colloquy.contexts.reporting.policy.text import day_and_time, figure, line, paragraphs

NO_VALUE = "–"
TYPED = "text"  # the kind of answer that nobody had to recognise


def numbers(document: ReportDocument) -> list[dict[str, str]]:
    """The three scores, 0-100, each with the words under it."""
    band = document.band
    between = f"between {figure(band.low)} and {figure(band.high)}" if band else "of 100"
    values = (
        ("Overall", document.overall_score, between),
        ("Technical", document.technical_score, "of 100"),
        ("Communication", document.communication_score, "of 100"),
    )
    return [
        {
            "label": label,
            "value": NO_VALUE if value is None else figure(value),
            "note": "not enough evidence" if value is None else note,
        }
        for label, value, note in values
    ]


def basis(document: ReportDocument) -> str:
    """How much of the interview the scores rest on, or nothing where that is not known."""
    if document.judged_share is None:
        return ""
    return f"{figure(document.judged_share * 100)}% of the interview, by weight, could be judged."


def attention(document: ReportDocument) -> list[str]:
    """Why a person has to look before anyone uses the scores; empty where nobody has to."""
    if not document.needs_human:
        return []
    return ["A person needs to judge this interview.", *paragraphs(document.needs_human_reason or "")]


def competency_rows(document: ReportDocument) -> list[dict[str, Any]]:
    """One row per competency in the order met: the mean of its levels, where they come from, people's levels."""
    met: dict[str, list[tuple[Answer, CompetencyScore]]] = {}
    for answer in document.answers:
        for score in answer.scores:
            met.setdefault(score.key, []).append((answer, score))
    rows = []
    for key, scores in met.items():
        levels = [score.level for _, score in scores if score.level is not None]
        mean = sum(levels) / len(levels) if levels else None
        rows.append(
            {
                "name": line(scores[0][1].competency),
                "dots": 0 if mean is None else int(mean * 2 + 0.5) / 2,
                "level": NO_VALUE if mean is None else f"{mean:.1f}".removesuffix(".0"),
                "from": _from(scores, mean),
                "people": [
                    line(f"{review.reviewer}: {review.levels[key]}")
                    for review in document.reviews
                    if key in review.levels
                ],
            }
        )
    return rows


def _from(scores: list[tuple[Answer, CompetencyScore]], mean: float | None) -> str:
    if mean is None:
        return "Not enough evidence"
    numbers_ = [answer.number for answer, score in scores if score.level is not None]
    return f"{'Answer' if len(numbers_) == 1 else 'Mean of answers'} {_listed(map(str, numbers_))}"


def method(document: ReportDocument) -> list[list[str]]:
    """Who judged with what, as pairs of a label and a text."""
    heard = dict.fromkeys(
        answer.transcript.recogniser for answer in document.answers if answer.transcript and answer.kind != TYPED
    )
    agreed = _listed(
        purpose
        for purpose, given in (
            ("recording", document.consents.record),
            ("automatic evaluation", document.consents.ai_evaluation),
        )
        if given
    )
    pairs = [
        ("Evaluator", document.evaluator or "None: people alone judge"),
        ("Rubric", document.rubric_version or ""),
        ("Transcripts", _listed(heard)),
        ("Consent", f"{agreed or 'none'} (notice {document.consents.notice_version})"),
        ("Session", document.session.id),
        ("Made", day_and_time(document.generated_at)),
    ]
    return [[label, line(text)] for label, text in pairs if text]


def notes(document: ReportDocument) -> list[str]:
    """What a reader has to know before trusting a figure: fallbacks, low accuracy, what was not judged."""
    said = []
    if (document.evaluator or "").startswith("rules"):
        said.append("The evaluator is Colloquy's own set of rules; no language model read these answers.")
    if not document.consents.ai_evaluation:
        said.append("The candidate did not agree to automatic evaluation.")
    rough = [answer for answer in document.answers if answer.transcript and answer.transcript.low_accuracy]
    if rough:
        which = _answers(rough)
        said.append(
            f"Low accuracy: the recogniser of {which} is a fallback and mishears words. "
            "Listen to the recording before you rely on a quote."
        )
    unscored = [answer for answer in document.answers if answer.state != "scored"]
    if unscored:
        said.append(f"Not part of the scores: {_answers(unscored)}. The page of each says why.")
    return said


def _answers(answers: list[Answer]) -> str:
    return f"{'answer' if len(answers) == 1 else 'answers'} {_listed(str(each.number) for each in answers)}"


def _listed(items: Iterable[str]) -> str:
    """`1`, `1 and 2`, `1, 2 and 3`."""
    *most, last = list(items) or [""]
    return f"{', '.join(most)} and {last}" if most else last
