"""`colloquy bench`: how good the built-in evaluator is, measured on data of your own. Needs no database."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from colloquy.cli.bench_injection import injection
from colloquy.cli.bench_ranking import ranking
from colloquy.cli.settings import USAGE_ERROR, stop

if TYPE_CHECKING:
    from colloquy.cli.graded import MarkedAnswer
    from colloquy.contexts.analysis.policy.meaning import Embedding

bench = typer.Typer(no_args_is_help=True, help="Measure the built-in evaluator on data of your own.")
bench.command()(injection)
bench.command()(ranking)


@bench.callback()
def _bench() -> None:
    """What is measured is the evaluator as it is installed, with the words that it compares by."""
    from colloquy.roles.choices import compare_by_sense

    compare_by_sense()


class Embeddings(StrEnum):
    """What words are compared by, beside their letters."""

    NONE = "none"
    BUILT_IN = "built-in"
    FASTEMBED = "fastembed"


@bench.command()
def grading(
    file: Annotated[
        Path,
        typer.Option(
            help="CSV: id, question, desired_answer, student_answer, score_me, score_other, score_avg (marks 0 to 5)."
        ),
    ],
    cross_validate: Annotated[
        bool, typer.Option("--cross-validate", help="Fit again without each question in turn and mark it then.")
    ] = False,
    embeddings: Annotated[Embeddings, typer.Option(help="What words are compared by.")] = Embeddings.BUILT_IN,
    models: Annotated[Path, typer.Option(help="Where fastembed's models are; nothing is downloaded.")] = Path(
        "var/models"
    ),
) -> None:
    """Compare the marks of the built-in evaluator with people's, as JSON."""
    from colloquy.cli.graded import UnreadableError, read_answers
    from colloquy.contexts.analysis.policy.meaning import use_embedding
    from colloquy.providers.embeddings.port import EmbeddingsMissingError

    try:
        answers = read_answers(file)
        embedding = chosen(embeddings, models)
        use_embedding(embedding)
        found = _held_out(answers, embedding) if cross_validate else _shipped(answers, embedding)
    except (UnreadableError, EmbeddingsMissingError) as error:
        stop(str(error), code=USAGE_ERROR)
    typer.echo(json.dumps(found, ensure_ascii=False, indent=2))


def chosen(embeddings: Embeddings, models: Path) -> Embedding | None:
    """The embedding of that kind, loaded. Raises EmbeddingsMissingError."""
    from colloquy.contexts.analysis.policy.meaning import Embedding
    from colloquy.providers.embeddings.fastembed import FastembedEmbeddings
    from colloquy.providers.embeddings.static import StaticEmbeddings

    if embeddings is Embeddings.NONE:
        return None
    source = StaticEmbeddings() if embeddings is Embeddings.BUILT_IN else FastembedEmbeddings(models=models)
    source.vectors("loaded before anything is timed")
    return Embedding(source.name, source.vectors)


def _shipped(answers: Sequence[MarkedAnswer], embedding: Embedding | None) -> dict[str, object]:
    """The marks that the product gives today."""
    from colloquy.cli.graded import fingerprint
    from colloquy.contexts.analysis.policy.grading import fitted_questions, mark, model

    if embedding and model(embedding.name) is None:
        stop(f"No model is shipped for {embedding.name}: measure it with --cross-validate.", code=USAGE_ERROR)
    known = fitted_questions()
    unseen = [at for at, one in enumerate(answers) if fingerprint(one.graded) not in known]
    began = time.perf_counter()
    marks = [mark(one.graded.question, one.graded.expected, one.graded.answer).score for one in answers]
    milliseconds = (time.perf_counter() - began) * 1000 / len(answers)
    found = _described(answers, embedding, marks, in_sample=len(unseen) < len(answers))
    found["ms_per_answer"] = round(milliseconds, 3)
    found["answers_to_questions_not_fitted"] = len(unseen)
    found["levels"] = _levels(answers)
    found["to_another_question"] = _misplaced(answers)
    if 0 < len(unseen) < len(answers):
        found["not_fitted"] = _figures([answers[at] for at in unseen], [marks[at] for at in unseen])
    return found


