import pytest
from sqlalchemy import text

from colloquy.kit.db import Scope
from colloquy.kit.ids import new_id
from colloquy.kit.jobs import enqueue


async def _names(db):
    return list(await db.scalars(text("select name from outbox order by name")))


async def _insert(db, org_id, name):
    await db.execute(
        text("insert into outbox (id, org_id, name, version, routing_key, payload) values (:i, :o, :n, 1, 'k', '{}')"),
        {"i": new_id(), "o": org_id, "n": name},
    )


async def test_a_transaction_sees_its_own_tenant_only(database):
    ours, theirs = Scope(new_id()), Scope(new_id())
    async with database.begin(ours) as db:
        await _insert(db, ours.org_id, "ours")
    async with database.begin(theirs) as db:
        await _insert(db, theirs.org_id, "theirs")
        assert await _names(db) == ["theirs"]


async def test_without_a_tenant_there_are_no_rows(database):
    scope = Scope(new_id())
    async with database.begin(scope) as db:
        await _insert(db, scope.org_id, "ours")
    async with database.begin() as db:
        assert await _names(db) == []


async def test_a_row_cannot_be_written_into_another_tenant(database):
    with pytest.raises(Exception, match="row-level security"):
        async with database.begin(Scope(new_id())) as db:
            await _insert(db, new_id(), "smuggled")


async def test_a_job_exists_only_if_its_transaction_commits(database):
    org_id = new_id()

    class Stop(Exception):
        pass

    with pytest.raises(Stop):
        async with database.begin(Scope(org_id)) as db:
            await enqueue(db, "events.deliver", org_id=org_id, event_id=new_id())
            raise Stop
    count = text("select count(*) from procrastinate_jobs where args->>'org_id' = :o")
    async with database.begin() as db:
        assert await db.scalar(count, {"o": str(org_id)}) == 0
    async with database.begin(Scope(org_id)) as db:
        await enqueue(db, "events.deliver", org_id=org_id, event_id=new_id())
    async with database.begin() as db:
        assert await db.scalar(count, {"o": str(org_id)}) == 1
