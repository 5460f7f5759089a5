"""Tables of the notifications context: every letter to every person, and what became of it."""

from __future__ import annotations

from alembic import op

from colloquy.kit.tenancy import tenant_table

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Creates it. One row per effect and recipient: that is what makes a second sending do nothing."""
    op.execute(
        "create table sendings (id uuid primary key, org_id uuid not null,"
        " effect_id text not null check (length(effect_id) = 32),"
        " kind text not null check (kind in"
        " ('invitation', 'colleague_invitation', 'interview_completed', 'candidate_thanks', 'report_ready')),"
        " about_id uuid not null, recipient text not null check (length(recipient) between 3 and 254),"
        " message_id text not null check (length(message_id) between 8 and 64),"
        " state text not null check (state in ('queued', 'sent', 'refused', 'failed', 'not_needed')),"
        " subject text check (length(subject) <= 998), mailer text check (length(mailer) <= 40),"
        " reason text check (length(reason) <= 2000), created_at timestamptz not null, ended_at timestamptz,"
        " constraint uq_sendings_effect unique (org_id, effect_id, recipient))"
    )
    op.execute("create unique index uq_sendings_message on sendings (org_id, message_id)")
    op.execute("create index ix_sendings_org_id_state on sendings (org_id, state, id desc)")
    op.execute("create index ix_sendings_org_id_id on sendings (org_id, id desc)")
    for statement in tenant_table("sendings"):
        op.execute(statement)
