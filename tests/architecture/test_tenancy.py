"""Tenancy holds by construction: what the catalogue of a freshly migrated database says."""

import re

import pytest
from sqlalchemy import text

from colloquy.kit.db import APP_ROLE, privileges_problem

GLOBAL = {
    "alembic_version": "which migrations were applied; the app's role cannot even read it",
    "people": "one person may belong to several organisations, and is found by e-mail before one is chosen",
    "browser_sessions": "found by the cookie's secret; it is what tells the tenant",
    "api_sign_ins": "found by an access or refresh token; it is what tells the tenant",
    "refresh_tokens": "found by its hash, belongs to one row of api_sign_ins",
    "authenticator_apps": "a person's, who may belong to several organisations; asked for before one is chosen",
    "recovery_codes": "a person's, as authenticator_apps",
    "passkeys": "a person's, and found by the credential before anybody knows who asks",
    "spent_states": "hashes of steps of signing in that were used up, before anybody is signed in",
    "sign_on_domains": "which organisation's provider answers for an e-mail's domain, before one is entered",
    "sign_in_failures": "counted before anybody knows who asks",
    "audit_heads": "how long each chain is and its last hash: the scheduler signs them all before it enters a tenant",
    "token_routes": "which tenant a secret link belongs to: all that may be known before one is entered",
    "tenants": "ids of all organisations, for work that goes through all of them",
    "procrastinate_jobs": "the queue serves all tenants; payloads carry org_id and ids only",
    "procrastinate_workers": "heartbeats of processes",
    "procrastinate_events": "the queue's own log",
    "procrastinate_periodic_defers": "the queue's own clock",
}
KEY = {"organisations": "id"}
"""The column that names the tenant, where it is not org_id."""


@pytest.fixture
def tables(owner_connection):
    """name -> (enabled, forced, columns)"""
    rows = owner_connection.execute(
        "select c.relname, c.relrowsecurity, c.relforcerowsecurity,"
        " array(select attname::text from pg_attribute a where a.attrelid = c.oid and attnum > 0 and not attisdropped)"
        " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = 'public' and c.relkind in ('r', 'p')"
    ).fetchall()
    return {name: (enabled, forced, set(columns)) for name, enabled, forced, columns in rows}


@pytest.fixture
def policies(owner_connection):
    """name -> [(command, using, check)] of permissive policies"""
    found: dict[str, list] = {}
    for table, command, using, check in owner_connection.execute(
        "select tablename, cmd, qual, with_check from pg_policies where schemaname = 'public'"
        " and permissive = 'PERMISSIVE'"
    ).fetchall():
        found.setdefault(table, []).append((command, using, check))
    return found


def test_every_table_is_a_tenants_or_says_why_not(tables):
    unprotected = {name for name, (enabled, forced, _) in tables.items() if not (enabled and forced)}
    assert unprotected == set(GLOBAL), "use kit.tenancy.tenant_table in the migration, or list it here with a reason"


def test_every_tenant_table_names_its_tenant(tables):
    lost = {
        name
        for name, (_, _, columns) in tables.items()
        if name not in GLOBAL and KEY.get(name, "org_id") not in columns
    }
    assert lost == set()


def test_every_policy_that_writes_compares_the_tenant_before_and_after(tables, policies):
    for table in tables.keys() - GLOBAL.keys():
        key = KEY.get(table, "org_id")
        own = re.compile(
            rf"\(?\b{key} = \(?NULLIF\(current_setting\('app\.org_id'::text, true\), ''::text\)\)?::uuid\)?"
        )
        writing = [policy for policy in policies[table] if policy[0] != "SELECT"]
        assert writing, table
        for _, using, check in writing:
            assert own.fullmatch(using), f"{table}: {using}"
            assert own.fullmatch(check), f"{table}: {check}"


def test_reading_beyond_the_tenant_is_for_ones_own_memberships_only(policies):
    beyond = {table for table, found in policies.items() for policy in found if policy[0] == "SELECT"}
    assert beyond == {"memberships", "organisations"}
    for table in beyond:
        assert all("app.person_id" in policy[1] for policy in policies[table] if policy[0] == "SELECT")


def test_the_apps_role_owns_nothing_and_bypasses_nothing(owner_connection):
    role = owner_connection.execute(
        "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = %s", [APP_ROLE]
    ).fetchone()
    assert role == (False, False, False, False)
    owned = owner_connection.execute(
        "select relname from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = %s", [APP_ROLE]
    ).fetchall()
    assert owned == []
    member_of = owner_connection.execute(
        "select 1 from pg_auth_members m join pg_roles r on r.oid = m.member where r.rolname = %s", [APP_ROLE]
    ).fetchall()
    assert member_of == []


async def test_the_product_serves_as_the_apps_role(database):
    async with database.begin() as db:
        assert await db.scalar(text("select current_user")) == APP_ROLE
        assert await privileges_problem(db) is None


async def test_without_a_tenant_no_tenant_table_shows_a_row(database, make_organisation, tables):
    await make_organisation()
    async with database.begin() as db:
        for table in sorted(tables.keys() - GLOBAL.keys()):
            assert await db.scalar(text(f"select count(*) from {table}")) == 0, table


async def test_somebody_sees_only_where_they_belong_before_a_tenant_is_chosen(database, make_organisation):
    mine, theirs = await make_organisation("Mine"), await make_organisation("Theirs")
    async with database.begin() as db:
        person = {"id": str(mine.owner.person_id)}
        await db.execute(text("select set_config('app.person_id', :id, true)"), person)
        assert list(await db.scalars(text("select name from organisations"))) == ["Mine"]
        assert list(await db.scalars(text("select person_id from memberships"))) == [mine.owner.person_id]
        # Seeing is all: the way around the tenant does not write.
        changed = await db.execute(text("update memberships set role = 'reviewer' returning 1"))
        assert changed.first() is None
        renamed = await db.execute(text("update organisations set name = 'Ours' returning 1"))
        assert renamed.first() is None
    assert theirs.name == "Theirs"
