"""Voluntary demographics, apart from everything else."""

from __future__ import annotations

from alembic import op

from colloquy.kit.tenancy import tenant_table

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Adds whether an organisation asks, and what candidates said, under names that no other table has."""
    op.execute(
        "create table impact_settings (org_id uuid primary key, asks boolean not null,"
        " salt bytea not null check (octet_length(salt) = 32), changed_by uuid,"
        " changed_at timestamptz not null default now())"
    )
    op.execute(
        "create table demographics (org_id uuid not null, subject bytea not null check (octet_length(subject) = 32),"
        " sex text check (char_length(sex) between 1 and 40), race text check (char_length(race) between 1 and 40),"
        " check (sex is not null or race is not null), primary key (org_id, subject))"
    )
    for statement in (*tenant_table("impact_settings", grant="select, insert, update"), *tenant_table("demographics")):
        op.execute(statement)
