"""Reads questions that have a strong, a middling and a weak answer each (triples_en.json, triples_ru.json).

A third of them is marked as held out: the rules were not tuned on these, so their figure says more than the others'.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

LANGUAGES: Final = ("en", "ru")
RANKS: Final = ("strong", "middling", "weak")
"""From best to worst."""


@dataclass(frozen=True, slots=True)
class RankedAnswer:
    """An answer and the class it was written for, such as full, team-only or keyword-stuffed."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Triple:
    """A question with its answers by rank. `kind` is behavioural, technical, hypothetical or motivation.

    `competencies` are keys of the ready-made competencies.
    """

    name: str
    language: str
    role: str
    kind: str
    held_out: bool
    question: str
    points: tuple[str, ...]
    competencies: tuple[str, ...]
    answers: dict[str, RankedAnswer]


def triples_of(language: str) -> tuple[Triple, ...]:
    """The packaged triples of a language of `LANGUAGES`."""
    return triples_in(files(__package__).joinpath(f"triples_{language}.json").read_text("utf-8"), language)


def triples_in(text: str, language: str) -> tuple[Triple, ...]:
    """The triples of a JSON text in the packaged form. Raises ValueError that says what is wrong with it."""
    try:
        return tuple(_triple(entry, language) for entry in json.loads(text))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"This is no list of triples: {error!r} is missing or of another kind.") from error


def _triple(entry: dict[str, Any], language: str) -> Triple:
    return Triple(
        name=str(entry["id"]),
        language=language,
        role=str(entry["role"]),
        kind=str(entry["kind"]),
        held_out=bool(entry["held_out"]),
        question=str(entry["question"]),
        points=tuple(map(str, entry["points"])),
        competencies=tuple(map(str, entry["competencies"])),
        answers={rank: RankedAnswer(str(one["text"]), str(one["class"])) for rank, one in _answers(entry).items()},
    )


def _answers(entry: dict[str, Any]) -> dict[str, Any]:
    return {rank: entry["answers"][rank] for rank in RANKS}
