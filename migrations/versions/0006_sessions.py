"""Tables of the sessions context: candidates' sessions, their answers, their takes."""

from __future__ import annotations

from alembic import op

from colloquy.kit.tenancy import tenant_table

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Creates the tables behind row-level security."""
    op.execute(
        "create table sessions (id uuid primary key, org_id uuid not null, interview_id uuid not null,"
        " link_id uuid not null, state text not null check (state in"
        " ('opened', 'consented', 'in_progress', 'completed', 'scored', 'needs_human')),"
        " state_reason text, name text not null check (length(name) between 1 and 200),"
        " email text not null check (length(email) <= 320), email_key text not null,"
        " profile_url text check (length(profile_url) <= 500), profile_key text, language text not null,"
        " secret_hash bytea not null, tab text check (length(tab) <= 64), human_only boolean not null default false,"
        " opened_at timestamptz not null, started_at timestamptz, completed_at timestamptz,"
        " updated_at timestamptz not null)"
    )
    op.execute("create unique index uq_sessions_candidate on sessions (org_id, interview_id, email_key)")
    op.execute(
        "create unique index uq_sessions_profile on sessions (org_id, interview_id, profile_key)"
        " where profile_key is not null"
    )
    op.execute("create index ix_sessions_board on sessions (org_id, interview_id, opened_at desc, id)")
    op.execute(
        "create table answers (id uuid primary key, org_id uuid not null,"
        " session_id uuid not null references sessions (id) on delete cascade, question_id uuid not null,"
        " number integer not null, kind text not null check (kind in ('video', 'audio', 'text')),"
        " state text not null check (state in ('pending', 'recording', 'uploaded', 'processed', 'transcribed',"
        " 'analysed', 'scored', 'not_scorable', 'needs_human', 'failed')),"
        " reason_code text, reason text, recording_id uuid, take integer, text text check (length(text) <= 10000),"
        " draft text check (length(draft) <= 10000), opened_at timestamptz, submitted_at timestamptz,"
        " unique (session_id, question_id))"
    )
    op.execute("create index ix_answers_org_id_session_id on answers (org_id, session_id, number)")
    op.execute(
        "create unique index uq_answers_recording on answers (org_id, recording_id) where recording_id is not null"
    )
    op.execute(
        "create table takes (id uuid primary key, org_id uuid not null,"
        " answer_id uuid not null references answers (id) on delete cascade, number integer not null,"
        " recording_id uuid not null unique, upload_sealed bytea not null, started_at timestamptz not null,"
        " must_stop_at timestamptz not null, stopped_at timestamptz, client_seconds double precision,"
        " unique (answer_id, number))"
    )
    for table in ("sessions", "answers", "takes"):
        for statement in tenant_table(table):
            op.execute(statement)
