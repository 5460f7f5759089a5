"""Reminders, codes and what else is written to candidates."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"

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
)


def upgrade() -> None:
    """Admits the new kinds of letters, and finds the letters about one candidate without reading all."""
    kinds = ", ".join(f"'{kind}'" for kind in KINDS)
    op.execute("alter table sendings drop constraint sendings_kind_check")
    op.execute(f"alter table sendings add constraint sendings_kind_check check (kind in ({kinds}))")
    op.execute("create index ix_sendings_org_id_about_id on sendings (org_id, about_id)")
