"""Roles, the job queue, the outbox and the dead letters."""

from __future__ import annotations

from alembic import op
from procrastinate import App, PsycopgConnector

from colloquy.kit.db import APP_ROLE
from colloquy.kit.tenancy import global_table, tenant_table

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the ground that every context stands on."""
    op.execute(
        f"do $$ begin create role {APP_ROLE} login nobypassrls; exception when duplicate_object then null; end $$"
    )
    op.execute(f"grant usage on schema public to {APP_ROLE}")
    _job_queue()
    op.execute(
        "create table outbox (id uuid primary key, org_id uuid not null, name text not null,"
        " version integer not null, routing_key text not null, payload jsonb not null,"
        " occurred_at timestamptz not null default now())"
    )
    op.execute("create index ix_outbox_org_id_occurred_at on outbox (org_id, occurred_at)")
    op.execute(
        "create table event_deliveries (handler text not null, event_id uuid not null, org_id uuid not null,"
        " delivered_at timestamptz not null default now(), primary key (handler, event_id))"
    )
    op.execute(
        "create table dead_letters (id uuid primary key, org_id uuid not null, job text not null,"
        " queue text not null, payload jsonb not null, reason text not null, tries integer not null,"
        " failed_at timestamptz not null default now(), run_again_at timestamptz)"
    )
    op.execute("create index ix_dead_letters_org_id_failed_at on dead_letters (org_id, failed_at)")
    for table in ("outbox", "event_deliveries", "dead_letters"):
        for statement in tenant_table(table):
            op.execute(statement)


def _job_queue() -> None:
    schema = App(connector=PsycopgConnector()).schema_manager.get_schema()
    # Procrastinate's file is many statements with literal percent signs: it goes to the driver untouched.
    op.get_bind().connection.driver_connection.execute(schema.encode())
    for table in (
        "procrastinate_jobs",
        "procrastinate_workers",
        "procrastinate_events",
        "procrastinate_periodic_defers",
    ):
        for statement in global_table(table):
            op.execute(statement)
    op.execute(f"grant usage, select on all sequences in schema public to {APP_ROLE}")
