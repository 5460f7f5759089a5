"""The audit log's ground: what is noted exists with its transaction, in one unbroken chain an organisation."""

import asyncio
from hashlib import sha256

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from colloquy.kit import audit
from colloquy.kit.audit import Entry
from colloquy.kit.db import Scope
from colloquy.kit.ids import new_id


@pytest.fixture
def scope():
    return Scope(new_id())


@pytest.fixture
def entries(database):
    async def read(scope):
        async with database.begin(scope) as db:
            rows = await db.execute(
                text("select * from audit_entries where org_id = :org_id order by number"), {"org_id": scope.org_id}
            )
            return [
                Entry(**{name: value for name, value in row.items() if name != "org_id"}) for row in rows.mappings()
            ]

    return read


def chained(scope, entries):
    previous = audit.genesis(scope.org_id)
    for number, entry in enumerate(entries, 1):
        assert entry.number == number
        assert entry.previous == previous
        assert entry.hash == audit.entry_hash(previous, number, entry.body())
        previous = entry.hash
    return len(entries)


async def test_what_is_noted_is_chained_in_the_order_of_noting(database, entries, scope):
    subject = new_id()
    async with database.begin(scope) as db:
        audit.note(db, scope, "test.first", subject=("thing", subject), details={"count": 3, "on": True, "none": None})
        audit.note(db, scope, "test.second", details={"fields": ["name", "accent"], "about": subject})
    async with database.begin(scope) as db:
        audit.note(db, None, "test.third")

    found = await entries(scope)

    assert [entry.action for entry in found] == ["test.first", "test.second", "test.third"]
    assert found[0].subject_id == subject
    assert found[0].details == {"count": 3, "on": True, "none": None}
    assert chained(scope, found) == 3


async def test_the_hash_can_be_made_by_hand(database, entries, scope):
    async with database.begin(scope) as db:
        audit.note(db, scope, "test.only", subject=("thing", scope.org_id), details={"b": 1, "a": "x"})
    (entry,) = await entries(scope)
    at = entry.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    body = (
        '{"action":"test.only","actor_id":null,"actor_kind":"program",'
        f'"at":"{at}","details":{{"a":"x","b":1}},"network_digest":null,"request_id":"",'
        f'"subject_id":"{scope.org_id}","subject_kind":"thing"}}'
    )
    before = sha256(f"colloquy audit log of {scope.org_id}".encode()).digest()
    assert entry.hash == sha256(before + (1).to_bytes(8, "big") + body.encode()).digest()


async def test_a_transaction_that_fails_leaves_no_entry_and_no_gap(database, entries, scope):
    with pytest.raises(RuntimeError):
        async with database.begin(scope) as db:
            audit.note(db, scope, "test.lost")
            raise RuntimeError
    async with database.begin(scope) as db:
        audit.note(db, scope, "test.kept")
    found = await entries(scope)
    assert [(entry.number, entry.action) for entry in found] == [(1, "test.kept")]


async def test_what_was_noted_in_a_savepoint_goes_with_it(database, entries, scope):
    async with database.begin(scope) as db:
        audit.note(db, scope, "test.before")
        with pytest.raises(RuntimeError):
            async with db.begin_nested():
                audit.note(db, scope, "test.inside")
                raise RuntimeError
        async with db.begin_nested():
            audit.note(db, scope, "test.inside_too")
    assert [entry.action for entry in await entries(scope)] == ["test.before", "test.inside_too"]


async def test_many_at_once_make_one_chain(database, entries, scope):
    async def one(number):
        async with database.begin(scope) as db:
            audit.note(db, scope, "test.parallel", details={"which": number})

    await asyncio.gather(*(one(number) for number in range(60)))

    found = await entries(scope)
    assert sorted(entry.details["which"] for entry in found) == list(range(60))
    assert chained(scope, found) == 60


async def test_once_is_once_an_hour_for_the_same_actor_subject_and_details(database, entries, scope):
    person, other, subject = new_id(), new_id(), new_id()

    async def look(who, what, db):
        audit.note(db, scope, "test.read", subject=("thing", subject), details={"what": what}, once=True, actor=who)

    for _ in range(3):
        async with database.begin(scope) as db:
            await look(("person", person), "a", db)
    async with database.begin(scope) as db:
        await look(("person", other), "a", db)
        await look(("person", person), "b", db)
        await look(("person", person), "b", db)
    found = await entries(scope)
    assert [(entry.actor_id, entry.details["what"]) for entry in found] == [(person, "a"), (other, "a"), (person, "b")]


async def test_tenants_have_chains_of_their_own(database, entries):
    one, other = Scope(new_id()), Scope(new_id())
    async with database.begin(one) as db:
        audit.note(db, other, "test.there")
        audit.note(db, None, "test.here")
    assert [entry.action for entry in await entries(one)] == ["test.here"]
    assert [entry.action for entry in await entries(other)] == ["test.there"]


@pytest.mark.parametrize("details", [{"name": "Anna Smith"}, {"to": "a@b.example"}, {"x": 0.5}, {"x": 2**60}, {"X": 1}])
async def test_what_may_have_to_be_erased_is_refused(database, scope, details):
    with pytest.raises(ValueError, match=r"audit log|2\*\*53|lower-case"):
        async with database.begin(scope) as db:
            audit.note(db, scope, "test.said", details=details)


@pytest.mark.parametrize(
    "statement",
    [
        "update audit_entries set action = 'test.other'",
        "update audit_entries set network = 'elsewhere'",
        "delete from audit_entries",
        "truncate audit_entries",
        "insert into audit_entries select * from audit_entries",
        "update audit_heads set number = 0",
        "delete from audit_heads",
        "update audit_checkpoints set number = 0",
        "delete from audit_checkpoints",
    ],
)
async def test_the_product_itself_cannot_change_the_past(database, scope, statement):
    async with database.begin(scope) as db:
        audit.note(db, scope, "test.first", actor=("person", scope.org_id))
    with pytest.raises(DBAPIError):
        async with database.begin(scope) as db:
            await db.execute(text(statement))


async def test_the_owner_of_the_tables_cannot_by_accident(database, scope, owner_connection):
    async with database.begin(scope) as db:
        audit.note(db, scope, "test.first")
    for statement in ("update audit_entries set action = 'x'", "delete from audit_entries", "truncate audit_entries"):
        with pytest.raises(Exception, match="appended to and never changed"):
            owner_connection.execute(statement)


async def test_an_address_can_be_taken_out_and_the_chain_still_holds(database, entries, scope):
    with audit.of_request(request_id="r", network="192.0.2.7", method="POST", scope={}):
        async with database.begin(scope) as db:
            audit.note(db, scope, "test.first", actor=("person", scope.org_id))
            audit.note(db, scope, "test.second", actor=("candidate", scope.org_id))
    first, second = await entries(scope)
    assert (first.network, second.network, second.network_digest) == ("192.0.2.7", None, None)
    assert first.network_digest == audit.network_digest(first.network_salt, "192.0.2.7")

    async with database.begin(scope) as db:
        await db.execute(text("update audit_entries set network = null, network_salt = null where number = 1"))

    found = await entries(scope)
    assert found[0].network is None
    assert found[0].network_digest is not None
    assert chained(scope, found) == 2
