"""Reading answers that people have marked."""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from colloquy.contexts.analysis.policy.held_out import Graded

COLUMNS: Final = ("id", "question", "desired_answer", "student_answer", "score_me", "score_other", "score_avg")
BEST: Final = 5.0


class UnreadableError(ValueError):
    """What is wrong with the file and in which line, for the person who gave it."""


@dataclass(frozen=True, slots=True)
class MarkedAnswer:
    """One row: the answer with the mean of two marks, and both of them."""

    graded: Graded
    first_mark: float
    second_mark: float

    @property
    def assignment(self) -> str:
        """What the question belongs to: its id up to the first point."""
        return self.graded.question_id.split(".")[0]


def read_answers(path: Path) -> list[MarkedAnswer]:
    """All rows of a CSV file with the columns `COLUMNS`, in any order. Raises `UnreadableError`."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
            if missing:
                raise UnreadableError(f"{path.name}: no column {', '.join(missing)}. Needed: {', '.join(COLUMNS)}.")
            answers = [_answer(row, rows.line_num, path) for row in rows]
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{path.name} is not UTF-8 text.") from error
    except csv.Error as error:
        raise UnreadableError(f"{path.name}: {error}.") from error
    if not answers:
        raise UnreadableError(f"{path.name} has a header and no answers.")
    return answers


def fingerprint(one: Graded) -> str:
    """Twelve hex digits by which a question is known again without keeping a word of it."""
    return hashlib.sha256(f"{one.question}\n{one.expected}".encode()).hexdigest()[:12]


def _answer(row: Mapping[str, str | None], line: int, path: Path) -> MarkedAnswer:
    texts = {name: (row[name] or "").strip() for name in COLUMNS}
    for name in ("id", "question", "desired_answer"):
        if not texts[name]:
            raise UnreadableError(f"{path.name}, line {line}: {name} is empty.")
    marks = {name: _mark(texts[name], name, line, path) for name in COLUMNS if name.startswith("score_")}
    graded = Graded(
        texts["id"], texts["question"], texts["desired_answer"], texts["student_answer"], marks["score_avg"]
    )
    return MarkedAnswer(graded, marks["score_me"], marks["score_other"])


def _mark(text: str, name: str, line: int, path: Path) -> float:
    try:
        mark = float(text)
    except ValueError:
        mark = math.nan
    if not 0 <= mark <= BEST:
        raise UnreadableError(f"{path.name}, line {line}: {name} is “{text}”; a mark is a number from 0 to 5.")
    return mark
