"""The packaged triples, and how many of them the rules put in the order a person put them in."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from typer.testing import CliRunner

from colloquy.cli import ranked
from colloquy.cli.bench_ranking import by_level, by_score, question_of
from colloquy.cli.main import app
from colloquy.contexts.analysis.library import LANGUAGES, RANKS, triples_of

TRIPLES = [triple for language in LANGUAGES for triple in triples_of(language)]
CLASSES = (
    "long-but-empty", "keyword-stuffed", "off-topic", "parroted", "excellent-but-short", "plain-weak", "imagined",
    "team-only", "rambling",
)  # fmt: skip
LEAST_IN_ORDER = 0.94
"""What the rules reach today, less a pair or two: a change of theirs that costs more has to be meant."""


@pytest.fixture(scope="module", params=[by_level, by_score], ids=["by level", "by score"])
def found(request):
    return [ranked.ordered(triple, question_of(triple), request.param) for triple in TRIPLES]


def triples_file(tmp_path, change=None):
    triple = TRIPLES[0]
    entry = {
        "id": "one", "role": triple.role, "kind": triple.kind, "held_out": False, "question": triple.question,
        "points": list(triple.points), "competencies": list(triple.competencies),
        "answers": {rank: {"class": one.kind, "text": one.text} for rank, one in triple.answers.items()},
    }  # fmt: skip
    if change:
        change(entry)
    path = tmp_path / "triples.json"
    path.write_text(json.dumps([entry]), "utf-8")
    return path


def bench(*arguments):
    return CliRunner().invoke(app, ["bench", "ranking", *map(str, arguments)])


def test_the_suite_is_wide_and_a_third_of_it_is_held_out():
    classes = Counter(answer.kind for triple in TRIPLES for answer in triple.answers.values())

    assert len({triple.name for triple in TRIPLES}) == len(TRIPLES) >= 60
    assert sum(triple.language == "ru" for triple in TRIPLES) >= 24
    assert len({triple.role for triple in TRIPLES}) >= 12
    assert {triple.kind for triple in TRIPLES} == {"behavioural", "technical", "hypothetical", "motivation"}
    assert min(classes[kind] for kind in CLASSES) >= 5
    assert sum(triple.held_out for triple in TRIPLES) * 3 == len(TRIPLES)
    assert all(tuple(triple.answers) == RANKS for triple in TRIPLES)


def test_most_pairs_are_in_a_persons_order(found):
    share = ranked.pairs(found)

    assert share.right / share.of >= LEAST_IN_ORDER


def test_stuffing_and_repeating_the_question_never_win(found):
    assert ranked.wins(found) == 0


@pytest.mark.parametrize(
    ("standing", "points", "right"),
    [
        ((9, 5, 2), [1, 1, 1], True),
        ((5, 5, 2), [0.5, 1, 1], False),
        ((5, 5, 5), [0.5, 0.5, 0], False),
        ((2, 5, 9), [0, 0, 0], False),
    ],
)
def test_a_tie_of_neighbours_counts_half_and_one_of_strong_and_weak_nothing(standing, points, right):
    one = ranked.Ordered(TRIPLES[0], dict(zip(RANKS, standing, strict=True)), 0, 0)

    assert [one.points(pair) for pair in ranked.PAIRS] == points
    assert one.right is right


def test_empty_talk_that_stands_above_a_better_answer_is_counted():
    stuffed = next(triple for triple in TRIPLES if triple.answers["weak"].kind == "keyword-stuffed")
    won = ranked.Ordered(stuffed, {"strong": 6, "middling": 3, "weak": 4}, stuffed=7, parroted=0)

    assert ranked.wins([won]) == 2


def test_intervals_are_wilsons():
    """Newcombe (1998), table I: 81 of 263 gives 0.2553 to 0.3662, 0 of 20 gives 0 to 0.1611."""
    assert ranked.wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert ranked.wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert ranked.wilson(0, 0) == (0.0, 1.0)


def test_the_command_prints_the_table_and_what_is_not_in_order():
    result = bench("--wrong")

    assert result.exit_code == 0, result.output
    for part in (
        "| All |",
        "| Held out |",
        "| Russian |",
        "| keyword-stuffed |",
        "stand above a better one: 0 by level, 0 by score.",
    ):
        assert part in result.output


def test_triples_of_ones_own_are_ranked(tmp_path):
    result = bench("--file", triples_file(tmp_path))

    assert result.exit_code == 0, result.output
    assert "| All | 3 of 3 (100.0%)" in result.output
    assert "Russian" not in result.output


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry.pop("question"),
        lambda entry: entry["answers"].pop("weak"),
        lambda entry: entry.update(competencies=["juggling"]),
        lambda entry: entry.update(answers=3),
    ],
)
def test_a_file_that_holds_no_triples_is_a_mistake_of_use(tmp_path, change):
    result = bench("--file", triples_file(tmp_path, change))

    assert result.exit_code == 2, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_a_missing_file_an_empty_one_and_another_language_are_mistakes_of_use(tmp_path):
    (tmp_path / "none.json").write_text("[]", "utf-8")

    assert bench("--file", tmp_path / "absent.json").exit_code == 2
    assert bench("--file", tmp_path / "none.json").exit_code == 2
    assert bench("--language", "de").exit_code == 2
