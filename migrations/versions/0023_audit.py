"""The audit log."""

from __future__ import annotations

from alembic import op

from colloquy.kit.db import APP_ROLE
from colloquy.kit.tenancy import global_table, tenant_table

revision = "0023"
down_revision = "0022"

# The app's role may read and call this; it may not insert, so it cannot write an entry that is not in the chain. The
# tenant is the one that was entered, never an argument. `once` entries are looked for before the lock and again
# under it.
_APPEND = """
create function audit_append(bodies text[], networks text[], salts bytea[], once boolean[]) returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    org uuid := nullif(current_setting('app.org_id', true), '')::uuid;
    last bigint;
    before bytea;
    made bytea;
    entry jsonb;
    appended integer := 0;
    wanted integer[] := '{}';
begin
    if org is null then
        return 0;
    end if;
    for i in 1 .. cardinality(bodies) loop
        if not (once[i] and audit_noted(org, bodies[i]::jsonb)) then
            wanted := wanted || i;
        end if;
    end loop;
    if cardinality(wanted) = 0 then
        return 0;
    end if;
    insert into audit_heads (org_id, number, hash)
        values (org, 0, sha256(convert_to('colloquy audit log of ' || org::text, 'UTF8'))) on conflict do nothing;
    select h.number, h.hash into last, before from audit_heads h where h.org_id = org for update;
    for i in 1 .. cardinality(bodies) loop
        entry := bodies[i]::jsonb;
        if not (i = any(wanted)) or (once[i] and audit_noted(org, entry)) then
            continue;
        end if;
        last := last + 1;
        made := sha256(before || int8send(last) || convert_to(bodies[i], 'UTF8'));
        insert into audit_entries (org_id, number, at, actor_kind, actor_id, action, subject_kind, subject_id,
            details, request_id, network_digest, network, network_salt, previous, hash)
        values (org, last, (entry ->> 'at')::timestamptz, entry ->> 'actor_kind', (entry ->> 'actor_id')::uuid,
            entry ->> 'action', entry ->> 'subject_kind', (entry ->> 'subject_id')::uuid, entry -> 'details',
            entry ->> 'request_id', decode(entry ->> 'network_digest', 'hex'), networks[i], salts[i], before, made);
        before := made;
        appended := appended + 1;
    end loop;
    update audit_heads h set number = last, hash = before where h.org_id = org;
    return appended;
end
$$
"""

_NOTED = """
create function audit_noted(org uuid, entry jsonb) returns boolean
language sql volatile set search_path = pg_catalog, public, pg_temp as $$
    select exists (
        select from audit_entries e where e.org_id = org and e.subject_id = (entry ->> 'subject_id')::uuid
        and e.action = entry ->> 'action' and e.actor_kind = entry ->> 'actor_kind'
        and e.actor_id is not distinct from (entry ->> 'actor_id')::uuid and e.details = entry -> 'details'
        and e.at > (entry ->> 'at')::timestamptz - interval '1 hour'
    )
$$
"""

_KEEP = """
create function audit_keep() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'UPDATE' and tg_table_name = 'audit_entries' then
        if new.network is null and new.network_salt is null
            and to_jsonb(new) - 'network' - 'network_salt' = to_jsonb(old) - 'network' - 'network_salt' then
            return new;
        end if;
    end if;
    raise exception 'The audit log is appended to and never changed.';
end
$$
"""


def upgrade() -> None:
    """Entries, the head of each chain, signed checkpoints, checks that were asked for."""
    op.execute(
        "create table audit_entries (org_id uuid not null, number bigint not null check (number > 0),"
        " at timestamptz not null, actor_kind text not null"
        " check (actor_kind in ('person', 'service_account', 'candidate', 'program', 'operator', 'nobody')),"
        " actor_id uuid, action text not null, subject_kind text not null, subject_id uuid, details jsonb not null,"
        " request_id text not null, network_digest bytea, network text, network_salt bytea,"
        " previous bytea not null check (octet_length(previous) = 32),"
        " hash bytea not null check (octet_length(hash) = 32), primary key (org_id, number))"
    )
    for columns in (
        "(org_id, subject_id, number)",
        "(org_id, actor_id, number) where actor_id is not null",
        "(org_id, action, number)",
        "(org_id, at)",
        "(org_id, (details ->> 'session_id'), number) where details ? 'session_id'",
        "(org_id, (details ->> 'interview_id'), number) where details ? 'interview_id'",
    ):
        op.execute(f"create index on audit_entries {columns}")
    # Number and hash of the newest entry. Global: the scheduler signs every chain before it has entered a tenant.
    op.execute(
        "create table audit_heads (org_id uuid primary key, number bigint not null,"
        " hash bytea not null check (octet_length(hash) = 32)) with (fillfactor = 50)"
    )
    op.execute(
        "create table audit_checkpoints (org_id uuid not null, at timestamptz not null, number bigint not null,"
        " hash bytea not null check (octet_length(hash) = 32), reason text not null"
        " check (reason in ('daily', 'export', 'part')), signature text not null, primary key (org_id, at))"
    )
    op.execute(
        "create table audit_checks (id uuid primary key, org_id uuid not null, asked_by uuid,"
        " asked_at timestamptz not null, ended_at timestamptz, total bigint not null, done bigint not null default 0,"
        " findings jsonb not null default '[]')"
    )
    op.execute("create index on audit_checks (org_id, asked_at)")
    statements = [
        *tenant_table("audit_entries", grant="select, update (network, network_salt)"),
        *tenant_table("audit_checkpoints", grant="select, insert"),
        *tenant_table("audit_checks", grant="select, insert, update"),
        *global_table("audit_heads", grant="select"),
        _NOTED,
        _APPEND,
        _KEEP,
        "revoke all on function audit_append(text[], text[], bytea[], boolean[]) from public",
        "revoke all on function audit_noted(uuid, jsonb) from public",
        f"grant execute on function audit_append(text[], text[], bytea[], boolean[]) to {APP_ROLE}",
        "create trigger keep before update or delete on audit_entries for each row execute function audit_keep()",
        "create trigger keep_all before truncate on audit_entries execute function audit_keep()",
        "create trigger keep before update or delete on audit_checkpoints for each row execute function audit_keep()",
    ]
    for statement in statements:
        op.execute(statement)
