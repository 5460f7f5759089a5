"""What candidates contest, and what people answer; the letters about both."""

from __future__ import annotations

from alembic import op

from colloquy.kit.tenancy import tenant_table

revision = "0021"
down_revision = "0020"

KINDS = (
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
)


def upgrade() -> None:
    """Adds the table, and admits two kinds of letters."""
    op.execute(
        "create table contests (id uuid primary key, org_id uuid not null,"
        " session_id uuid not null references sessions (id) on delete cascade,"
        # Without an answer it is about the evaluation as a whole.
        " answer_id uuid references answers (id) on delete cascade,"
        " about text not null check (about in ('words', 'facts', 'rating', 'other')),"
        " text text not null check (char_length(text) between 10 and 2000), made_at timestamptz not null,"
        " outcome text check (outcome in ('corrected', 'explained')),"
        " reply text check (char_length(reply) between 10 and 2000), replied_by uuid, replied_at timestamptz,"
        " check ((outcome is null) = (reply is null) and (outcome is null) = (replied_by is null)"
        " and (outcome is null) = (replied_at is null)))"
    )
    op.execute("create index ix_contests_org_id_session_id on contests (org_id, session_id, made_at)")
    for statement in tenant_table("contests", grant="select, insert, update"):
        op.execute(statement)
    kinds = ", ".join(f"'{kind}'" for kind in KINDS)
    op.execute("alter table sendings drop constraint sendings_kind_check")
    op.execute(f"alter table sendings add constraint sendings_kind_check check (kind in ({kinds}))")
