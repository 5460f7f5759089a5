"""When somebody last proved who they are in a browser, and since when an organisation takes new sign-ins only."""

from __future__ import annotations

from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Adds two columns."""
    # None: a provider signed them in and did not say when it last asked them who they are.
    op.execute("alter table browser_sessions add column proved_at timestamptz")
    op.execute("update browser_sessions set proved_at = created_at where how <> 'single_sign_on'")
    op.execute("alter table memberships add column sign_ins_ended_at timestamptz")
