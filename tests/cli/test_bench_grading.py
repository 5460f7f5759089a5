"""`colloquy bench grading`: marks beside people's, and whether they were fitted to them."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest

from colloquy.cli.graded import COLUMNS
from colloquy.contexts.analysis.policy.meaning import embedding_in_use, use_embedding
from colloquy.providers.embeddings.static import is_installed

SAMPLE = os.environ.get("COLLOQUY_GRADING_FILE")
ANSWERS = {
    ("1.1", "Why is yeast added to dough?", "Yeast gives off gas, which makes the dough rise."): {
        "The yeast makes gas and the gas lets the dough rise.": (5, 5),
        "It gives off gas so that the dough can rise in the oven.": (5, 4),
        "Because of the taste, I think.": (1, 2),
        "Bakers have always done so.": (1, 0),
    },
    ("1.2", "What does a lock on a row do?", "It makes other writers of the row wait until it is released."): {
        "Other writers have to wait until the lock on the row is released.": (5, 5),
        "Whoever wants to write the row must wait for its release.": (4, 5),
        "It closes the door.": (0, 0),
        "Rows are in a table.": (1, 1),
    },
    ("2.1", "Why do ships float?", "They push aside water that weighs as much as they do."): {
        "The water they push aside weighs as much as the ship.": (5, 5),
        "They push water aside and it weighs as much as they do.": (5, 5),
        "Ships are big.": (1, 0),
        "The captain steers.": (0, 0),
    },
}


@pytest.fixture(autouse=True)
def same_embedding_afterwards():
    before = embedding_in_use()
    yield
    use_embedding(before)


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    rows = [
        [*question, answer, *marks, sum(marks) / 2]
        for question, given in ANSWERS.items()
        for answer, marks in given.items()
    ]
    return written(tmp_path / "marked.csv", rows)


def written(path: Path, rows, header=COLUMNS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


async def test_marks_are_compared_with_peoples(colloquy, marked):
    result = await colloquy("bench", "grading", "--file", str(marked), "--embeddings", "none")

    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["answers"], found["questions"], found["embedding"]) == (12, 3, "none")
    assert found["evaluator"].startswith("rules:")
    assert found["pearson_r"] > 0.8
    assert found["rmse"] < 2.5
    assert found["interval_95"]["pearson_r"][0] <= found["pearson_r"] <= found["interval_95"]["pearson_r"][1]
    assert len(found["per_question_quartiles"]["rmse"]) == 3
    assert found["baselines"]["second_person_r"] > 0.9
    assert found["ms_per_answer"] > 0


async def test_questions_that_were_never_fitted_are_not_in_the_sample(colloquy, marked):
    found = json.loads((await colloquy("bench", "grading", "--file", str(marked), "--embeddings", "none")).stdout)

    assert found["in_sample"] is False
    assert found["answers_to_questions_not_fitted"] == 12


async def test_each_question_can_be_marked_by_the_others(colloquy, marked):
    result = await colloquy("bench", "grading", "--file", str(marked), "--embeddings", "none", "--cross-validate")

    found = json.loads(result.stdout)
    assert found["in_sample"] is False
    assert [one["group"] for one in found["by_assignment"]["assignments"]] == ["1", "2"]
    assert found["pearson_r"] > 0.5


@pytest.mark.skipif(not is_installed(), reason="the built-in embedding has no wheel for this machine")
async def test_the_built_in_embedding_is_named(colloquy, marked):
    found = json.loads((await colloquy("bench", "grading", "--file", str(marked))).stdout)

    assert found["embedding"].startswith("wordllama:")


async def test_an_embedding_that_is_not_there_is_said(colloquy, marked, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "fastembed", None)
    result = await colloquy("bench", "grading", "--file", str(marked), "--embeddings", "fastembed")

    assert result.exit_code == 2
    assert "colloquy[embeddings]" in result.output


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["1.1", "Why?", "Because.", "So.", "4", "4", "five"], "line 3: score_avg is “five”"),
        (["1.1", "Why?", "Because.", "So.", "4", "6", "5"], "line 3: score_other is “6”"),
        (["1.1", "Why?", "Because.", "So.", "nan", "4", "4"], "line 3: score_me is “nan”"),
        (["1.1", "", "Because.", "So.", "4", "4", "4"], "line 3: question is empty"),
        (["1.1", "Why?", "Because."], "line 3: score_me is “”"),
    ],
)
async def test_what_is_wrong_with_a_row_is_said_with_its_line(colloquy, tmp_path, row, said):
    good = ["1.1", "Why?", "Because.", "So.", "4", "4", "4"]
    result = await colloquy("bench", "grading", "--file", str(written(tmp_path / "bad.csv", [good, row])))

    assert result.exit_code == 2
    assert said in " ".join(result.output.split())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"id,question\n1,Why?\n", "no column desired_answer, student_answer"),
        (",".join(COLUMNS).encode() + b"\n", "no answers"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"", "no column id"),
    ],
)
async def test_a_file_that_holds_no_marked_answers_is_refused(colloquy, tmp_path, content, said):
    (tmp_path / "bad.csv").write_bytes(content)
    result = await colloquy("bench", "grading", "--file", str(tmp_path / "bad.csv"))

    assert result.exit_code == 2
    assert said in " ".join(result.output.split())


async def test_a_file_that_is_not_there_is_said(colloquy, tmp_path):
    result = await colloquy("bench", "grading", "--file", str(tmp_path / "none.csv"))

    assert result.exit_code == 2
    assert "No such file" in result.output


@pytest.mark.skipif(not SAMPLE, reason="COLLOQUY_GRADING_FILE names no file of marked answers")
@pytest.mark.parametrize("embeddings", ["none", "built-in"])
async def test_held_out_marks_come_as_near_to_people_as_people_to_each_other(colloquy, embeddings):
    if embeddings == "built-in" and not is_installed():
        pytest.skip("the built-in embedding has no wheel for this machine")
    result = await colloquy("bench", "grading", "--file", str(SAMPLE), "--embeddings", embeddings, "--cross-validate")

    found = json.loads(result.stdout)
    for figures in (found, found["by_assignment"]):
        assert figures["pearson_r"] >= 0.6
        assert figures["rmse"] <= 0.9
    assert found["pearson_r"] > found["baselines"]["second_person_r"]
    assert found["pearson_r"] > found["baselines"]["tf_idf_cosine_r"]
