"""Tables of the media context: recordings and their transcripts."""

from __future__ import annotations

from alembic import op

from colloquy.kit.tenancy import tenant_table

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Creates both tables behind row-level security."""
    op.execute(
        "create table recordings (id uuid primary key, org_id uuid not null, upload_hash bytea not null unique,"
        " kind text not null check (kind in ('video', 'audio')),"
        " state text not null check (state in"
        " ('receiving', 'uploaded', 'processing', 'processed', 'rejected', 'failed')),"
        " reason_code text, reason text, language text not null,"
        " declared_type text not null check (length(declared_type) <= 200),"
        " total_bytes bigint check (total_bytes >= 0), max_bytes bigint not null,"
        " max_seconds double precision not null, received_bytes bigint not null default 0, sha256 text,"
        " duration_seconds double precision, facts jsonb, waveform jsonb,"
        " original_key text, audio_key text, playback_key text, playback_type text, thumbnail_key text,"
        " render_progress double precision,"
        " transcript_state text not null default 'none' check (transcript_state in"
        " ('none', 'requested', 'ready', 'not_scorable', 'failed')),"
        " transcript_version integer not null default 0,"
        " created_at timestamptz not null, expires_at timestamptz not null, finished_at timestamptz)"
    )
    op.execute("create index ix_recordings_org_id_state on recordings (org_id, state, created_at)")
    op.execute(
        "create table transcripts (recording_id uuid not null references recordings (id) on delete cascade,"
        " org_id uuid not null, version integer not null, document jsonb not null, hash text not null,"
        " verdict_code text, verdict_message text, made_at timestamptz not null,"
        " primary key (recording_id, version))"
    )
    for table in ("recordings", "transcripts"):
        for statement in tenant_table(table):
            op.execute(statement)
