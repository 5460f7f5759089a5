"""Which organisations there are, for work that goes through all of them, such as sealing again after a rotation.

Requests are counted in memory or in Redis and need no table (docs/decisions/0026).
"""

from __future__ import annotations

from alembic import op

from colloquy.kit.tenancy import global_table

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """A list of ids, kept by a trigger; row-level security hides `organisations` from whoever has not entered one."""
    op.execute(
        "create table tenants (org_id uuid primary key references organisations (id) on delete cascade,"
        " created_at timestamptz not null default now())"
    )
    for statement in global_table("tenants", grant="select, insert"):
        op.execute(statement)
    op.execute(
        "create function list_tenant() returns trigger language plpgsql as $$"
        " begin insert into tenants (org_id) values (new.id) on conflict do nothing; return new; end $$"
    )
    op.execute("create trigger list_tenant after insert on organisations for each row execute function list_tenant()")
    # Forced row-level security holds for the owner as well, who would find no organisation to list.
    op.execute("alter table organisations no force row level security")
    op.execute("insert into tenants (org_id) select id from organisations")
    op.execute("alter table organisations force row level security")
