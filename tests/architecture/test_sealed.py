"""Whatever is sealed can be sealed again after a rotation: every purpose is declared, every column is there."""

import ast
import importlib
from pathlib import Path

from colloquy.roles.sealed import SEALED

SOURCE = Path(__file__).resolve().parents[2] / "src" / "colloquy"
NOT_STORED = {
    "kit/sealed.py": "seals what it has just opened, for the purpose of a declared column",
    "identity/service/state.py": "lives in a cookie for minutes; after a rotation the step is begun again",
}


def _sealing() -> dict[str, set[str]]:
    """file -> names of purposes that `….seal(purpose, message, …)` is called with there"""
    found: dict[str, set[str]] = {}
    for path in SOURCE.rglob("*.py"):
        name = str(path.relative_to(SOURCE)).removeprefix("contexts/")
        if name.startswith("providers/"):
            continue  # frames of files, under keys of their own
        for node in ast.walk(ast.parse(path.read_text())):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "seal"
            if is_call and "secret" in ast.unparse(node.func.value):
                found.setdefault(name, set()).add(ast.unparse(node.args[0]))
    return found


def test_every_purpose_that_is_sealed_is_declared():
    declared = {column.purpose for column in SEALED}
    stray = []
    for name, purposes in _sealing().items():
        if name in NOT_STORED:
            continue
        module = importlib.import_module(f"colloquy.contexts.{name.removesuffix('.py').replace('/', '.')}")
        stray += [f"{name}: {purpose}" for purpose in purposes if getattr(module, purpose, None) not in declared]
    assert stray == [], "declare the column in the context's policy/sealed.py, and list it in roles/sealed.py"


def test_contexts_that_declare_columns_are_listed():
    declaring = {path.parts[-3] for path in SOURCE.glob("contexts/*/policy/sealed.py")}
    listed = (SOURCE / "roles" / "sealed.py").read_text()
    assert {context for context in declaring if f"*{context}.SEALED" not in listed} == set()


def test_declared_columns_are_in_the_database(owner_connection):
    for column in SEALED:
        names = {*column.keys, *column.reads, column.column, *(["org_id"] if column.tenant else [])}
        rows = owner_connection.execute(
            "select column_name, data_type from information_schema.columns where table_name = %s", [column.table]
        ).fetchall()
        kinds = dict(rows)
        assert names <= set(kinds), f"{column.name}: {names - set(kinds)}"
        assert kinds[column.column] == "bytea"
