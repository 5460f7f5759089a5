"""The table of OWASP ASVS 5.0.0 has every requirement of levels 1 and 2 once, and names only what is there."""

import ast
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import compliance  # noqa: E402 - a script beside the sources

# For each section the levels of its requirements in their order, from the list that the standard's release 5.0.0 has as
# OWASP_Application_Security_Verification_Standard_5.0.0_en.csv.
LEVELS = """
1.1 22  1.2 1111122223  1.3 112222222223  1.4 222  1.5 123
2.1 122  2.2 112  2.3 12223  2.4 23
3.1 3  3.2 113  3.3 12223  3.4 11222233  3.5 11122333  3.6 3  3.7 22333
4.1 12233  4.2 23333  4.3 22  4.4 1222
5.1 2  5.2 112333  5.3 113  5.4 222
6.1 122  6.2 111111112222  6.3 11223333  6.4 112233  6.5 22222333  6.6 2223  6.7 33  6.8 2222
7.1 222  7.2 1111  7.3 22  7.4 11222  7.5 223  7.6 22
8.1 1233  8.2 1123  8.3 133  8.4 23
9.1 111  9.2 1222
10.1 22  10.2 223  10.3 22223  10.4 1111122222233333  10.5 22222  10.6 22  10.7 222
11.1 2233  11.2 22233  11.3 11233  11.4 1222  11.5 23  11.6 23  11.7 33
12.1 12233  12.2 11  12.3 22223
13.1 2333  13.2 222223  13.3 2233  13.4 1222233
14.1 22  14.2 12223333  14.3 122
15.1 12233  15.2 12233  15.3 1222222  15.4 3333
16.1 2  16.2 22222  16.3 2222  16.4 222  16.5 2223
17.1 23  17.2 22223333  17.3 22
"""
SHORTEST_REASON = 10


def official() -> dict[str, int]:
    """The level of every requirement of the standard by its id."""
    words = LEVELS.split()
    sections = zip(words[::2], words[1::2], strict=True)
    return {f"v5.0.0-{name}.{n}": int(level) for name, levels in sections for n, level in enumerate(levels, 1)}


@cache
def names_in(path: Path) -> frozenset[str]:
    """The names of the tests in a file; none where there is no such file."""
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(name for name in found if name.startswith("test_"))


def test_the_standard_has_as_many_requirements_as_its_release():
    assert Counter(official().values()) == {1: 70, 2: 183, 3: 92}


def test_every_requirement_of_levels_1_and_2_is_there_once():
    expected = {name: level for name, level in official().items() if level <= 2}
    found = [(row.id, row.level) for row in compliance.rows()]

    assert len(found) == len(expected) == 253
    assert dict(found) == expected


def test_every_test_that_is_named_exists():
    missing = [
        f"{row.id}: {named}"
        for row in compliance.rows()
        for named in row.tests
        if named.partition("::")[2] not in names_in(ROOT / named.partition("::")[0])
    ]
    assert missing == []


def test_every_row_has_a_test_or_a_reason_and_says_what_is_missing():
    wrong = [
        row.id
        for row in compliance.rows()
        if row.answer not in compliance.ANSWERS
        or not (row.tests or row.reason)
        or (row.answer != "met" and len(row.reason) < SHORTEST_REASON)
    ]
    assert wrong == []


def test_the_page_is_made_from_the_table(monkeypatch):
    monkeypatch.setattr("sys.argv", ["compliance.py", "--check"])
    assert compliance.main() == 0


@pytest.mark.parametrize("answer", compliance.ANSWERS)
def test_the_page_counts_the_answers(answer):
    rows = compliance.rows()
    count = sum(row.answer == answer for row in rows)
    assert any(
        line.startswith(f"| {answer} |") and line.endswith(f"| {count} |")
        for line in compliance.page(rows).splitlines()
    )
