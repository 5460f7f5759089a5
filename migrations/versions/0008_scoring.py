"""Tables of the scoring context: numbers, people's scorecards, people's decisions."""

from __future__ import annotations

from alembic import op

from colloquy.kit.tenancy import tenant_table

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Creates three histories. The application may add to them and read them; they go when their session goes."""
    _scores()
    _reviews()
    _decisions()
    for table in ("scores", "reviews", "decisions"):
        for statement in tenant_table(table, grant="select, insert"):
            op.execute(statement)


def _scores() -> None:
    points = "numeric(4, 1) check ({0} between 0 and 100)"
    op.execute(
        "create table scores (id uuid primary key, org_id uuid not null,"
        " session_id uuid not null references sessions (id) on delete cascade,"
        " version integer not null check (version >= 1),"
        " inputs_hash text not null check (inputs_hash ~ '^[0-9a-f]{64}$'),"
        + "".join(
            f" {name} {points.format(name)},"
            for name in ("overall_score", "technical_score", "communication_score", "low", "high")
        )
        + " judged_share double precision not null check (judged_share between 0 and 1),"
        " needs_human boolean not null, reason text check (char_length(reason) <= 2000),"
        " evaluator text check (char_length(evaluator) <= 1000),"
        " rubric_version text not null check (char_length(rubric_version) <= 64),"
        " made_at timestamptz not null,"
        " check (needs_human = (reason is not null)),"
        " check ((overall_score is null) = (low is null) and (low is null) = (high is null)),"
        # No number without a judgement behind it.
        " check (overall_score is null or evaluator is not null),"
        " unique (session_id, version))"
    )
    op.execute("create index ix_scores_org_id_session_id on scores (org_id, session_id, version desc)")


def _reviews() -> None:
    op.execute(
        "create table reviews (id uuid primary key, org_id uuid not null,"
        # Two of one moment share a time; the position tells which came last.
        " position bigint generated always as identity,"
        " session_id uuid not null references sessions (id) on delete cascade, person_id uuid not null,"
        " levels jsonb not null check (jsonb_typeof(levels) = 'object'),"
        " comment text not null check (char_length(comment) <= 4000),"
        " made_at timestamptz not null)"
    )
    op.execute("create index ix_reviews_org_id_session_id on reviews (org_id, session_id, person_id, position desc)")


def _decisions() -> None:
    op.execute(
        "create table decisions (id uuid primary key, org_id uuid not null,"
        " position bigint generated always as identity,"
        " session_id uuid not null references sessions (id) on delete cascade, person_id uuid not null,"
        " outcome text not null check (outcome in ('advance', 'hold', 'decline')),"
        " reason text not null check (char_length(reason) between 10 and 2000),"
        " made_at timestamptz not null)"
    )
    op.execute("create index ix_decisions_org_id_session_id on decisions (org_id, session_id, position desc)")
