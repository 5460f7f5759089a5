"""What the printed report says: every sentence and figure decided here, so that the template only places them."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from colloquy.contexts.reporting.policy.document import ReportDocument
from colloquy.contexts.reporting.policy.paper_answer import answer_page
from colloquy.contexts.reporting.policy.paper_summary import (
    attention,
    basis,
    competency_rows,
    method,
    notes,
    numbers,
)
from colloquy.contexts.reporting.policy.text import day_and_time, line, paragraphs, state_in_words
from colloquy.kit.i18n import N_, language
from colloquy.kit.i18n import gettext as _

CREED = N_("A person decides. Scores are computed from the quoted words.")

_READABLE = 4.5  # WCAG 2.2, 1.4.3: contrast of text against its ground
_LINEAR_BELOW = 0.04045  # IEC 61966-2-1, where sRGB's straight part ends


def paper(document: ReportDocument, *, pictures: Collection[str] = ()) -> bytes:
    """The data of the template "report" as JSON: strings to show, nothing to compute or to execute.

    `pictures` are the `thumbnail_path`s whose bytes go to the typesetter with it; an answer whose thumbnail
    is not among them is set without one.
    """
    at = datetime.fromisoformat(document.generated_at)
    data = {
        "title": line(_("Interview report: %(name)s", name=document.candidate.name)),
        "language": language(),
        "words": _words(),
        "made": [at.year, at.month, at.day, at.hour, at.minute, at.second],
        "accent": readable(document.accent),
        "organisation": line(document.organisation),
        "name": line(document.candidate.name),
        "role": line(f"{document.interview.title} · {document.interview.company}"),
        "facts": _facts(document),
        "numbers": numbers(document),
        "basis": basis(document),
        "attention": attention(document),
        "competencies": competency_rows(document),
        "verdicts": _verdicts(document),
        "method": method(document),
        "notes": notes(document),
        "creed": _(CREED),
        "answers": [answer_page(answer, len(document.answers), pictures) for answer in document.answers],
    }
    text = json.dumps(data, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "replace")


def _words() -> dict[str, str]:
    """The template's own words; it counts the pages itself."""
    return {
        "page": _("Page %(number)s of %(total)s", number="{number}", total="{total}"),
        "competencies": _("Competencies"),
        "competency": _("Competency"),
        "level": _("Level, 1 to 5"),
        "judged_from": _("Judged from"),
        "people": _("People"),
        "evidence": _("Evidence"),
        "transcript": _("Transcript"),
    }


def readable(colour: str) -> str:
    """`#rrggbb` darkened just as far as small text on white needs (4.5:1); a darker one stays as it is."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    while 1.05 / (_luminance(red, green, blue) + 0.05) < _READABLE:
        red, green, blue = red * 15 // 16, green * 15 // 16, blue * 15 // 16
    return f"#{red:02x}{green:02x}{blue:02x}"


def _luminance(*rgb: int) -> float:
    # WCAG 2.2, "relative luminance" of an sRGB colour.
    linear = (v / 12.92 if v <= _LINEAR_BELOW else ((v + 0.055) / 1.055) ** 2.4 for v in (c / 255 for c in rgb))
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _facts(document: ReportDocument) -> list[str]:
    completed = document.session.completed_at
    finished = _("Completed %(moment)s", moment=day_and_time(completed)) if completed else _("Not completed")
    facts = [document.candidate.email, document.candidate.profile_url, finished]
    return [line(fact) for fact in facts if fact]


def _verdicts(document: ReportDocument) -> list[dict[str, Any]]:
    """What people said: the decision first, then every scorecard in the order it was given."""
    said = []
    if decision := document.decision:
        who = f"{decision.by}, {day_and_time(decision.at)}"
        said.append({"what": _("Decision: %(outcome)s", outcome=state_in_words(decision.outcome)), "who": line(who),
                     "why": paragraphs(decision.reason)})  # fmt: skip
    else:
        said.append({"what": _("Decision: not taken yet"), "who": "", "why": []})
    for review in document.reviews:
        verdict = _("Review: %(outcome)s", outcome=state_in_words(review.decision)) if review.decision else _("Review")
        who = f"{review.reviewer}, {day_and_time(review.at)}"
        said.append({"what": line(verdict), "who": line(who),
                     "why": paragraphs(f"{review.reason}\n{review.comment}")})  # fmt: skip
    return said
