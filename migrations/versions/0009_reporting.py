"""Tables of the reporting context: reports as they were when a session was scored."""

from __future__ import annotations

from alembic import op

from colloquy.kit.tenancy import tenant_table

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Creates the table of snapshots behind row-level security; the app may add and erase, never rewrite."""
    op.execute(
        "create table reports (id uuid primary key, org_id uuid not null,"
        " session_id uuid not null references sessions (id) on delete cascade,"
        " version integer not null check (version >= 1),"
        # Text, not jsonb: the stored report is the exported bytes, and jsonb would reorder its members.
        " document text not null, hash text not null check (length(hash) = 64),"
        " levels jsonb not null, low_accuracy boolean not null, made_at timestamptz not null,"
        # The fence against a job that runs twice: there is one report a version, whoever comes second.
        " unique (org_id, session_id, version))"
    )
    for statement in tenant_table("reports", grant="select, insert, delete"):
        op.execute(statement)
