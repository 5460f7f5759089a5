"""Tables of the identity context: organisations, people, who belongs where, and every way of being signed in."""

from __future__ import annotations

from alembic import op

from colloquy.kit.tenancy import global_table, tenant_table

revision = "0002"
down_revision = "0001"

_LANGUAGE = "language text not null default 'en' check (language in ('en', 'ru'))"
_ROLE = "role text not null check (role in ('owner', 'admin', 'recruiter', 'reviewer'))"
_EMAIL = "check (length(email) between 3 and 254)"
_SELF = "nullif(current_setting('app.person_id', true), '')::uuid"


def upgrade() -> None:
    """Creates them; those that are found before a tenant is known carry no row-level security."""
    _organisations_and_people()
    _sign_ins()
    _invitations()


def _organisations_and_people() -> None:
    op.execute(
        "create table organisations (id uuid primary key, name text not null check (length(name) between 1 and 200),"
        " accent text not null default '#0f766e' check (accent ~ '^#[0-9a-f]{6}$'),"
        f" {_LANGUAGE}, contact_email text check (length(contact_email) between 3 and 254),"
        " created_at timestamptz not null default now())"
    )
    op.execute(
        f"create table people (id uuid primary key, email text not null {_EMAIL},"
        f" name text not null check (length(name) between 1 and 120), {_LANGUAGE},"
        " password_hash text not null check (length(password_hash) <= 300),"
        " created_at timestamptz not null default now())"
    )
    op.execute("create unique index uq_people_email on people (lower(email))")
    op.execute(
        "create table memberships (org_id uuid not null references organisations (id),"
        f" person_id uuid not null references people (id), {_ROLE},"
        " joined_at timestamptz not null default now(), removed_at timestamptz, primary key (org_id, person_id))"
    )
    op.execute("create index ix_memberships_person_id on memberships (person_id)")
    # Before a tenant is chosen, somebody who has proved who they are may see where they belong.
    mine = (
        "exists (select 1 from memberships m where m.org_id = organisations.id"  # noqa: S608 - a constant
        f" and m.person_id = {_SELF} and m.removed_at is null)"
    )
    statements = [
        *tenant_table("organisations", own="id = nullif(current_setting('app.org_id', true), '')::uuid"),
        *tenant_table("memberships"),
        *global_table("people"),
        f"create policy own on memberships for select using (person_id = {_SELF})",
        f"create policy own on organisations for select using ({mine})",
    ]
    for statement in statements:
        op.execute(statement)


def _sign_ins() -> None:
    op.execute(
        "create table browser_sessions (id uuid primary key, token_hash bytea not null unique,"
        " person_id uuid not null references people (id), org_id uuid not null references organisations (id),"
        " browser text not null default '' check (length(browser) <= 120),"
        " created_at timestamptz not null, last_seen_at timestamptz not null,"
        " expires_at timestamptz not null, revoked_at timestamptz)"
    )
    op.execute("create index ix_browser_sessions_person_id on browser_sessions (person_id)")
    op.execute(
        "create table api_sign_ins (id uuid primary key, person_id uuid not null references people (id),"
        " org_id uuid not null references organisations (id),"
        " program text not null default '' check (length(program) <= 120),"
        " created_at timestamptz not null, expires_at timestamptz not null, revoked_at timestamptz)"
    )
    op.execute("create index ix_api_sign_ins_person_id on api_sign_ins (person_id)")
    op.execute(
        "create table refresh_tokens (token_hash bytea primary key,"
        " sign_in_id uuid not null references api_sign_ins (id) on delete cascade,"
        " expires_at timestamptz not null, used_at timestamptz, successor bytea)"
    )
    op.execute("create index ix_refresh_tokens_sign_in_id on refresh_tokens (sign_in_id)")
    op.execute(
        "create table sign_in_failures (id uuid primary key, email_key bytea not null,"
        " address text not null check (length(address) <= 64), at timestamptz not null)"
    )
    op.execute("create index ix_sign_in_failures_email_key_at on sign_in_failures (email_key, at)")
    op.execute("create index ix_sign_in_failures_address_at on sign_in_failures (address, at)")
    for table in ("browser_sessions", "api_sign_ins", "refresh_tokens", "sign_in_failures"):
        for statement in global_table(table):
            op.execute(statement)


def _invitations() -> None:
    op.execute(
        "create table colleague_invitations (id uuid primary key,"
        " org_id uuid not null references organisations (id),"
        f" email text not null {_EMAIL}, {_ROLE}, token_hash bytea not null unique, sealed_token bytea not null,"
        " invited_by uuid not null references people (id), created_at timestamptz not null,"
        " expires_at timestamptz not null, accepted_at timestamptz, accepted_by uuid references people (id),"
        " revoked_at timestamptz)"
    )
    op.execute(
        "create unique index uq_colleague_invitations_pending on colleague_invitations (org_id, lower(email))"
        " where accepted_at is null and revoked_at is null"
    )
    op.execute(
        "create table token_routes (token_hash bytea primary key, org_id uuid not null references organisations (id),"
        " kind text not null check (length(kind) <= 40), created_at timestamptz not null default now())"
    )
    for statement in (*tenant_table("colleague_invitations"), *global_table("token_routes")):
        op.execute(statement)
