"""What a question is meant for, and interviews that are proposed from a vacancy."""

from __future__ import annotations

from alembic import op

from colloquy.kit.tenancy import tenant_table

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Adds the guide of a question, and proposals, which are forgotten when an interview was made or a month passed."""
    op.execute("alter table questions add column guide jsonb check (jsonb_typeof(guide) = 'object')")
    op.execute(
        "create table vacancy_drafts (id uuid primary key, org_id uuid not null,"
        " vacancy text not null check (char_length(vacancy) between 1 and 20000),"
        " language text not null check (char_length(language) between 2 and 10),"
        " kind text not null check (char_length(kind) between 1 and 20),"
        " wanted integer not null check (wanted between 1 and 15),"
        " state text not null check (state in ('waiting', 'ready')),"
        " source text check (char_length(source) between 1 and 200),"
        " stood_in text check (char_length(stood_in) between 1 and 40),"
        " proposal jsonb check (jsonb_typeof(proposal) = 'object'),"
        " made_by uuid not null, made_at timestamptz not null,"
        " check ((state = 'ready') = (proposal is not null)), check ((state = 'ready') = (source is not null)))"
    )
    op.execute("create index ix_vacancy_drafts_org_id on vacancy_drafts (org_id, made_at)")
    for statement in tenant_table("vacancy_drafts", grant="select, insert, update, delete"):
        op.execute(statement)
