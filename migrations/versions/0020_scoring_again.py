"""Scoring again: rubrics as they were, runs over a cohort, and which of them a person adopted."""

from __future__ import annotations

from alembic import op

from colloquy.kit.tenancy import tenant_table

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Creates the versions of rubrics and three tables of runs. What people adopted is a history."""
    _rubrics()
    _runs()
    for table, grant in (
        ("rubric_versions", "select, insert"),
        ("scoring_runs", "select, insert, update"),
        ("scoring_run_items", "select, insert, update"),
        ("run_adoptions", "select, insert"),
    ):
        for statement in tenant_table(table, grant=grant):
            op.execute(statement)


def _rubrics() -> None:
    op.execute(
        "create table rubric_versions (id uuid primary key, org_id uuid not null,"
        " interview_id uuid not null references interviews (id) on delete cascade,"
        " position bigint generated always as identity,"
        " version text not null check (version ~ '^[0-9a-f]{16}$'),"
        " document jsonb not null check (jsonb_typeof(document) = 'object'),"
        " made_by uuid, note text not null check (char_length(note) <= 500),"
        " made_at timestamptz not null,"
        " unique (interview_id, version))"
    )
    op.execute("create index ix_rubric_versions_org_id on rubric_versions (org_id, interview_id, position)")


def _runs() -> None:
    op.execute(
        "create table scoring_runs (id uuid primary key, org_id uuid not null,"
        " interview_id uuid not null references interviews (id) on delete cascade,"
        " number integer not null check (number >= 1),"
        " rubric_version text not null check (char_length(rubric_version) <= 64),"
        " note text not null check (char_length(note) <= 500),"
        " people_only integer not null check (people_only >= 0),"
        " made_by uuid not null, made_at timestamptz not null,"
        " cancelled_at timestamptz,"
        " unique (interview_id, number))"
    )
    op.execute("create index ix_scoring_runs_org_id_interview_id on scoring_runs (org_id, interview_id, number desc)")
    op.execute(
        "create table scoring_run_items (org_id uuid not null,"
        " run_id uuid not null references scoring_runs (id) on delete cascade,"
        " session_id uuid not null references sessions (id) on delete cascade,"
        " answer_id uuid not null references answers (id) on delete cascade,"
        " position integer not null,"
        " state text not null check (state in"
        " ('waiting', 'queued', 'judged', 'not_allowed', 'not_judged', 'failed', 'cancelled')),"
        # The version that counted when the run began: what the new one is compared with, whatever counts later.
        " old_version integer,"
        " changed_at timestamptz not null,"
        " primary key (run_id, answer_id))"
    )
    op.execute(
        "create index ix_scoring_run_items_waiting on scoring_run_items (run_id, position) where state = 'waiting'"
    )
    op.execute("create index ix_scoring_run_items_session on scoring_run_items (org_id, session_id)")
    op.execute(
        "create table run_adoptions (id uuid primary key, org_id uuid not null,"
        " position bigint generated always as identity,"
        " run_id uuid not null references scoring_runs (id) on delete cascade,"
        " person_id uuid not null, adopted boolean not null,"
        " made_at timestamptz not null)"
    )
    op.execute("create index ix_run_adoptions_org_id_run_id on run_adoptions (org_id, run_id, position desc)")
