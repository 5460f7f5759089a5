"""Reads the question bank: roles with their questions, expected points, follow-ups and suggested answers.

Copies to start from, like the rest of the library: an interview keeps its own text.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from colloquy.contexts.interviews.library.offers import spoken


@dataclass(frozen=True, slots=True)
class BankRole:
    """A role that the bank has questions for. `aliases` are titles of vacancies, `terms` words that these contain,
    `competencies` keys of ready-made competencies, the most telling first.
    """

    key: str
    name: str
    aliases: tuple[str, ...]
    terms: tuple[str, ...]
    competencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BankQuestion:
    """A question of a role. `type` is technical, behavioural, situational or motivation; `difficulty` 1 to 3."""

    key: str
    role: str
    topic: str
    type: str
    difficulty: int
    competencies: tuple[str, ...]
    terms: tuple[str, ...]
    text: str
    points: tuple[str, ...]
    follow_ups: tuple[str, ...]
    answer: str


def bank_roles(language: str) -> tuple[BankRole, ...]:
    """The roles in a language (BCP 47 tag), in English where there is no translation; by name."""
    return _roles(spoken(language))


def bank_questions(language: str) -> tuple[BankQuestion, ...]:
    """Every question of the bank in a language, role by role."""
    return _questions(spoken(language))


@cache
def _roles(language: str) -> tuple[BankRole, ...]:
    found = (
        BankRole(
            key=role["key"],
            name=role["name"][language],
            aliases=tuple(role["aliases"][language]),
            terms=tuple(role["terms"][language]),
            competencies=tuple(role["competencies"]),
        )
        for role in _files()
    )
    return tuple(sorted(found, key=lambda role: role.name))


@cache
def _questions(language: str) -> tuple[BankQuestion, ...]:
    return tuple(
        BankQuestion(
            key=question["key"],
            role=role["key"],
            topic=question["topic"][language],
            type=question["type"],
            difficulty=question["difficulty"],
            competencies=tuple(question["competencies"]),
            terms=tuple(question["terms"][language]),
            text=question["text"][language],
            points=tuple(question["points"][language]),
            follow_ups=tuple(question["follow_ups"][language]),
            answer=question["answer"][language],
        )
        for role in _files()
        for question in role["questions"]
    )


def _files() -> list[dict[str, Any]]:
    folder = files(__package__).joinpath("bank")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".json"))
    return [json.loads(folder.joinpath(name).read_text("utf-8")) for name in names]
