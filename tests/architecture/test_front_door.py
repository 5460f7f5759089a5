"""Contexts enter each other by the front door: `public` and `events`, nothing else."""

import ast
from pathlib import Path

import pytest

import colloquy

SOURCE = Path(colloquy.__file__).parent
CONTEXTS = SOURCE / "contexts"
DOORS = {"public", "events"}
ROOMS = {
    "public", "events", "routes", "pages", "templates", "jobs", "schemas", "service", "policy", "queries",
    "models", "errors", "library", "notices",
}  # fmt: skip


def _imports(path: Path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def through_a_window(path: Path, context: str) -> list[str]:
    """Imports in `path` that enter another context elsewhere than by its doors."""
    found = []
    for name in _imports(path):
        parts = name.split(".")
        elsewhere = parts[:2] == ["colloquy", "contexts"] and len(parts) > 3 and parts[2] != context
        if elsewhere and parts[3] not in DOORS:
            found.append(name)
    return found


@pytest.mark.parametrize("context", sorted(p.name for p in CONTEXTS.iterdir() if (p / "__init__.py").exists()))
def test_contexts_enter_each_other_by_the_front_door(context):
    windows = {
        str(path.relative_to(SOURCE)): broken
        for path in (CONTEXTS / context).rglob("*.py")
        if (broken := through_a_window(path, context))
    }
    assert windows == {}, "import from that context's `public` or `events`; add there what you need"


@pytest.mark.parametrize("context", sorted(p.name for p in CONTEXTS.iterdir() if (p / "__init__.py").exists()))
def test_contexts_have_only_the_agreed_rooms(context):
    rooms = {p.stem for p in (CONTEXTS / context).iterdir() if not p.name.startswith("_")}
    assert rooms - ROOMS == set(), "the names inside a context are agreed in docs/architecture.md"


def test_the_check_sees_a_window(tmp_path):
    file = tmp_path / "service.py"
    file.write_text("from colloquy.contexts.media.queries import recording\n")
    assert through_a_window(file, "sessions") == ["colloquy.contexts.media.queries.recording"]
