"""`colloquy bench ranking`: does the built-in evaluator put answers in the order a person put them in?"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from colloquy.cli.settings import USAGE_ERROR, stop

if TYPE_CHECKING:
    from colloquy.cli.ranked import Ordered, Share
    from colloquy.contexts.analysis.library import Triple
    from colloquy.contexts.analysis.public import QuestionToJudge


def ranking(
    file: Annotated[Path | None, typer.Option(help="Triples of your own, in the form of the packaged ones.")] = None,
    language: Annotated[str, typer.Option(help="The language of that file: en or ru.")] = "en",
    wrong: Annotated[bool, typer.Option("--wrong", help="List the triples that are not in order.")] = False,
) -> None:
    """Rank strong, middling and weak answers by the built-in evaluator; a Markdown table of how often that is right."""
    from colloquy.cli import ranked

    triples = _triples(file, language)
    began = time.perf_counter()
    found = [ranked.ordered(triple, question_of(triple), by_level) for triple in triples]
    milliseconds = (time.perf_counter() - began) * 1000 / (5 * len(found))
    finer = [ranked.ordered(triple, question_of(triple), by_score) for triple in triples]
    for line in _report(found, finer):
        typer.echo(line)
    won = f"{ranked.wins(found)} by level, {ranked.wins(finer)} by score"
    typer.echo(f"\nStuffed or parroted answers that stand above a better one: {won}.")
    typer.echo(f"Milliseconds per answer: {milliseconds:.1f}.")
    for one in (one for one in found if wrong and not one.right):
        said = ", ".join(f"{rank} {points} ({one.triple.answers[rank].kind})" for rank, points in one.standing.items())
        typer.echo(f"{one.triple.name}{' held out' if one.triple.held_out else ''}: {said}")


def _triples(file: Path | None, language: str) -> tuple[Triple, ...]:
    from colloquy.contexts.analysis.library import LANGUAGES, triples_in, triples_of

    if language not in LANGUAGES:
        stop(f"The rules read {' and '.join(LANGUAGES)}, not {language}.", code=USAGE_ERROR)
    if file is None:
        return tuple(triple for each in LANGUAGES for triple in triples_of(each))
    try:
        triples = triples_in(file.read_text("utf-8"), language)
    except (OSError, ValueError) as error:
        stop(f"{file} cannot be read: {error}", code=USAGE_ERROR)
    if not triples:
        stop(f"{file} holds no triple.", code=USAGE_ERROR)
    return triples


def question_of(triple: Triple) -> QuestionToJudge:
    """A triple's question with the ready-made competencies it names."""
    from colloquy.contexts.analysis.public import Anchor, CompetencyToJudge, QuestionToJudge
    from colloquy.contexts.interviews import library

    known = {one.key: one for one in library.competencies(triple.language)}
    unknown = [key for key in triple.competencies if key not in known]
    if unknown:
        stop(f"{triple.name} names competencies that are not ready-made: {', '.join(unknown)}.", code=USAGE_ERROR)
    asked = (known[key] for key in triple.competencies)
    competencies = tuple(
        CompetencyToJudge(c.key, c.name, c.kind, tuple(Anchor(a.level, a.text) for a in c.anchors)) for c in asked
    )
    return QuestionToJudge(triple.question, triple.points, competencies, triple.language)


def by_level(question: QuestionToJudge, text: str) -> float:
    """The sum of an answer's levels, 0 for what was not judged."""
    from colloquy.contexts.analysis.policy import judge
    from colloquy.contexts.analysis.public import AnswerText

    return sum(one.level or 0 for one in judge(question, AnswerText(text)))


def by_score(question: QuestionToJudge, text: str) -> float:
    """The sum of the scores behind the levels."""
    from colloquy.contexts.analysis.policy import scores
    from colloquy.contexts.analysis.public import AnswerText

    return sum(scores(question, AnswerText(text)))


def _report(levels: Sequence[Ordered], finer: Sequence[Ordered]) -> list[str]:
    from colloquy.cli.ranked import pairs, whole

    rows = ["| | pairs in order, by level | 95 % | by score | 95 % | triples wholly in order, by score | 95 % |"]
    rows.append("|---|---|---|---|---|---|---|")
    for name, part in _parts(levels).items():
        fine = _parts(finer)[name]
        rows.append(f"| {name} | {_told(pairs(part))} | {_told(pairs(fine))} | {_told(whole(fine))} |")
    rows += [
        "",
        "| pairs with an answer that is | in order, by level | 95 % | by score | 95 % |",
        "|---|---|---|---|---|",
    ]
    classes = sorted({answer.kind for one in levels for answer in one.triple.answers.values()})
    return rows + [f"| {kind} | {_told(pairs(levels, kind))} | {_told(pairs(finer, kind))} |" for kind in classes]


def _parts(found: Sequence[Ordered]) -> dict[str, list[Ordered]]:
    """What the triples are told apart by; parts that hold none are left out."""
    parts = {
        "All": list(found),
        "English": [one for one in found if one.triple.language == "en"],
        "Russian": [one for one in found if one.triple.language == "ru"],
        "Tuned on": [one for one in found if not one.triple.held_out],
        "Held out": [one for one in found if one.triple.held_out],
    }
    kinds = sorted({one.triple.kind for one in found})
    parts |= {f"{kind.capitalize()} questions": [one for one in found if one.triple.kind == kind] for kind in kinds}
    return {name: part for name, part in parts.items() if part}


def _told(share: Share) -> str:
    low, high = share.interval
    return f"{share.right:g} of {share.of} ({share.right / share.of:.1%}) | {low:.1%} to {high:.1%}"
