"""The statements that put a table behind row-level security, for use in migrations."""

from __future__ import annotations

from colloquy.kit.db import APP_ROLE

_OWN = "org_id = nullif(current_setting('app.org_id', true), '')::uuid"


def tenant_table(table: str, *, own: str = _OWN, grant: str = "select, insert, update, delete") -> list[str]:
    """Statements for a table that has `org_id`: forced security, one policy, rights for the app's role.

    `own` is the condition a row must meet to be seen or written; the default compares `org_id` with the
    tenant of the transaction, and no tenant means no rows.
    """
    return [
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
        f"create policy tenant on {table} using ({own}) with check ({own})",
        f"grant {grant} on {table} to {APP_ROLE}",
    ]


def global_table(table: str, *, grant: str = "select, insert, update, delete") -> list[str]:
    """Statements for a table without a tenant. Each such table is listed, with its reason, in the tests."""
    return [f"grant {grant} on {table} to {APP_ROLE}"]
