"""Tables of the privacy context: the notices people were shown and what they decided."""

from __future__ import annotations

from alembic import op

from colloquy.kit.db import APP_ROLE
from colloquy.kit.tenancy import tenant_table

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Creates the consent ledger. The application may add to it, read it, empty one column, and nothing else."""
    op.execute(
        "create table notices (org_id uuid not null,"
        " hash text not null check (hash ~ '^[0-9a-f]{64}$'),"
        " version text not null check (char_length(version) <= 40),"
        " language text not null check (char_length(language) <= 16),"
        " title text not null check (char_length(title) <= 300),"
        " text text not null check (char_length(text) <= 20000),"
        " first_shown_at timestamptz not null default now(),"
        " primary key (org_id, hash))"
    )
    op.execute(
        "create table consents (id uuid primary key, org_id uuid not null,"
        # Two decisions of one transaction share a time; the position tells which came last.
        " position bigint generated always as identity,"
        " session_id uuid not null,"
        " purpose text not null check (purpose in ('record', 'ai_evaluation')),"
        " decision text not null check (decision in ('given', 'refused', 'withdrawn')),"
        " notice_hash text not null,"
        " given_from text check (char_length(given_from) <= 64),"
        " decided_at timestamptz not null default now(),"
        " foreign key (org_id, notice_hash) references notices (org_id, hash))"
    )
    op.execute("create index ix_consents_org_id_session_id on consents (org_id, session_id, purpose, position desc)")
    for table in ("notices", "consents"):
        for statement in tenant_table(table, grant="select, insert"):
            op.execute(statement)
    _forgetting()


def _forgetting() -> None:
    """An erased session's decisions stay as proof, but the network address they came from has to go.

    The right is to that column alone, and the trigger lets it be emptied only: the ledger still cannot be rewritten.
    """
    op.execute(f"grant update (given_from) on consents to {APP_ROLE}")
    op.execute(
        "create function consents_only_forget() returns trigger language plpgsql as $$ begin"
        " if new.given_from is not null then"
        " raise exception 'An address in the consent ledger can be emptied, not changed.'; end if;"
        " return new; end $$"
    )
    op.execute(
        "create trigger consents_only_forget before update on consents"
        " for each row execute function consents_only_forget()"
    )
