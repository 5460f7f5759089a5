"""Conversations: messages, each stored once and in order, and the voice recordings among them."""

from __future__ import annotations

from alembic import op

from colloquy.kit.tenancy import tenant_table

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Creates the tables behind row-level security."""
    op.execute(
        "create table conversations (id uuid primary key, org_id uuid not null,"
        " session_id uuid not null references sessions (id) on delete cascade, answer_id uuid not null unique,"
        " state text not null default 'open' check (state in ('open', 'closed')),"
        # What the conversation is about, as it was when it opened: composing a turn needs nothing else.
        " plan jsonb not null check (jsonb_typeof(plan) = 'object'),"
        " opened_at timestamptz not null, must_end_at timestamptz not null, ended_at timestamptz,"
        " closing text check (closing in ('said', 'time', 'candidate', 'session')), handed_in_at timestamptz,"
        " check ((state = 'closed') = (ended_at is not null)), check ((ended_at is null) = (closing is null)))"
    )
    op.execute("create index ix_conversations_session on conversations (org_id, session_id)")
    op.execute(
        "create table messages (id uuid primary key, org_id uuid not null,"
        " conversation_id uuid not null references conversations (id) on delete cascade, seq integer not null,"
        " who text not null check (who in ('interviewer', 'candidate')),"
        " kind text not null default 'text' check (kind in ('text', 'voice')),"
        " state text not null check (state in ('complete', 'composing', 'stopped', 'transcribing', 'unclear')),"
        " text text not null default '' check (length(text) <= 20000),"
        # How often the text was begun anew: a reader who saw an earlier one is given the whole text instead.
        " revision integer not null default 0,"
        " act text check (length(act) <= 40), topic_id uuid, lack text check (length(lack) <= 200),"
        " interviewer text check (length(interviewer) <= 100),"
        " client_id uuid, recording_id uuid unique, reply_to uuid, edited_from uuid,"
        " superseded_at timestamptz, created_at timestamptz not null, completed_at timestamptz,"
        " lease_owner uuid, lease_until timestamptz,"
        " unique (conversation_id, seq), unique (conversation_id, client_id),"
        " check (who = 'candidate' or (act is not null and kind = 'text' and client_id is null)),"
        " check ((state = 'composing') = (lease_until is not null)))"
    )
    # One turn of the interviewer at a time, whoever tries.
    op.execute("create unique index uq_messages_composing on messages (conversation_id) where state = 'composing'")
    # Which recordings were made for a session: outlives the session's rows until the files are gone.
    op.execute(
        "create table voices (recording_id uuid primary key, org_id uuid not null, session_id uuid not null,"
        " created_at timestamptz not null)"
    )
    op.execute("create index ix_voices_session on voices (org_id, session_id)")
    for table in ("conversations", "messages", "voices"):
        for statement in tenant_table(table):
            op.execute(statement)
