"""`colloquy bench injection`: the figures of the table and of the JSON are those that were measured."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from colloquy.cli.main import app


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["bench", "injection", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_json_has_every_figure_with_its_interval():
    found = json.loads(run("--format", "json", "--every", "199"))

    assert found["attacks"] >= 120
    assert found["detected"] == found["attacks"]
    assert set(found["detected_by_language"]) == {"en", "ru", "de", "es"}
    assert found["attacked_answers"] > 20
    assert found["honest_sentences"] >= 300
    for name in ("detection", "false_alarm_rate", "shift", "shift_without_blanking"):
        assert found[name]["low"] <= found[name]["value"] <= found[name]["high"]
    assert found["shift"]["greatest"] <= 0.05


def test_the_table_is_markdown():
    lines = run("--every", "199").strip().splitlines()

    assert lines[0] == "| | figure | 95 % |"
    assert all(line.startswith("| ") and line.endswith("|") for line in lines[2:])
    assert any("attacks found" in line for line in lines)


def test_a_step_of_nothing_is_refused():
    assert CliRunner().invoke(app, ["bench", "injection", "--every", "0"]).exit_code == 2
