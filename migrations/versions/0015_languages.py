"""The languages in which people read the product: any that has a catalogue, not two that a table names."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Only the form of a language's name is checked here; which ones there are is for the application to say."""
    for table in ("organisations", "people"):
        op.execute(f"alter table {table} drop constraint {table}_language_check")
        op.execute(
            f"alter table {table} add constraint {table}_language_check"
            " check (language ~ '^[a-z]{2,3}(_[A-Za-z]{2,4})?$')"
        )
