"""The blind panel: who is asked to review, what was written blind, reveals, comments with a time, overrides."""

from __future__ import annotations

from alembic import op

from colloquy.kit.tenancy import tenant_table

revision = "0019"
down_revision = "0018"

_HISTORY = "id uuid primary key, org_id uuid not null, position bigint generated always as identity,"
_SESSION = " session_id uuid not null references sessions (id) on delete cascade,"
_REASON = " reason text not null check (char_length(reason) between 10 and 2000),"


def upgrade() -> None:
    """Interviews learn whether they are reviewed blind; four tables; what exists already was not blind."""
    op.execute("alter table interviews add column blind_review boolean not null default false")
    op.execute("alter table interviews alter column blind_review set default true")
    op.execute("alter table reviews add column independent boolean not null default false")
    # What the numbers would be without people's corrections; null where there are none.
    op.execute("alter table scores add column machine jsonb check (jsonb_typeof(machine) = 'object')")
    _panel()
    _reveals()
    _comments()
    _overrides()


def _panel() -> None:
    op.execute(
        "create table panel_members (id uuid primary key, org_id uuid not null, interview_id uuid not null,"
        # Without a session somebody is asked about every candidate of the interview.
        " session_id uuid references sessions (id) on delete cascade,"
        " person_id uuid not null, asked_by uuid not null, asked_at timestamptz not null,"
        " foreign key (org_id, interview_id) references interviews (org_id, id) on delete cascade,"
        " unique nulls not distinct (org_id, interview_id, session_id, person_id))"
    )
    op.execute("create index ix_panel_members_org_id_person_id on panel_members (org_id, person_id)")
    for statement in tenant_table("panel_members", grant="select, insert, delete"):
        op.execute(statement)


def _reveals() -> None:
    op.execute(
        "create table reveals (id uuid primary key, org_id uuid not null, interview_id uuid not null,"
        " session_id uuid references sessions (id) on delete cascade, person_id uuid not null,"
        f"{_REASON} made_at timestamptz not null,"
        " foreign key (org_id, interview_id) references interviews (org_id, id) on delete cascade)"
    )
    op.execute("create index ix_reveals_org_id_interview_id on reveals (org_id, interview_id, person_id)")
    for statement in tenant_table("reveals", grant="select, insert"):
        op.execute(statement)


def _comments() -> None:
    op.execute(
        f"create table comments ({_HISTORY}{_SESSION}"
        # All versions of a comment share its `comment_id`; the last one holds.
        " comment_id uuid not null, answer_id uuid not null, person_id uuid not null,"
        " at_seconds double precision check (at_seconds >= 0),"
        " start_char integer, end_char integer, quote text not null default '' check (char_length(quote) <= 2000),"
        " text text not null check (char_length(text) <= 4000), deleted boolean not null,"
        " made_at timestamptz not null, check ((start_char is null) = (end_char is null)),"
        " check (start_char >= 0 and end_char > start_char), check (deleted or text <> ''))"
    )
    op.execute("create index ix_comments_org_id_session_id on comments (org_id, session_id, comment_id, position desc)")
    for statement in tenant_table("comments", grant="select, insert"):
        op.execute(statement)


def _overrides() -> None:
    op.execute(
        f"create table overrides ({_HISTORY}{_SESSION}"
        # Without an answer the level is that of the competency in the whole session.
        " answer_id uuid, competency text not null check (char_length(competency) <= 64), person_id uuid not null,"
        # Without a level the correction is withdrawn.
        " level smallint check (level between 1 and 5),"
        f"{_REASON} made_at timestamptz not null)"
    )
    op.execute("create index ix_overrides_org_id_session_id on overrides (org_id, session_id, position desc)")
    for statement in tenant_table("overrides", grant="select, insert"):
        op.execute(statement)
