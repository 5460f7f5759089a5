"""Nobody is decided about by a program: one function writes decisions, it takes a person, and only doors call it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "colloquy"
WRITER = SOURCE / "contexts" / "scoring" / "service" / "review.py"
DOORS = {"routes", "pages"}
"""Rooms where a signed-in person stands behind every call."""


def _functions_calling(name: str) -> Iterator[tuple[Path, ast.AsyncFunctionDef | ast.FunctionDef | None]]:
    """Files and functions (None: outside of any) in which something called `name`, or `module.name`, is called."""
    for path in sorted(SOURCE.rglob("*.py")):
        text = path.read_text("utf-8")
        if f"{name}(" not in text:
            continue
        tree = ast.parse(text)
        functions = [one for one in ast.walk(tree) if isinstance(one, ast.AsyncFunctionDef | ast.FunctionDef)]
        for call in (one for one in ast.walk(tree) if isinstance(one, ast.Call)):
            called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if called == name:
                around = [one for one in functions if call in ast.walk(one)]
                yield path, around[-1] if around else None


def test_decisions_are_written_in_one_place_by_an_actor():
    [(path, function)] = _functions_calling("DecisionRow")
    assert path == WRITER
    assert function is not None
    annotations = {one.arg: ast.unparse(one.annotation) for one in function.args.args if one.annotation}
    assert annotations.get("actor") == "Actor"
    assert "actor.require(Permission.SESSIONS_DECIDE)" in ast.unparse(function)


def test_nothing_writes_them_past_the_orm():
    telling = ("insert into decisions", "insert(DecisionRow", "update decisions", "update(DecisionRow")
    found = [path for path in SOURCE.rglob("*.py") if any(words in path.read_text("utf-8") for words in telling)]
    assert found == []


def test_only_doors_decide():
    callers = {path for path, _function in _functions_calling("decide")}
    assert callers, "the rule looks for nothing"
    outside = {path for path in callers if not DOORS & {path.parent.name, path.stem}}
    assert not outside, f"A person decides: call scoring.decide from a page or a route, not from {outside}"
