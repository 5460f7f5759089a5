"""From what became of each question to one result for the session."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from colloquy.contexts.scoring.policy.correction import Correction, corrected
from colloquy.contexts.scoring.policy.numbers import JudgedAnswer, JudgedCompetency, Numbers, numbers
from colloquy.contexts.scoring.policy.outcome import Ending, why_a_person

EVALUATED: Final = "analysed"
_BY_TWO_READINGS: Final = frozenset({"apart", "disputed"})


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an evaluator made of an answer: `levels` by competency key, and which of its versions this is.

    `apart` says how many levels two readings lay apart, of the competencies where they did; in those of `disputed` they
    were too far apart for a level.
    """

    version: int
    evaluator: str
    prompt_version: str
    rubric_version: str
    transcript_hash: str
    levels: Mapping[str, int | None]
    speaks_to_assessor: bool
    apart: Mapping[str, int] = field(default_factory=dict)
    disputed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Probe:
    """A competency that a question probes: its key, its kind, its weight in the interview."""

    key: str
    kind: str
    weight: int


@dataclass(frozen=True, slots=True)
class Assessed:
    """A question that counts, and what became of its answer. `evaluation` is None unless the state is EVALUATED."""

    number: int
    weight: int
    probes: tuple[Probe, ...]
    state: str
    reason_code: str | None
    evaluation: Evaluation | None


@dataclass(frozen=True, slots=True)
class Assessment:
    """The session's result. `reason` says why a person has to look; None when the numbers may stand.

    `machine` are the numbers without people's corrections, None where nobody corrected anything. `inputs_hash` is
    the lower-case hex SHA-256 of everything that the result follows from.
    """

    numbers: Numbers
    reason: str | None
    evaluator: str | None
    inputs_hash: str
    machine: Numbers | None = None


def assess(
    questions: Sequence[Assessed],
    *,
    people_only: bool,
    rubric_version: str,
    ended_by: int | None = None,
    corrections: Sequence[Correction] = (),
) -> Assessment:
    """The result of a session from all of its questions that count.

    `ended_by` is the number of the question whose rule ended the interview early: then a person has to look. With
    `people_only` no evaluation counts, even one that was made while the candidate still agreed. `corrections` move
    levels of answers that were evaluated, and nothing else.
    """
    counted = [None if people_only else question.evaluation for question in questions]
    answers = list(zip(questions, counted, strict=True))
    unmoved = numbers([_judged(question, found, ()) for question, found in answers])
    corrections = () if people_only else corrections
    made = numbers([_judged(*one, corrections) for one in answers]) if corrections else unmoved
    endings = [
        Ending(
            question.number,
            question.state,
            speaks_to_assessor=found is not None and found.speaks_to_assessor,
            disputed=found is not None and bool(found.disputed),
        )
        for question, found in answers
    ]
    evaluators = sorted({found.evaluator for found in counted if found is not None})
    inputs: list[object] = [people_only, rubric_version, [_told(question) for question in questions]]
    if ended_by is not None:
        inputs.append(ended_by)
    if corrections:
        inputs.append({"corrections": sorted([one.number or 0, one.competency, one.level] for one in corrections)})
    canonical = json.dumps(inputs, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return Assessment(
        numbers=made,
        reason=why_a_person(endings, made, people_only=people_only, ended_by=ended_by),
        evaluator=", ".join(evaluators) or None,
        inputs_hash=hashlib.sha256(canonical.encode()).hexdigest(),
        machine=unmoved if corrections else None,
    )


def _told(question: Assessed) -> dict[str, Any]:
    """The question for the hash. What one reading cannot have is left out where there is none of it."""
    told = asdict(question)
    if evaluation := told["evaluation"]:
        told["evaluation"] = {key: value for key, value in evaluation.items() if value or key not in _BY_TWO_READINGS}
    return told


def _judged(question: Assessed, found: Evaluation | None, corrections: Sequence[Correction]) -> JudgedAnswer:
    def judged(probe: Probe) -> JudgedCompetency:
        if found is None:  # a person's level about an answer that nobody read would be a number without evidence
            return JudgedCompetency(probe.kind, probe.weight, None)
        machine = found.levels.get(probe.key)
        level = corrected(corrections, question.number, probe.key, machine)
        # Where a person has spoken, that two readings disagreed widens the band no more.
        apart = found.apart.get(probe.key, 0) if level == machine else 0
        return JudgedCompetency(probe.kind, probe.weight, level, apart)

    return JudgedAnswer(question.weight, tuple(map(judged, question.probes)))
