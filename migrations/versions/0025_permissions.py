"""Custom roles, interviews shared with some, service accounts and API keys."""

from __future__ import annotations

from alembic import op

from colloquy.kit.tenancy import tenant_table

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Adds roles of an organisation's own beside the four that are built in."""
    _custom_roles()


def _custom_roles() -> None:
    op.execute(
        "create table custom_roles (org_id uuid not null references organisations (id), id uuid not null,"
        " name text not null check (char_length(name) between 1 and 60),"
        # Names of permissions. One that a version does not know allows nothing in it.
        " permissions text[] not null check (cardinality(permissions) <= 100),"
        " created_at timestamptz not null default now(), primary key (org_id, id))"
    )
    op.execute("create unique index uq_custom_roles_name on custom_roles (org_id, lower(name))")
    for statement in tenant_table("custom_roles"):
        op.execute(statement)
    for table in ("memberships", "colleague_invitations"):
        op.execute(
            f"alter table {table} alter column role drop not null, add column custom_role_id uuid,"
            # A role is built in or the organisation's own, never both and never neither.
            f" add constraint ck_{table}_one_role check (num_nonnulls(role, custom_role_id) = 1),"
            " add foreign key (org_id, custom_role_id) references custom_roles (org_id, id)"
        )
        op.execute(
            f"create index ix_{table}_custom_role_id on {table} (org_id, custom_role_id)"
            " where custom_role_id is not null"
        )
