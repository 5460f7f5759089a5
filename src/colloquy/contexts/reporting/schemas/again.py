"""Scoring again as the API gives it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from colloquy.contexts.reporting.schemas.sessions import View
from colloquy.contexts.scoring import public as scoring

MOST_SESSIONS = 1000


class NewRun(BaseModel):
    """Whose answers are scored again; null means everybody who handed in."""

    model_config = ConfigDict(strict=True, extra="forbid")

    session_ids: Annotated[
        list[Annotated[UUID, Field(strict=False)]] | None, Field(min_length=1, max_length=MOST_SESSIONS)
    ] = None
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=scoring.LONGEST_NOTE)] = ""


class AdoptionView(View):
    """Somebody said that the run counts, or that it does not any more."""

    adopted: bool
    name: str
    at: datetime


class RunView(View):
    """A run. `counts` are answers by their state; only `complete` candidates can be adopted."""

    id: UUID
    number: int
    state: scoring.RunState
    rubric_version: str
    note: str
    by: str
    at: datetime
    total: int
    ended: int
    counts: dict[str, int]
    candidates: int
    complete: int
    people_only: int
    adopted: bool
    adoptions: list[AdoptionView]


class RunsView(View):
    """All runs of an interview."""

    items: list[RunView]


class MeasureView(View):
    """A figure with its 95 % interval; null where there are too few."""

    value: float | None
    low: float | None
    high: float | None


class MeasuresView(View):
    """What changed: `shift` and `absolute` in levels (of the overall score: in points), `changed` a share."""

    n: int
    candidates: int
    enough: bool
    gained: int
    lost: int
    shift: MeasureView
    absolute: MeasureView
    changed: MeasureView
    kappa: MeasureView
    rank: MeasureView


class CompetencyDriftView(View):
    """One competency's drift."""

    key: str
    name: str
    drift: MeasuresView


class CrossedView(View):
    """A candidate whose overall score lies nearest to another level now."""

    session_id: UUID
    candidate: str
    old_score: float
    new_score: float
    old_level: int
    new_level: int


class ChangeView(View):
    """A level that changed; null is "not enough evidence". Versions count per answer."""

    session_id: UUID
    candidate: str
    answer_id: UUID
    number: int
    competency: str
    old: int | None
    new: int | None
    old_version: int
    new_version: int


class JudgedByView(View):
    """An evaluator and the rubric it went by."""

    evaluator: str
    rubric_version: str


class DriftView(View):
    """The drift of a run. `hidden` candidates are left out: the caller's own scorecard of them has to come first."""

    run: RunView
    compared: int
    hidden: int
    before: list[JudgedByView]
    after: list[JudgedByView]
    overall: MeasuresView
    levels: MeasuresView
    competencies: list[CompetencyDriftView]
    crossed: list[CrossedView]
    changes: list[ChangeView]


class LevelOfJudgement(View):
    """A competency's level; null is "not enough evidence"."""

    competency: str
    level: int | None
    reason: str


class VersionView(View):
    """One judgement of an answer. `input` and `judgement` say what a check found; null without one."""

    version: int
    counts: bool
    run: int | None
    evaluator: str
    prompt_version: str
    rubric_version: str
    input_hash: str
    made_at: datetime
    levels: list[LevelOfJudgement]
    input: str | None
    judgement: str | None


class AnswerHistoryView(View):
    """An answer's judgements, the newest first."""

    number: int
    question: str
    versions: list[VersionView]


class HistoryView(View):
    """A session's judgements."""

    session_id: UUID
    answers: list[AnswerHistoryView]
