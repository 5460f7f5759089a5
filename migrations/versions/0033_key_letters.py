"""Which letters about the end of an API key were written."""

from __future__ import annotations

from alembic import op

revision = "0033"
down_revision = "0032"

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
    "key_ending",
)


def upgrade() -> None:
    """Notes at a key how many days before its end was last written about it, and admits that kind of letter."""
    op.execute("alter table api_keys add column told_days smallint check (told_days between 1 and 366)")
    op.execute(
        "create index ix_api_keys_ending on api_keys (org_id, expires_at)"
        " where revoked_at is null and replaced_by is null"
    )
    kinds = ", ".join(f"'{kind}'" for kind in LETTERS)
    op.execute("alter table sendings drop constraint sendings_kind_check")
    op.execute(f"alter table sendings add constraint sendings_kind_check check (kind in ({kinds}))")
    # As in 0031, with one more kind that is about no interview.
    op.execute(
        "alter policy shared on sendings using ((select nullif(current_setting('app.viewer_id', true), '')) is null"
        " or kind in ('colleague_invitation', 'webhook_stopped', 'key_ending') or letter_visible(about_id))"
    )
