"""docs/compliance/keys.md names everything that the installation's secret is used for, and nothing else."""

import ast
import importlib
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "colloquy"
PAGE = (ROOT / "docs" / "compliance" / "keys.md").read_text(encoding="utf-8")
USES = {"derive", "derivations", "sign", "signatures", "signed_by_us", "seal"}


def used() -> set[str]:
    """Every purpose that some `….seal(purpose, …)` and the like of the secret has in the sources."""
    found: set[str] = set()
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        if name.startswith(("providers/", "kit/", "cli/", "roles/")):
            continue  # the secret itself, and keys of files and backups
        module = "colloquy." + name.removesuffix(".py").replace("/", ".")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in USES):
                continue
            if "secret" in ast.unparse(node.func.value).lower() and node.args:
                found.add(_purpose(node.args[0], module))
    return found


def _purpose(node: ast.expr, module: str) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):  # `state:` and the like, each with what it is for
        return f"{ast.unparse(node.values[0]).strip(chr(39))}…"
    assert isinstance(node, ast.Name), f"{module}: {ast.unparse(node)}"
    return str(getattr(importlib.import_module(module), node.id))


def listed() -> set[str]:
    table = PAGE.partition("| purpose of the secret |")[2].partition("\n\n")[0]
    rows = [line.split("|")[1] for line in table.splitlines()[2:]]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def test_every_use_of_the_secret_is_listed_and_every_listed_use_is_there():
    assert listed() == used()
