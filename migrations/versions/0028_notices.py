"""Notices per jurisdiction, and what is announced in advance."""

from __future__ import annotations

from alembic import op

from colloquy.kit.tenancy import tenant_table

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Where candidates are, what follows for each of them, and two more things that the ledger can say."""
    _ledger()
    _choices()
    _recordings()
    for table in ("privacy_settings", "interview_privacy", "session_privacy"):
        for statement in tenant_table(table):
            op.execute(statement)


def _recordings() -> None:
    # Whose consent a recogniser needs. No foreign key: recordings are below sessions, and go with them by a command.
    op.execute("alter table recordings add column session_id uuid")


def _ledger() -> None:
    # A version names the sections that places add to the text: "2026-11-4 nyc-1 illinois-1".
    op.execute("alter table notices drop constraint notices_version_check")
    op.execute("alter table notices add constraint notices_version_check check (char_length(version) <= 200)")
    op.execute("alter table consents drop constraint consents_purpose_check")
    op.execute(
        "alter table consents add constraint consents_purpose_check"
        " check (purpose in ('record', 'ai_evaluation', 'longer_retention'))"
    )
    op.execute("alter table consents drop constraint consents_decision_check")
    # 'ended': nobody decided; the session was erased, and what was agreed about it holds for nothing any more.
    op.execute(
        "alter table consents add constraint consents_decision_check"
        " check (decision in ('given', 'refused', 'withdrawn', 'ended'))"
    )


def _choices() -> None:
    # `announcing_since`: from when on what candidates are shown has carried the notice that must come in advance.
    op.execute(
        "create table privacy_settings (org_id uuid primary key,"
        " jurisdictions text[] not null default '{}' check (cardinality(jurisdictions) <= 20),"
        " people_only boolean not null default false,"
        " before_notice text not null default 'wait' check (before_notice in ('wait', 'people')),"
        " longer_retention_days integer check (longer_retention_days between 1 and 3650),"
        " announcing_since timestamptz,"
        " updated_at timestamptz not null default now())"
    )
    op.execute(
        "create table interview_privacy (interview_id uuid primary key, org_id uuid not null,"
        # Null: what the organisation has chosen.
        " jurisdictions text[] check (cardinality(jurisdictions) <= 20),"
        " people_only boolean not null default false,"
        " posted_on date,"
        " announcing_since timestamptz,"
        " updated_at timestamptz not null default now(),"
        " foreign key (org_id, interview_id) references interviews (org_id, id) on delete cascade)"
    )
    # What held when this candidate agreed. It goes with the session.
    op.execute(
        "create table session_privacy (session_id uuid primary key, org_id uuid not null, interview_id uuid not null,"
        " jurisdictions text[] not null check (cardinality(jurisdictions) <= 20),"
        " told_at timestamptz, program_from timestamptz,"
        " before_notice text not null check (before_notice in ('wait', 'people')),"
        " check ((told_at is null) = (program_from is null)),"
        " foreign key (session_id) references sessions (id) on delete cascade)"
    )
    op.execute("create index ix_session_privacy_org_id_session_id on session_privacy (org_id, session_id)")
