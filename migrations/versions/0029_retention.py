"""Separate clocks of retention, legal holds, certificates and tombstones of erasure."""

from __future__ import annotations

from alembic import op

from colloquy.kit.db import APP_ROLE
from colloquy.kit.tenancy import tenant_table

revision = "0029"
down_revision = "0028"

_REASON = "text not null check (char_length(reason) between 10 and 2000)"
_DAYS = "integer check ({0} between 1 and 3650)"
_FILES = "files_gone_at timestamptz"
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
    "erasure_asked",
)


def upgrade() -> None:
    """Six tables, and the narrow rights by which words leave what may otherwise never be changed."""
    _clocks()
    _holds()
    _requests()
    _tombstones()
    _exports()
    op.execute(f"alter table recordings add column {_FILES}")
    _forgetting()
    kinds = ", ".join(f"'{kind}'" for kind in LETTERS)
    op.execute("alter table sendings drop constraint sendings_kind_check")
    op.execute(f"alter table sendings add constraint sendings_kind_check check (kind in ({kinds}))")


def _clocks() -> None:
    names = ("media_days", "words_days", "record_days", "logs_days")
    days = ", ".join(f"{name} {_DAYS.format(name)}" for name in names)
    op.execute(
        # Without an interview it is what the organisation wants. Null: no shorter than the interview's own days.
        f"create table retention_clocks (org_id uuid not null, interview_id uuid, {days},"
        " updated_at timestamptz not null, updated_by uuid not null,"
        " foreign key (org_id, interview_id) references interviews (org_id, id) on delete cascade,"
        " unique nulls not distinct (org_id, interview_id))"
    )
    op.execute(
        "create table session_clocks (session_id uuid primary key references sessions (id) on delete cascade,"
        " org_id uuid not null,"
        # The most days that this candidate was told: a clock may be shortened for them, never lengthened.
        " told jsonb not null check (jsonb_typeof(told) = 'object'),"
        " media_ended_at timestamptz, words_ended_at timestamptz, logs_ended_at timestamptz)"
    )
    for table in ("retention_clocks", "session_clocks"):
        for statement in tenant_table(table):
            op.execute(statement)


def _holds() -> None:
    op.execute(
        "create table legal_holds (id uuid primary key, org_id uuid not null,"
        " kind text not null check (kind in ('session', 'candidate', 'interview')),"
        # Of a candidate: any session of theirs; the hold covers all that were begun with the same address.
        f" subject_id uuid not null, reason {_REASON},"
        " placed_by uuid not null, placed_at timestamptz not null,"
        " released_by uuid, released_at timestamptz,"
        " release_reason text check (char_length(release_reason) between 10 and 2000),"
        " check ((released_at is null) = (released_by is null) and (released_at is null) = (release_reason is null)))"
    )
    op.execute("create unique index uq_legal_holds on legal_holds (org_id, kind, subject_id) where released_at is null")
    for statement in tenant_table("legal_holds", grant="select, insert"):
        op.execute(statement)
    op.execute(f"grant update (released_by, released_at, release_reason) on legal_holds to {APP_ROLE}")


def _requests() -> None:
    op.execute(
        "create table erasure_requests (id uuid primary key, org_id uuid not null, session_id uuid not null,"
        " interview_id uuid not null, asked_by text not null check (asked_by in ('candidate', 'company', 'clock')),"
        " state text not null check (state in"
        " ('asked', 'due', 'held', 'erasing', 'done', 'not_confirmed', 'needs_person')),"
        " asked_at timestamptz not null, link_hash bytea unique, link_until timestamptz,"
        " confirmed_at timestamptz, due_at timestamptz, erased_at timestamptz, done_at timestamptz,"
        # Sealed, and emptied as soon as the certificate has left.
        " reply_to bytea, language text not null check (char_length(language) <= 16),"
        " letter text not null default 'none' check (letter in ('none', 'waiting', 'sent', 'refused')),"
        " counts jsonb not null default '{}' check (jsonb_typeof(counts) = 'object'),"
        " certificate text check (char_length(certificate) <= 20000), signature text)"
    )
    op.execute("create index ix_erasure_requests_org_id on erasure_requests (org_id, asked_at desc)")
    op.execute(
        "create unique index uq_erasure_requests_open on erasure_requests (org_id, session_id)"
        " where state in ('asked', 'due', 'held', 'erasing', 'needs_person')"
    )
    for statement in tenant_table("erasure_requests", grant="select, insert, update"):
        op.execute(statement)


def _tombstones() -> None:
    op.execute(
        "create table erased_sessions (session_id uuid primary key, org_id uuid not null, interview_id uuid not null,"
        " link_id uuid, recordings jsonb not null check (jsonb_typeof(recordings) = 'array'),"
        " why text not null check (why in ('retention', 'request')), erased_at timestamptz not null,"
        " written_at timestamptz)"
    )
    op.execute("create index ix_erased_sessions_org_id on erased_sessions (org_id, written_at)")
    for statement in tenant_table("erased_sessions", grant="select, insert"):
        op.execute(statement)
    op.execute(f"grant update (written_at) on erased_sessions to {APP_ROLE}")


def _exports() -> None:
    op.execute(
        "create table tenant_exports (id uuid primary key, org_id uuid not null,"
        " state text not null check (state in ('queued', 'working', 'ready', 'failed', 'gone')),"
        " reason text check (char_length(reason) <= 500), made_by uuid not null, created_at timestamptz not null,"
        " parts_done integer not null default 0, parts integer not null default 0,"
        " ready_at timestamptz, expires_at timestamptz, object_key text, bytes bigint, sha256 text,"
        " check ((state = 'ready') = (object_key is not null)))"
    )
    op.execute("create index ix_tenant_exports_org_id on tenant_exports (org_id, created_at desc)")
    for statement in tenant_table("tenant_exports", grant="select, insert, update"):
        op.execute(statement)


def _forgetting() -> None:
    """Words leave judgements and comments, which the application may otherwise only add to and read.

    The right is to those columns alone, and triggers let nothing but words go: levels stay as they were.
    """
    op.execute("alter table judgement_sets add column words_gone_at timestamptz")
    op.execute(f"grant update (judgements, elements, qualities, words_gone_at) on judgement_sets to {APP_ROLE}")
    levels = "jsonb_path_query_array({0}.judgements, '$[*].level')"
    names = "jsonb_path_query_array({0}.judgements, '$[*].competency')"
    op.execute(
        "create function judgements_only_forget() returns trigger language plpgsql as $$ begin"
        " if old.words_gone_at is not null or new.words_gone_at is null"
        f" or {levels.format('new')} <> {levels.format('old')} or {names.format('new')} <> {names.format('old')}"
        " or jsonb_path_exists(new.judgements, '$[*].quotes[*]')"
        " then raise exception 'Words can be taken out of a judgement, once, and nothing else.'; end if;"
        " return new; end $$"
    )
    op.execute(
        "create trigger judgements_only_forget before update on judgement_sets"
        " for each row execute function judgements_only_forget()"
    )
    op.execute(f"grant update (quote) on comments to {APP_ROLE}")
    op.execute(
        "create function comments_only_forget() returns trigger language plpgsql as $$ begin"
        " if new.quote <> '' then raise exception 'A quote in a comment can be emptied, not changed.'; end if;"
        " return new; end $$"
    )
    op.execute(
        "create trigger comments_only_forget before update on comments"
        " for each row execute function comments_only_forget()"
    )
