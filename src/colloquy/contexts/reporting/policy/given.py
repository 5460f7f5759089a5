"""Answers that are not words, as people read them."""

from __future__ import annotations

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.reporting.policy.document import Given

SEPARATOR = "; "


def given(question: interviews.Question | None, value: object) -> Given | None:
    """What was chosen, entered or linked; None for a question without such an answer.

    The texts of options are those of the question as it is: it is frozen once somebody has answered. An id that it
    has no text for stands for itself.
    """
    if value is None or question is None:
        return None
    match question.kind:
        case interviews.AnswerKind.SINGLE_CHOICE | interviews.AnswerKind.MULTIPLE_CHOICE:
            return _chosen(question, value)
        case interviews.AnswerKind.NUMBER if isinstance(value, int | float) and not isinstance(value, bool):
            unit = question.number_rule.unit
            return Given(text=f"{value:g} {unit}".strip(), number=float(value), unit=unit)
        case interviews.AnswerKind.LINK if isinstance(value, str):
            return Given(text=value, link=value)
        case _:
            return None


def given_file(file_name: str | None, size: int) -> Given:
    """A file that was sent."""
    name = file_name or "file"
    return Given(text=name, file_name=name, file_bytes=size)


def _chosen(question: interviews.Question, value: object) -> Given:
    ids = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    texts = {option.id: option.text for option in question.options}
    options = tuple(texts.get(one, one) for one in ids)
    return Given(text=SEPARATOR.join(options), options=options)
