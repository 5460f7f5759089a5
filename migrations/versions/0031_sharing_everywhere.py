"""The policy that hides a shared interview, on every table about interviews, sessions and what belongs to them."""

from __future__ import annotations

import sqlalchemy
from alembic import op

revision = "0031"
down_revision = "0030"

# Read once a statement, not once a row: who looks, when it is somebody who may not see every interview.
_NO_VIEWER = "(select nullif(current_setting('app.viewer_id', true), '')) is null"

# What tells which interview a row is about, the most direct first, and the function of 0025 that answers for it.
_COLUMNS = {
    "interview_id": "interview_visible",
    "session_id": "session_visible",
    "answer_id": "answer_visible",
    "conversation_id": "conversation_visible",
    "run_id": "run_visible",
    "question_id": "question_visible",
    "recording_id": "recording_visible",
}
_BY_HAND = {
    # Whether one's own share may be read cannot wait for the answer whether the interview may.
    "interview_shares": "person_id = (select nullif(current_setting('app.viewer_id', true), '')::uuid)"
    " or interview_visible(interview_id)",
    "recordings": "recording_visible(id)",
    # Letters about something else are named; about anything unknown, they are hidden.
    "sendings": "kind in ('colleague_invitation', 'webhook_stopped') or letter_visible(about_id)",
}


def upgrade() -> None:
    """Adds it. A table that is made later adds it itself; a test over the catalogue says so."""
    found = op.get_bind().execute(
        sqlalchemy.text(
            "select c.table_name, c.column_name, c.is_nullable = 'NO' as always from information_schema.columns c"
            " join pg_class t on t.relname = c.table_name and t.relkind = 'r' and t.relrowsecurity"
            " where c.table_schema = 'public' and c.column_name = any(:columns)"
        ),
        {"columns": list(_COLUMNS)},
    )
    tables: dict[str, dict[str, bool]] = {}
    for table, column, always in found:
        tables.setdefault(table, {})[column] = always
    conditions = {table: _condition(columns) for table, columns in tables.items()}
    for table, condition in sorted({**conditions, **_BY_HAND}.items()):
        op.execute(f"create policy shared on {table} as restrictive using ({_NO_VIEWER} or {condition})")


def _condition(columns: dict[str, bool]) -> str:
    """By the first column that every row has; where there is none, by each that a row happens to have."""
    for column, function in _COLUMNS.items():
        if columns.get(column):
            return f"{function}({column})"
    return "(" + " and ".join(f"({one} is null or {_COLUMNS[one]}({one}))" for one in sorted(columns)) + ")"
