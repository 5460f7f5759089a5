"""docs/compliance/data-levels.md says of every table at which level of protection it is."""

import re
from collections import Counter
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "compliance" / "data-levels.md"
LEVELS = ["open", "inner", "personal", "special", "secret"]


def tables() -> dict[str, list[str]]:
    """level -> tables"""
    part = PAGE.read_text(encoding="utf-8").partition("## Tables")[2].partition("## Files")[0]
    rows = [line.split("|") for line in part.splitlines() if line.startswith("| ")][1:]
    return {row[1].strip(): re.findall(r"`([^`]+)`", row[2]) for row in rows}


def test_every_table_has_one_level(owner_connection):
    named = [table for found in tables().values() for table in found]
    there = {
        "procrastinate_*" if name.startswith("procrastinate_") else name
        for (name,) in owner_connection.execute(
            "select table_name from information_schema.tables"
            " where table_schema = 'public' and table_type = 'BASE TABLE'"
        ).fetchall()
    }
    assert list(tables()) == LEVELS
    assert [table for table, times in Counter(named).items() if times > 1] == []
    assert set(named) == there


def test_what_is_sealed_is_declared_and_never_open(owner_connection):
    """Columns that hold secrets of others are bytes; none of them is in a table that everybody may read."""
    columns = owner_connection.execute(
        "select table_name, column_name, data_type from information_schema.columns"
        " where table_schema = 'public' and column_name like '%%sealed%%'"
    ).fetchall()
    assert columns
    assert {kind for _table, _column, kind in columns} == {"bytea"}
    assert not {table for table, _column, _kind in columns} & set(tables()["open"])
