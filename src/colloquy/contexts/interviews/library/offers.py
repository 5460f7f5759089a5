"""Reads the ready-made competencies and starter templates that a new organisation is offered.

They are copies to start from: an interview keeps its own text, so a later change here changes no published interview.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

LANGUAGES: Final = ("en", "ru")
"""Languages of the library, as BCP 47 primary tags. The first serves for every language that is not here."""


@dataclass(frozen=True, slots=True)
class LibraryAnchor:
    """What an answer at this level, 1 to 5, sounds like."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class LibraryCompetency:
    """A competency with its five anchors in rising order. `kind` is technical, communication or behavioural."""

    key: str
    kind: str
    name: str
    description: str
    anchors: tuple[LibraryAnchor, ...]


@dataclass(frozen=True, slots=True)
class LibraryQuestion:
    """A question of a template. `kind` is video, audio or text; `competencies` are keys the template weighs.

    `answer_seconds` limits the recording, or the time to type; `takes` counts the first one.
    """

    kind: str
    text: str
    think_seconds: int
    answer_seconds: int
    takes: int
    weight: float
    competencies: tuple[str, ...]
    expected_points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LibraryTemplate:
    """An interview to start from. `weights` maps competency keys to how much they count, 1 being normal."""

    key: str
    name: str
    description: str
    weights: Mapping[str, float]
    questions: tuple[LibraryQuestion, ...]


def competencies(language: str) -> tuple[LibraryCompetency, ...]:
    """All ready-made competencies in a language (BCP 47 tag), in English where there is no translation."""
    return _competencies(spoken(language))


def templates(language: str) -> tuple[LibraryTemplate, ...]:
    """All starter templates in a language (BCP 47 tag), in English where there is no translation."""
    return _templates(spoken(language))


def spoken(language: str) -> str:
    """The language of the library that serves for a language (BCP 47 tag)."""
    primary = language.lower().replace("_", "-").split("-")[0]
    return primary if primary in LANGUAGES else LANGUAGES[0]


@cache
def _competencies(language: str) -> tuple[LibraryCompetency, ...]:
    return tuple(
        LibraryCompetency(
            key=entry["key"],
            kind=entry["kind"],
            name=entry["name"][language],
            description=entry["description"][language],
            anchors=tuple(LibraryAnchor(int(level), text[language]) for level, text in entry["anchors"].items()),
        )
        for entry in _read("competencies.json")
    )


@cache
def _templates(language: str) -> tuple[LibraryTemplate, ...]:
    return tuple(
        LibraryTemplate(
            key=entry["key"],
            name=entry["name"][language],
            description=entry["description"][language],
            weights=MappingProxyType(entry["competencies"]),
            questions=tuple(_question(question, language) for question in entry["questions"]),
        )
        for entry in _read("templates.json")
    )


def _question(entry: dict[str, Any], language: str) -> LibraryQuestion:
    return LibraryQuestion(
        kind=entry["kind"],
        text=entry["text"][language],
        think_seconds=entry["think_seconds"],
        answer_seconds=entry["answer_seconds"],
        takes=entry["takes"],
        weight=entry["weight"],
        competencies=tuple(entry["competencies"]),
        expected_points=tuple(entry["expected_points"][language]),
    )


def _read(name: str) -> Any:
    return json.loads(files(__package__).joinpath(name).read_text("utf-8"))
