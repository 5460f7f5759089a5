"""Runs, drift and histories as the API shows them."""

from __future__ import annotations

from collections.abc import Iterator

from colloquy.contexts.reporting.policy.csv import Cell
from colloquy.contexts.reporting.schemas import again as schemas
from colloquy.contexts.reporting.service.judgements import History, Version
from colloquy.contexts.scoring import public as scoring


def drift_view(found: scoring.CohortDrift) -> schemas.DriftView:
    """The drift as it goes out."""
    return schemas.DriftView(
        run=schemas.RunView.model_validate(found.run),
        compared=found.compared,
        hidden=found.hidden,
        before=[schemas.JudgedByView(evaluator=name, rubric_version=rubric) for name, rubric in found.before],
        after=[schemas.JudgedByView(evaluator=name, rubric_version=rubric) for name, rubric in found.after],
        overall=schemas.MeasuresView.model_validate(found.overall),
        levels=schemas.MeasuresView.model_validate(found.levels),
        competencies=[
            schemas.CompetencyDriftView(key=key, name=name, drift=schemas.MeasuresView.model_validate(one))
            for key, name, one in found.competencies
        ],
        crossed=[
            schemas.CrossedView(
                session_id=one.session_id,
                candidate=one.candidate,
                old_score=one.crossing.old,
                new_score=one.crossing.new,
                old_level=one.crossing.old_band,
                new_level=one.crossing.new_band,
            )
            for one in found.crossed
        ],
        changes=[schemas.ChangeView.model_validate(one) for one in found.changes],
    )


def drift_rows(found: scoring.CohortDrift) -> Iterator[list[Cell]]:
    """One row a changed level."""
    for one in found.changes:
        yield [
            str(one.session_id),
            one.candidate,
            one.number,
            one.competency,
            one.old,
            one.new,
            None if one.old is None or one.new is None else one.new - one.old,
            one.old_version,
            one.new_version,
        ]


def history_view(found: History) -> schemas.HistoryView:
    """The history as it goes out."""
    return schemas.HistoryView(
        session_id=found.session.id,
        answers=[
            schemas.AnswerHistoryView(
                number=answer.number, question=answer.question, versions=[_version(one) for one in answer.versions]
            )
            for answer in found.answers
        ],
    )


def _version(one: Version) -> schemas.VersionView:
    stored = one.stored
    return schemas.VersionView(
        version=stored.version,
        counts=one.counts,
        run=one.run,
        evaluator=stored.evaluator,
        prompt_version=stored.prompt_version,
        rubric_version=stored.rubric_version,
        input_hash=stored.input_hash,
        made_at=stored.made_at,
        levels=[
            schemas.LevelOfJudgement(competency=judgement.competency, level=judgement.level, reason=judgement.reason)
            for judgement in stored.judgements
        ],
        input=one.check.input.value if one.check else None,
        judgement=one.check.judgement.value if one.check else None,
    )
