"""Accommodations as a form sends them, and what a candidate notices of them."""

from __future__ import annotations

import math
from collections.abc import Mapping

from colloquy.contexts.interviews import public as interviews
from colloquy.kit.errors import Malformed
from colloquy.kit.i18n import gettext as _
from colloquy.kit.i18n import ngettext
from colloquy.kit.numbers import whole

MOST_DAYS = 90
"""How many days from now a deadline may be put off to in one step."""


def granted_by(sent: Mapping[str, str]) -> interviews.Accommodation:
    """The accommodation that the form says. Malformed for a factor or a number that is not offered."""
    errors: dict[str, str] = {}
    factors = {f"{factor:g}": factor for factor in interviews.TIME_MULTIPLIERS}
    multiplier = factors.get(sent.get("time_multiplier", "1"))
    if multiplier is None:
        errors["time_multiplier"] = _("Choose one of the factors.")
    takes = whole(sent.get("extra_takes", "0").strip() or "0")
    if takes is None or takes > interviews.MOST_EXTRA_TAKES:
        errors["extra_takes"] = _("Enter a number from 0 to %(most)s.", most=interviews.MOST_EXTRA_TAKES)
    if errors or multiplier is None or takes is None:
        raise Malformed(_("The rules were not changed."), fields=errors)
    return interviews.Accommodation(
        time_multiplier=multiplier,
        extra_takes=takes,
        text_instead=sent.get("text_instead") == "on",
        no_camera=sent.get("no_camera") == "on",
        own_captions=sent.get("own_captions") == "on",
    )


def noticed(granted: interviews.Accommodation, interview: interviews.Interview) -> list[str]:
    """What the candidate sees of it, in sentences, with the figures of this interview."""
    recorded = [question for question in interview.questions if question.kind.recorded]
    said: list[str] = []
    if granted.time_multiplier != 1 and recorded:
        first = recorded[0]
        said.append(
            _(
                "The first recorded question gives %(think)s seconds to think and %(answer)s to answer"
                " instead of %(think_before)s and %(answer_before)s.",
                think=math.ceil(first.think_seconds * granted.time_multiplier),
                answer=math.ceil(first.answer_seconds * granted.time_multiplier),
                think_before=first.think_seconds,
                answer_before=first.answer_seconds,
            )
        )
    if granted.time_multiplier != 1 and interview.time_limit_minutes:
        minutes = math.ceil(interview.time_limit_minutes * granted.time_multiplier)
        said.append(
            ngettext(
                "The whole interview may take %(num)s minute.", "The whole interview may take %(num)s minutes.", minutes
            )
        )
    if granted.extra_takes and recorded:
        said.append(
            ngettext(
                "Each recorded answer may be tried %(num)s more time.",
                "Each recorded answer may be tried %(num)s more times.",
                granted.extra_takes,
            )
        )
    if granted.text_instead and recorded:
        said.append(_("Recorded questions offer a field to write in instead."))
    if granted.no_camera and any(question.kind is interviews.AnswerKind.VIDEO for question in recorded):
        said.append(_("Videos are asked for as sound alone; the camera is never opened."))
    if granted.own_captions and recorded:
        said.append(_("Captions can be added to a recording; they stand for the program's transcript."))
    return said
