"""Tables of the inference context: keys, models, budgets, calls, kept answers."""

from __future__ import annotations

from alembic import op

from colloquy.kit.tenancy import tenant_table

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Creates the tables behind row-level security."""
    op.execute(
        "create table org_models (id uuid primary key, org_id uuid not null references organisations (id),"
        " vendor text not null check (vendor ~ '^[a-z0-9-]{1,40}$'),"
        " model text not null check (length(model) between 1 and 200),"
        " base_url text not null default '' check (length(base_url) <= 500),"
        " tier text not null check (tier in ('economy', 'standard', 'best')),"
        " tasks jsonb not null check (jsonb_typeof(tasks) = 'array'),"
        " position integer not null default 0 check (position between 0 and 99),"
        " enabled boolean not null default true,"
        # What people are shown of a breaker, which lives in the memory of whichever process opened it.
        " rests_until timestamptz, created_at timestamptz not null,"
        " unique (org_id, vendor, model, base_url))"
    )
    op.execute(
        "create table model_keys (id uuid primary key, org_id uuid not null references organisations (id),"
        " vendor text not null check (vendor ~ '^[a-z0-9-]{1,40}$'),"
        " base_url text not null default '' check (length(base_url) <= 500),"
        " label text not null check (length(label) between 1 and 80), last4 text not null check (length(last4) <= 4),"
        # Encrypted with the row's id as its context; gone when the key is retired.
        " sealed bytea, fingerprint bytea not null,"
        " state text not null default 'active' check (state in ('active', 'disabled', 'refused', 'retired')),"
        " rest_reason text check (length(rest_reason) <= 40), rests_until timestamptz,"
        " per_minute integer check (per_minute between 1 and 100000),"
        " minute timestamptz, minute_uses integer not null default 0, minute_before integer not null default 0,"
        " used_at timestamptz, created_at timestamptz not null, created_by uuid not null, retired_at timestamptz,"
        " check ((state = 'retired') = (sealed is null)), check ((state = 'retired') = (retired_at is not null)))"
    )
    op.execute("create index ix_model_keys_pool on model_keys (org_id, vendor, base_url) where state = 'active'")
    op.execute(
        "create unique index uq_model_keys_once on model_keys (org_id, vendor, base_url, fingerprint)"
        " where state <> 'retired'"
    )
    op.execute(
        "create table model_budgets (org_id uuid primary key references organisations (id),"
        " warning_microdollars bigint check (warning_microdollars >= 0),"
        " soft_microdollars bigint check (soft_microdollars >= 0),"
        " hard_microdollars bigint check (hard_microdollars >= 0), updated_at timestamptz not null)"
    )
    # One row a month that calls add to, so that a limit is a look at one number and not a sum over the month.
    op.execute(
        "create table model_spending (org_id uuid not null references organisations (id), month date not null,"
        " microdollars bigint not null default 0, unknown_calls bigint not null default 0,"
        " primary key (org_id, month))"
    )
    op.execute(
        "create table model_calls (id uuid primary key, org_id uuid not null references organisations (id),"
        " at timestamptz not null, task text not null check (task in ('evaluate', 'converse', 'draft', 'test')),"
        " model text not null, key_id uuid, interview_id uuid, session_id uuid,"
        " input_tokens bigint, output_tokens bigint, requests integer not null, cost_microdollars bigint,"
        " latency_ms integer not null, outcome text not null check (length(outcome) <= 60))"
    )
    op.execute("create index ix_model_calls_at on model_calls (org_id, at)")
    op.execute("create index ix_model_calls_session on model_calls (org_id, session_id) where session_id is not null")
    op.execute(
        "create table model_cache (org_id uuid not null references organisations (id), key bytea not null,"
        # An answer quotes its candidate: it goes with the session, in the same transaction.
        " session_id uuid references sessions (id) on delete cascade,"
        " model text not null, sealed bytea not null, expires_at timestamptz not null, primary key (org_id, key))"
    )
    op.execute("create index ix_model_cache_session on model_cache (session_id)")
    op.execute("create index ix_model_cache_expires on model_cache (org_id, expires_at)")
    for table in ("org_models", "model_keys", "model_budgets", "model_spending", "model_calls", "model_cache"):
        for statement in tenant_table(table):
            op.execute(statement)
