"""The candidate's rules: devices, limits, branching, accommodations, withdrawal, expiry."""

from __future__ import annotations

from alembic import op

from colloquy.kit.tenancy import tenant_table

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Widens sessions, answers and takes; keys and codes get tables of their own."""
    _sessions()
    _answers_and_takes()
    _keys_and_codes()


def _sessions() -> None:
    op.execute("alter table sessions drop constraint sessions_state_check")
    op.execute(
        "alter table sessions add constraint sessions_state_check check (state in ('opened', 'consented',"
        " 'in_progress', 'completed', 'scored', 'needs_human', 'expired', 'withdrawn')),"
        # The question that a candidate who may choose is at; in the fixed order it follows from the answers.
        " add column current_question_id uuid,"
        " add column tab_key_id uuid, add column tab_since timestamptz,"
        " add column must_end_at timestamptz, add column expires_at timestamptz,"
        # Set when a recruiter gave more time: from then on it stands for the link's and the interview's end.
        " add column extended_until timestamptz,"
        " add column withdrawn_at timestamptz, add column knocked_out_by uuid,"
        " add column accommodation jsonb not null default '{}' check (jsonb_typeof(accommodation) = 'object')"
    )


def _answers_and_takes() -> None:
    op.execute("alter table answers drop constraint answers_kind_check, drop constraint answers_state_check")
    op.execute(
        "alter table answers add constraint answers_kind_check check (kind in ('video', 'audio', 'text',"
        " 'single_choice', 'multiple_choice', 'number', 'file', 'link', 'conversation')),"
        " add constraint answers_state_check check (state in ('pending', 'recording', 'uploaded', 'processed',"
        " 'transcribed', 'analysed', 'scored', 'not_scorable', 'needs_human', 'failed', 'kept', 'missing',"
        " 'not_asked')),"
        # A choice (an option's id, or a list of them), a number, or a link; drafts of the same shape.
        " add column value jsonb, add column draft_value jsonb,"
        " drop constraint answers_text_check, add constraint answers_text_check check (length(text) <= 100000),"
        " drop constraint answers_draft_check, add constraint answers_draft_check check (length(draft) <= 100000)"
    )
    op.execute(
        "alter table takes alter column must_stop_at drop not null, add column request_id uuid,"
        " add column source text not null default 'camera' check (source in ('camera', 'screen', 'upload')),"
        " add column key_id uuid, add column late_seconds double precision not null default 0"
    )
    op.execute("create unique index uq_takes_request on takes (org_id, answer_id, request_id)")


def _keys_and_codes() -> None:
    op.execute(
        "create table session_keys (id uuid primary key, org_id uuid not null,"
        " session_id uuid not null references sessions (id) on delete cascade,"
        " secret_hash bytea not null check (octet_length(secret_hash) = 32),"
        " label text not null check (length(label) <= 80), created_at timestamptz not null)"
    )
    op.execute("create unique index uq_session_keys_secret on session_keys (org_id, session_id, secret_hash)")
    op.execute(
        "insert into session_keys (id, org_id, session_id, secret_hash, label, created_at)"
        " select gen_random_uuid(), org_id, id, secret_hash, '', opened_at from sessions"
    )
    op.execute("alter table sessions drop column secret_hash")
    op.execute(
        "create table session_codes (session_id uuid primary key references sessions (id) on delete cascade,"
        " org_id uuid not null, code_sealed bytea not null check (octet_length(code_sealed) <= 200),"
        " token_sealed bytea not null check (octet_length(token_sealed) <= 400),"
        " expires_at timestamptz not null, tries integer not null default 0,"
        " asked integer not null default 1, asked_since timestamptz not null)"
    )
    for table in ("session_keys", "session_codes"):
        for statement in tenant_table(table):
            op.execute(statement)
