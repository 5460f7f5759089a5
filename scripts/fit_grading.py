"""Fit the curves of the built-in evaluator's marks to answers that two people marked, and write grading.json.

    python scripts/fit_grading.py --file graded_short_answers.csv

The file stays where it is: what is written are knots, rises, held-out figures, and fingerprints of the questions,
by which `colloquy bench grading` knows a file it was fitted to. Nothing of any text can be read from them.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from colloquy.cli.agreement import figures, intervals
from colloquy.cli.bench import Embeddings, chosen
from colloquy.cli.graded import MarkedAnswer, fingerprint, read_answers
from colloquy.contexts.analysis.policy.grading import features_of
from colloquy.contexts.analysis.policy.held_out import fitted, held_out, lay
from colloquy.contexts.analysis.policy.meaning import NO_EMBEDDING

TARGET = Path(__file__).parent.parent / "src/colloquy/contexts/analysis/policy/grading.json"
DIGITS = 5


def fit(answers: list[MarkedAnswer], embeddings: Embeddings, models: Path) -> tuple[str, dict[str, object]]:
    """The name of the embedding, and what is kept of a model fitted with it."""
    embedding = chosen(embeddings, models)
    names = features_of(embedding)
    laid = lay([one.graded for one in answers], embedding)
    curves = fitted(laid, names)
    questions, people = [one.graded.question_id for one in answers], [one.graded.mark for one in answers]
    apart = held_out(laid, questions, names)
    by_assignment = held_out(laid, [one.assignment for one in answers], names)
    kept = {
        "base": round(curves.base, DIGITS),
        "curves": {
            name: {key: [round(value, DIGITS) for value in values] for key, values in asdict(curve).items()}
            for name, curve in curves.by_feature.items()
        },
        "held_out": {
            "by_question": {**figures(apart, people), "interval_95": intervals(apart, people, questions)},
            "by_assignment": figures(by_assignment, people),
        },
    }
    return (embedding.name if embedding else NO_EMBEDDING), kept


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--file", type=Path, required=True, help="the marked answers, as `colloquy bench grading`")
    arguments.add_argument("--embeddings", nargs="*", type=Embeddings, default=[Embeddings.NONE, Embeddings.BUILT_IN])
    arguments.add_argument("--models", type=Path, default=Path("var/models"), help="where fastembed's models are")
    given = arguments.parse_args()
    answers = read_answers(given.file)
    models = dict(fit(answers, kind, given.models) for kind in given.embeddings)
    kept = {
        "made": datetime.now(UTC).date().isoformat(),
        "answers": len(answers),
        "questions": sorted({fingerprint(one.graded) for one in answers}),
        "models": models,
    }
    TARGET.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    for name, model in models.items():
        print(name, json.dumps(model["held_out"]))


if __name__ == "__main__":
    main()
