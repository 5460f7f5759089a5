"""Tables of the analysis context: what an evaluator made of answers."""

from __future__ import annotations

from alembic import op

from colloquy.kit.tenancy import tenant_table

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Creates the judgements. The application may add to them and read them; they go when their answer goes."""
    op.execute(
        "create table judgement_sets (id uuid primary key, org_id uuid not null,"
        " session_id uuid not null references sessions (id) on delete cascade,"
        " answer_id uuid not null references answers (id) on delete cascade,"
        " version integer not null check (version >= 1),"
        " evaluator text not null check (char_length(evaluator) between 1 and 200),"
        " prompt_version text not null check (char_length(prompt_version) between 1 and 100),"
        " rubric_version text not null check (char_length(rubric_version) between 1 and 64),"
        " transcript_hash text not null check (transcript_hash ~ '^[0-9a-f]{64}$'),"
        " input_hash text not null check (input_hash ~ '^[0-9a-f]{64}$'),"
        " judgements jsonb not null check (jsonb_typeof(judgements) = 'array'),"
        " speaks_to_assessor boolean not null,"
        " made_at timestamptz not null,"
        " unique (answer_id, version),"
        # The effect: one evaluator reads the same words by the same rubric once, however often it is asked.
        " unique (answer_id, evaluator, prompt_version, rubric_version, transcript_hash))"
    )
    op.execute(
        "create index ix_judgement_sets_org_id_session_id on judgement_sets"
        " (org_id, session_id, answer_id, version desc)"
    )
    for statement in tenant_table("judgement_sets", grant="select, insert"):
        op.execute(statement)
