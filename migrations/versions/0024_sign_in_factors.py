"""Second factors, passkeys, and sign-in by an organisation's own provider."""

from __future__ import annotations

from alembic import op

from colloquy.kit.tenancy import global_table, tenant_table

revision = "0024"
down_revision = "0023"

_HOW = (
    "how text not null default 'password' check (how in ('password', 'password_code', 'password_recovery',"
    " 'password_passkey', 'passkey', 'single_sign_on'))"
)


def upgrade() -> None:
    """Creates the tables; what belongs to a person and not to a tenant carries no row-level security."""
    for table in ("browser_sessions", "api_sign_ins"):
        op.execute(f"alter table {table} add column {_HOW}")
    # Somebody who came by their organisation's own provider has no password here.
    op.execute("alter table people alter column password_hash drop not null")
    op.execute("alter table organisations add column second_factor_required boolean not null default false")
    _factors()
    _providers()


def _factors() -> None:
    op.execute(
        "create table authenticator_apps (person_id uuid primary key references people (id), sealed bytea not null,"
        " created_at timestamptz not null, confirmed_at timestamptz,"
        # The time step of the last code accepted: no code of this step or an earlier one is accepted again.
        " last_step bigint not null default 0)"
    )
    op.execute(
        "create table recovery_codes (person_id uuid not null references people (id), code_hash bytea not null,"
        " created_at timestamptz not null, used_at timestamptz, primary key (person_id, code_hash))"
    )
    op.execute(
        "create table passkeys (id uuid primary key, person_id uuid not null references people (id),"
        " credential_id bytea not null unique check (length(credential_id) <= 1023), public_key bytea not null,"
        " sign_count bigint not null, name text not null check (length(name) between 1 and 80),"
        " transports jsonb not null default '[]' check (jsonb_typeof(transports) = 'array'),"
        " created_at timestamptz not null, last_used_at timestamptz)"
    )
    op.execute("create index ix_passkeys_person_id on passkeys (person_id)")
    # Sealed states are carried by browsers; only that one has been used is remembered, until it would expire.
    op.execute("create table spent_states (state_hash bytea primary key, expires_at timestamptz not null)")
    op.execute("create index ix_spent_states_expires_at on spent_states (expires_at)")
    for table in ("authenticator_apps", "recovery_codes", "passkeys", "spent_states"):
        for statement in global_table(table):
            op.execute(statement)


def _providers() -> None:
    op.execute(
        "create table sign_on_providers (org_id uuid primary key references organisations (id),"
        " issuer text not null check (length(issuer) between 1 and 500),"
        " client_id text not null check (length(client_id) between 1 and 300),"
        # Encrypted with the organisation's id as its context; null for a public client, which has none.
        " sealed_secret bytea, create_people boolean not null default false,"
        " role text not null check (role in ('admin', 'recruiter', 'reviewer')),"
        " required boolean not null default false,"
        # An admin may configure a provider, and only an owner makes owners: it says who is one, if an owner saved it.
        " owners_too boolean not null, updated_at timestamptz not null)"
    )
    op.execute(
        "create table sign_on_links (org_id uuid not null references organisations (id), issuer text not null,"
        " subject text not null check (length(subject) between 1 and 255),"
        " person_id uuid not null references people (id), created_at timestamptz not null,"
        " last_used_at timestamptz not null, primary key (org_id, issuer, subject))"
    )
    op.execute("create index ix_sign_on_links_person_id on sign_on_links (org_id, person_id)")
    op.execute(
        "create table sign_on_domains (org_id uuid not null references organisations (id),"
        " domain text not null check (length(domain) between 1 and 253 and domain = lower(domain)),"
        " primary key (org_id, domain))"
    )
    op.execute("create index ix_sign_on_domains_domain on sign_on_domains (domain)")
    for statement in (
        *tenant_table("sign_on_providers"),
        *tenant_table("sign_on_links"),
        *global_table("sign_on_domains"),
    ):
        op.execute(statement)
