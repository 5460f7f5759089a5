"""The figures and sentences of the printed report's first page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from colloquy.contexts.reporting.policy.document import Answer, CompetencyScore, ReportDocument
from colloquy.contexts.reporting.policy.text import day_and_time, figure, knock_out_in_words, line, paragraphs
from colloquy.kit.i18n import gettext as _
from colloquy.kit.i18n import ngettext
from colloquy.web.i18n import percent

NO_VALUE = "–"
WRITTEN = frozenset({"text", "conversation"})
TYPED = "text"  # the kind of answer that nobody had to recognise


def numbers(document: ReportDocument) -> list[dict[str, str]]:
    """The three scores, 0-100, each with the words under it."""
    band = document.band
    between = _("between %(low)s and %(high)s", low=figure(band.low), high=figure(band.high)) if band else _("of 100")
    values = (
        (_("Overall"), document.overall_score, between),
        (_("Technical"), document.technical_score, _("of 100")),
        (_("Communication"), document.communication_score, _("of 100")),
    )
    return [
        {
            "label": label,
            "value": NO_VALUE if value is None else figure(value),
            "note": _("not enough evidence") if value is None else note,
        }
        for label, value, note in values
    ]


def basis(document: ReportDocument) -> str:
    """How much of the interview the scores rest on, or nothing where that is not known."""
    if document.judged_share is None:
        return ""
    return _("%(share)s of the interview, by weight, could be judged.", share=percent(document.judged_share))


def attention(document: ReportDocument) -> list[str]:
    """Why a person has to look before anyone uses the scores; empty where nobody has to."""
    if not document.needs_human:
        return []
    return [_("A person needs to judge this interview."), *paragraphs(document.needs_human_reason or "")]


def competency_rows(document: ReportDocument) -> list[dict[str, Any]]:
    """One row per competency in the order met: the mean of its levels, where they come from, people's levels."""
    met: dict[str, list[tuple[Answer, CompetencyScore]]] = {}
    for answer in document.answers:
        for score in answer.scores:
            met.setdefault(score.key, []).append((answer, score))
    rows = []
    for key, scores in met.items():
        levels = [score.level for _answer, score in scores if score.level is not None]
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
        return _("Not enough evidence")
    numbers_ = [answer.number for answer, score in scores if score.level is not None]
    listed = _listed(map(str, numbers_))
    return (
        _("Answer %(number)s", number=listed)
        if len(numbers_) == 1
        else _("Mean of answers %(numbers)s", numbers=listed)
    )


def method(document: ReportDocument) -> list[list[str]]:
    """Who judged with what, as pairs of a label and a text."""
    heard = dict.fromkeys(
        answer.transcript.recogniser for answer in document.answers if answer.transcript and answer.kind not in WRITTEN
    )
    agreed = _listed(
        purpose
        for purpose, given in (
            (_("recording"), document.consents.record),
            (_("automatic evaluation"), document.consents.ai_evaluation),
        )
        if given
    )
    pairs = [
        (_("Evaluator"), document.evaluator or _("None: people alone judge")),
        (_("Rubric"), document.rubric_version or ""),
        (_("Transcripts"), _listed(heard)),
        (
            _("Consent"),
            _(
                "%(purposes)s (notice %(version)s)",
                purposes=agreed or _("none"),
                version=document.consents.notice_version,
            ),
        ),
        (_("Session"), document.session.id),
        (_("Made"), day_and_time(document.generated_at)),
    ]
    return [[label, line(text)] for label, text in pairs if text]


def notes(document: ReportDocument) -> list[str]:
    """What a reader has to know before trusting a figure: fallbacks, low accuracy, what was not judged."""
    said = []
    if document.knock_out is not None:
        said.append(line(knock_out_in_words(document.knock_out.number, document.knock_out.given)))
    if (document.evaluator or "").startswith("rules"):
        said.append(_("The evaluator is Colloquy's own set of rules; no language model read these answers."))
    said += _corrections(document)
    if not document.consents.ai_evaluation:
        said.append(_("People alone evaluate these answers."))
    rough = [answer for answer in document.answers if answer.transcript and answer.transcript.low_accuracy]
    if rough:
        said.append(
            ngettext(
                "Low accuracy: the recogniser of answer %(numbers)s is a fallback and mishears words. "
                "Listen to the recording before you rely on a quote.",
                "Low accuracy: the recogniser of answers %(numbers)s is a fallback and mishears words. "
                "Listen to the recordings before you rely on a quote.",
                len(rough),
                numbers=_numbers(rough),
            )
        )
    unscored = [answer for answer in document.answers if answer.state != "scored"]
    if unscored and document.consents.ai_evaluation:
        said.append(
            ngettext(
                "Not part of the scores: answer %(numbers)s. Its page says why.",
                "Not part of the scores: answers %(numbers)s. The page of each says why.",
                len(unscored),
                numbers=_numbers(unscored),
            )
        )
    return said


def _corrections(document: ReportDocument) -> list[str]:
    said = []
    if document.machine is not None:
        score = document.machine.overall_score
        said.append(
            _(
                "The scores count people's corrections of levels; by the program alone the overall score is %(score)s.",
                score=NO_VALUE if score is None else f"{score:.0f}",
            )
        )
    for one in document.overrides:
        where = _("all answers") if one.number is None else _("answer %(number)s", number=one.number)
        text = _(
            "%(name)s puts %(competency)s at %(level)s of 5 in %(where)s: %(reason)s",
            name=one.by,
            competency=one.competency,
            level=one.level,
            where=where,
            reason=one.reason,
        )
        said.append(line(text))
    return said


def _numbers(answers: list[Answer]) -> str:
    return _listed(str(each.number) for each in answers)


def _listed(items: Iterable[str]) -> str:
    """`1`, `1 and 2`, `1, 2 and 3`."""
    *most, last = list(items) or [""]
    return _("%(most)s and %(last)s", most=", ".join(most), last=last) if most else last
