"""Judgements by several passes, what was found in an answer besides, and judgements made again."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Adds what a judgement of a model needs to be traced, and lets an answer be judged again beside the old."""
    op.execute(
        "alter table judgement_sets"
        " add column passes jsonb not null default '[]' check (jsonb_typeof(passes) = 'array'),"
        " add column flags jsonb not null default '[]' check (jsonb_typeof(flags) = 'array'),"
        " add column elements jsonb not null default '[]' check (jsonb_typeof(elements) = 'array'),"
        " add column qualities jsonb not null default '[]' check (jsonb_typeof(qualities) = 'array'),"
        " add column stood_in text check (char_length(stood_in) between 1 and 40),"
        " add column run_id uuid"
    )
    # Which model answers is known only when it has answered, so what was asked for no longer names a judgement.
    # In the normal course the answer's state under its lock says whether it was judged; a run judges each answer once.
    op.execute(
        "alter table judgement_sets drop constraint judgement_sets_answer_id_evaluator_prompt_version_rubric_ve_key"
    )
    op.execute(
        "create unique index ux_judgement_sets_run on judgement_sets (run_id, answer_id) where run_id is not null"
    )
