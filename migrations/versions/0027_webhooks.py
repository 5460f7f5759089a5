"""Outgoing webhooks: endpoints, messages, and every try to deliver one."""

from __future__ import annotations

from alembic import op

from colloquy.kit.tenancy import tenant_table

revision = "0027"
down_revision = "0026"

LETTERS = (
    "invitation",
    "colleague_invitation",
    "interview_completed",
    "candidate_thanks",
    "report_ready",
    "invitation_reminder",
    "reminder",
    "continue_code",
    "expired",
    "withdrawn",
    "withdrawal_confirmed",
    "contested",
    "contest_answered",
    "webhook_stopped",
)


def upgrade() -> None:
    """Creates the tables behind row-level security."""
    op.execute(
        "create table webhook_endpoints (id uuid primary key, org_id uuid not null references organisations (id),"
        " url text not null check (length(url) between 1 and 2000),"
        " description text not null default '' check (length(description) <= 200),"
        " event_types jsonb not null check (jsonb_typeof(event_types) = 'array'),"
        " enabled boolean not null, stopped text check (stopped in ('gone', 'failing')), stopped_at timestamptz,"
        # Encrypted with the row's id as their context. Until `before_until` the secret before this one signs as well.
        " sealed bytea not null, sealed_before bytea, before_until timestamptz,"
        " failing_since timestamptz, created_at timestamptz not null, created_by uuid not null,"
        " check (not enabled or stopped is null))"
    )
    op.execute("create index ix_webhook_endpoints_org on webhook_endpoints (org_id)")
    op.execute(
        "create table webhook_messages (id uuid primary key, org_id uuid not null references organisations (id),"
        " endpoint_id uuid not null references webhook_endpoints (id) on delete cascade,"
        " event_type text not null check (length(event_type) <= 60), occurred_at timestamptz not null,"
        # Null once the candidate whom it is about was erased.
        " data jsonb, session_id uuid, link_id uuid,"
        " state text not null check (state in ('pending', 'delivered', 'failed', 'dropped')), reason text,"
        " tries integer not null default 0, tries_before integer not null default 0,"
        " next_at timestamptz, ended_at timestamptz)"
    )
    op.execute("create index ix_webhook_messages_endpoint on webhook_messages (endpoint_id, id)")
    op.execute("create index ix_webhook_messages_org on webhook_messages (org_id, id)")
    op.execute(
        "create index ix_webhook_messages_session on webhook_messages (org_id, session_id) where session_id is not null"
    )
    op.execute("create index ix_webhook_messages_link on webhook_messages (org_id, link_id) where link_id is not null")
    op.execute(
        "create table webhook_tries (id uuid primary key, org_id uuid not null references organisations (id),"
        " message_id uuid not null references webhook_messages (id) on delete cascade, number integer not null,"
        " at timestamptz not null, status integer, problem text, duration_ms integer not null,"
        " answer text not null default '', unique (message_id, number))"
    )
    kinds = ", ".join(f"'{kind}'" for kind in LETTERS)
    op.execute("alter table sendings drop constraint sendings_kind_check")
    op.execute(f"alter table sendings add constraint sendings_kind_check check (kind in ({kinds}))")
    for table in ("webhook_endpoints", "webhook_messages", "webhook_tries"):
        for statement in tenant_table(table):
            op.execute(statement)
