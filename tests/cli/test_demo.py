"""`colloquy demo` does the main job on real speech, leaves the files, and says what is not as it should be."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from colloquy.cli.demo import problems_with
from colloquy.cli.samples import SamplesMissingError, read
from colloquy.contexts.reporting.public import from_json

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
SILENT = ("weak", 3)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The finished demo: its folder and what it printed. Real speech takes a minute of one core."""
    data = tmp_path_factory.mktemp("demo")
    environment = {**os.environ, "COLLOQUY_DATA_DIR": str(data), "COLLOQUY_RECOGNISER": "pocketsphinx"}
    finished = subprocess.run(
        [sys.executable, "-m", "colloquy", "demo", "--samples", str(SAMPLES)],
        env=environment, cwd=data, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr + finished.stdout
    return data / "demo", finished.stdout


def _report(demo, candidate):
    return json.loads((demo[0] / candidate / "report.json").read_text())


@pytest.mark.timeout(700)
def test_the_strong_candidate_outranks_the_weak_one(demo):
    strong, weak = _report(demo, "strong"), _report(demo, "weak")
    for report in (strong, weak):
        for name in ("overall_score", "technical_score", "communication_score"):
            assert report[name] is None or 0 <= report[name] <= 100
    assert strong["overall_score"] > (weak["overall_score"] or 0)


def test_every_answer_has_the_promised_shape_and_every_quote_is_in_its_transcript(demo):
    quotes = 0
    for candidate in ("strong", "weak"):
        answers = _report(demo, candidate)["answers"]
        assert [answer["number"] for answer in answers] == [1, 2, 3]
        for answer in answers:
            assert {"state", "question", "transcript", "scores"} <= answer.keys()
            transcript = answer["transcript"]
            assert {"text", "words", "recogniser", "confidence"} <= transcript.keys()
            for word in transcript["words"]:
                assert word["text"] in transcript["text"]
                assert 0 <= word["start"] <= word["end"] < answer["duration_seconds"] + 1
            for score in answer["scores"]:
                assert score["competency"]
                assert score["reason"]
                assert score["level"] in {1, 2, 3, 4, 5, None}
                assert score["quotes"] or score["level"] is None
                for quote in score["quotes"]:
                    assert transcript["text"][quote["start_char"] : quote["end_char"]] == quote["text"]
                    assert quote["start"] < quote["end"]
                    quotes += 1
    assert quotes > 5


def test_nobody_speaks_in_the_silent_answer_and_it_is_not_scored(demo):
    candidate, number = SILENT
    answer = _report(demo, candidate)["answers"][number - 1]
    assert (answer["state"], answer["scores"]) == ("not_scorable", [])
    assert answer["state_reason"]


def test_the_files_are_there_and_their_paths_are_printed(demo):
    folder, printed = demo
    for candidate in ("strong", "weak"):
        home = folder / candidate
        names = {path.name for path in home.iterdir()}
        assert names == {"report.pdf", "report.csv", "report.json", *(f"captions-{n}.vtt" for n in (1, 2, 3))}
        for path in home.iterdir():
            assert str(path) in printed
        assert (home / "report.pdf").read_bytes().startswith(b"%PDF-")
        assert (home / "captions-1.vtt").read_text().startswith("WEBVTT\n\n00:00:")
        document = (home / "report.json").read_bytes()
        assert from_json(document).candidate.email == f"{candidate}@example.com"


def test_a_demo_that_shows_something_false_says_what(demo):
    samples = read(SAMPLES)
    reports = {name: from_json((demo[0] / name / "report.json").read_bytes()) for name in ("strong", "weak")}
    assert problems_with(samples, reports) == []

    swapped = {"strong": reports["weak"], "weak": reports["strong"]}
    assert any("does not outrank" in problem for problem in problems_with(samples, swapped))

    heard = replace(reports["weak"].answers[2], state="scored")
    heard_weak = replace(reports["weak"], answers=(*reports["weak"].answers[:2], heard))
    assert any("nobody speaks" in problem for problem in problems_with(samples, {**reports, "weak": heard_weak}))

    first = reports["strong"].answers[0]
    score = first.scores[0]
    invented = replace(score, quotes=(replace(score.quotes[0], text="I invented the database."),))
    lying = replace(first, scores=(invented, *first.scores[1:]))
    lying_strong = replace(reports["strong"], answers=(lying, *reports["strong"].answers[1:]))
    assert any("I invented" in problem for problem in problems_with(samples, {**reports, "strong": lying_strong}))


def test_a_folder_without_samples_is_said_in_words(tmp_path):
    with pytest.raises(SamplesMissingError, match=r"vacancy\.json"):
        read(tmp_path)