def _levels(answers: Sequence[MarkedAnswer]) -> dict[str, object]:
    """The levels of technical knowledge that the same answers get, as a report would show them."""
    from colloquy.cli.agreement import pearson, rounded
    from colloquy.contexts.analysis.policy import AnswerText, CompetencyToJudge, QuestionToJudge, judge

    competencies = (CompetencyToJudge("technical_knowledge", "Technical knowledge", "technical", ()),)
    judged: list[tuple[int, float]] = []
    for one in (answer.graded for answer in answers):
        question = QuestionToJudge(one.question, (one.expected,), competencies, "en")
        level = judge(question, AnswerText(one.answer))[0].level
        if level is not None:
            judged.append((level, one.mark))
    r = pearson([level for level, _ in judged], [mark for _, mark in judged])
    return {"judged": len(judged), "insufficient_evidence": len(answers) - len(judged), "pearson_r": rounded(r)}


def _misplaced(answers: Sequence[MarkedAnswer]) -> dict[str, object] | None:
    """What the answers would get for another question of the file, half the file away: it should be little."""
    from statistics import fmean

    from colloquy.cli.agreement import rounded
    from colloquy.contexts.analysis.policy.grading import mark

    given = [one.graded for one in answers]
    away = [(one, given[at - len(given) // 2]) for at, one in enumerate(given)]
    marks = [
        mark(other.question, other.expected, one.answer).score
        for one, other in away
        if one.question_id != other.question_id
    ]
    return {"answers": len(marks), "mean_mark": rounded(fmean(marks))} if marks else None


def _held_out(answers: Sequence[MarkedAnswer], embedding: Embedding | None) -> dict[str, object]:
    """Marks by curves that never saw the question, and by curves that never saw its whole assignment."""
    from colloquy.cli.agreement import by_group
    from colloquy.contexts.analysis.policy.grading import features_of
    from colloquy.contexts.analysis.policy.held_out import held_out, lay

    questions = [one.graded.question_id for one in answers]
    assignments = [one.assignment for one in answers]
    if len(set(questions)) < 2:  # noqa: PLR2004 -- one to fit by, one to mark
        stop("Marking a question by the others needs two questions at least.", code=USAGE_ERROR)
    names = features_of(embedding)
    began = time.perf_counter()
    laid = lay([one.graded for one in answers], embedding)
    marks = held_out(laid, questions, names)
    milliseconds = (time.perf_counter() - began) * 1000 / len(answers)
    found = _described(answers, embedding, marks, in_sample=False)
    found["ms_per_answer_with_fitting"] = round(milliseconds, 3)
    if len(set(assignments)) > 1:
        apart = held_out(laid, assignments, names)
        people = [one.graded.mark for one in answers]
        found["by_assignment"] = {**_figures(answers, apart), "assignments": by_group(apart, people, assignments)}
    return found


def _described(
    answers: Sequence[MarkedAnswer], embedding: Embedding | None, marks: Sequence[float], *, in_sample: bool
) -> dict[str, object]:
    from colloquy.cli.agreement import baselines
    from colloquy.contexts.analysis.policy import EVALUATOR
    from colloquy.contexts.analysis.policy.grading import version

    return {
        "evaluator": EVALUATOR,
        "grading": version(),
        "embedding": embedding.name if embedding else "none",
        "in_sample": in_sample,
        "note": (
            "The shipped curves were fitted to questions of this file: --cross-validate tells how they do elsewhere."
            if in_sample
            else "No answer was marked by curves that were fitted to its question."
        ),
        **_figures(answers, marks),
        "baselines": baselines(answers),
        "without_blanks": _without_blanks(answers, marks),
    }


def _without_blanks(answers: Sequence[MarkedAnswer], marks: Sequence[float]) -> dict[str, object]:
    """The same where something was answered: a few blanks that everybody marks 0 raise every correlation."""
    from colloquy.cli.agreement import baselines, figures
    from colloquy.contexts.analysis.policy.grading import says_nothing

    told = [at for at, one in enumerate(answers) if one.graded.answer and not says_nothing(one.graded.answer)]
    said = [answers[at] for at in told]
    near = figures([marks[at] for at in told], [one.graded.mark for one in said])
    return {"answers": len(told), **near, "baselines": baselines(said)}


def _figures(answers: Sequence[MarkedAnswer], marks: Sequence[float]) -> dict[str, object]:
    from colloquy.cli.agreement import figures, intervals, spread

    people = [one.graded.mark for one in answers]
    questions = [one.graded.question_id for one in answers]
    return {
        "answers": len(answers),
        "questions": len(set(questions)),
        **figures(marks, people),
        "interval_95": intervals(marks, people, questions),
        "per_question_quartiles": spread(marks, people, questions),
    }
