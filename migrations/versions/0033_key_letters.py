"""Which letters about the end of an API key were written; which interview a webhook's message tells of."""

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


# As in 0031: read once a statement, not once a row.
_NO_VIEWER = "(select nullif(current_setting('app.viewer_id', true), '')) is null"


def upgrade() -> None:
    """Letters about keys, and a delivery log that hides what a shared interview hides."""
    _key_letters()
    _hidden_messages()


def _key_letters() -> None:
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
        f"alter policy shared on sendings using ({_NO_VIEWER}"
        " or kind in ('colleague_invitation', 'webhook_stopped', 'key_ending') or letter_visible(about_id))"
    )


def _hidden_messages() -> None:
    """A message names its interview, also where it names no session or one that is gone; so do its tries through it."""
    # No reference: the log outlives the interview, and whoever may not see every interview sees nothing of it then.
    op.execute("alter table webhook_messages add column interview_id uuid")
    # Those that are there say it themselves; of whom was erased nothing says it any more.
    op.execute("alter table webhook_messages no force row level security")
    op.execute("update webhook_messages set interview_id = (data ->> 'interview_id')::uuid where data is not null")
    op.execute("alter table webhook_messages force row level security")
    op.execute(
        f"alter policy shared on webhook_messages using ({_NO_VIEWER} or event_type = 'webhook.test'"
        " or (interview_id is not null and interview_visible(interview_id)))"
    )
    op.execute(
        "create function message_visible(wanted uuid) returns boolean language plpgsql stable as $$ begin"
        " return exists (select 1 from webhook_messages where id = wanted); end $$"
    )
    op.execute(
        f"create policy shared on webhook_tries as restrictive using ({_NO_VIEWER} or message_visible(message_id))"
    )
