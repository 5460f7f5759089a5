"""C6: whoever writes to the tables behind the product's back is found out, every time.

The attacker is the owner of the tables, with triggers and constraints out of the way, and knows how hashes are made.
What they lack is the installation's secret.
"""

import json
import random
import re
import sys
from collections import Counter
from datetime import timedelta

import psycopg
import pytest
from psycopg.types.json import Jsonb

from colloquy.contexts.audit.policy.log import Filter
from colloquy.contexts.audit.public import check_file, sign_all, signed_by_us, verify
from colloquy.contexts.audit.service import export
from colloquy.kit import audit
from colloquy.kit.audit import Entry
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope
from colloquy.kit.ids import new_id

ATTACKS = 1000
LENGTH = 12
COLUMNS = (
    *("at", "actor_kind", "actor_id", "action", "subject_kind", "subject_id", "details", "request_id"),
    *("network_digest", "network", "network_salt", "previous", "hash", "number"),
)


@pytest.fixture
async def chain(empty_runtime, empty_address):
    """An organisation's log of LENGTH entries, signed at its end, and its tables in an attacker's hands."""
    scope, database = Scope(new_id()), empty_runtime.database
    for number in range(LENGTH):
        who = new_id()
        with audit.of_request(request_id=f"request-{number}", network=f"192.0.2.{number}", method="POST", scope={}):
            async with database.begin(scope) as db:
                audit.note(
                    db,
                    scope,
                    f"test.action_{number % 7}",
                    subject=("session", new_id()),
                    details={"count": number, "before": "draft", "on": number % 2 == 0},
                    actor=("person", who),
                )
    secret = empty_runtime.provided.get(Secret)
    assert await sign_all(database, secret) == 1
    with psycopg.connect(empty_address.migrating, autocommit=True) as owner:
        owner.execute("set session_replication_role = replica")
        for table in ("audit_entries", "audit_heads", "audit_checkpoints"):
            owner.execute(f"create temp table kept_{table} as select * from {table}")
        yield Chain(owner, database, secret, scope)


class Chain:
    def __init__(self, owner, database, secret, scope):
        self.owner, self.database, self.secret, self.scope = owner, database, secret, scope

    async def verify(self):
        return await verify(self.database, self.secret, self.scope)

    def take_apart(self):
        """Nothing that the database itself would refuse stands in the way any more."""
        for table in ("audit_entries", "audit_heads", "audit_checkpoints"):
            for (name,) in self.owner.execute(
                "select conname from pg_constraint where conrelid = %s::regclass and contype in ('c', 'p')", [table]
            ).fetchall():
                self.owner.execute(f"alter table {table} drop constraint {name}")

    def restore(self):
        for table in ("audit_entries", "audit_heads", "audit_checkpoints"):
            self.owner.execute(f"delete from {table}")
            self.owner.execute(f"insert into {table} select * from kept_{table}")

    def entries(self):
        rows = self.owner.cursor(row_factory=psycopg.rows.dict_row)
        rows.execute("select * from audit_entries order by number")
        return [Entry(**{key: value for key, value in row.items() if key != "org_id"}) for row in rows.fetchall()]

    def rewrite(self, entries):
        """Puts these entries in place of all, numbered and hashed as the product would."""
        self.owner.execute("delete from audit_entries")
        previous, rows = audit.genesis(self.scope.org_id), []
        for number, entry in enumerate(entries, 1):
            made = audit.entry_hash(previous, number, entry.body())
            rows.append(
                [
                    *(self.scope.org_id, number, entry.at, entry.actor_kind, entry.actor_id, entry.action),
                    *(entry.subject_kind, entry.subject_id, Jsonb(entry.details), entry.request_id),
                    *(entry.network_digest, entry.network, entry.network_salt, previous, made),
                ]
            )
            previous = made
        self.owner.cursor().executemany(
            "insert into audit_entries (org_id, number, at, actor_kind, actor_id, action, subject_kind, subject_id,"
            " details, request_id, network_digest, network, network_salt, previous, hash)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            rows,
        )
        self.owner.execute("update audit_heads set number = %s, hash = %s", [len(entries), previous])


def one_byte(chain, chance):
    """Another value for one byte, or one digit, of one column of one row."""
    table = chance.choices(["audit_entries", "audit_heads", "audit_checkpoints"], [20, 1, 2])[0]
    columns = {"audit_entries": COLUMNS, "audit_heads": ("number", "hash")}.get(
        table, ("at", "number", "hash", "reason", "signature")
    )
    column = chance.choice(columns)
    row = chance.randint(1, LENGTH) if table == "audit_entries" else LENGTH
    kind, before = chain.owner.execute(
        f"select pg_typeof({column})::text, {column}::text from {table} where number = %s", [row]
    ).fetchone()
    while True:
        after = another(before, kind, chance)
        if kind == "timestamp with time zone":
            same = chain.owner.execute("select %s::timestamptz = %s::timestamptz", [before, after]).fetchone()[0]
            if same:
                continue
        break
    chain.owner.execute(f"update {table} set {column} = %s::{kind} where number = %s", [after, row])
    return f"one byte of {table.removeprefix('audit_')}.{column}"


def another(text, kind, chance):
    places = [place for place, letter in enumerate(text) if changeable(letter, kind, place, text)]
    place = chance.choice(places)
    letters = {
        "bytea": "0123456789abcdef",
        "uuid": "0123456789abcdef",
        "bigint": "0123456789",
        "timestamp with time zone": "0123456789",
        "jsonb": "0123456789" if text[place].isdigit() else "abcdefghij",
    }.get(kind, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_. ")
    return text[:place] + chance.choice([one for one in letters if one != text[place]]) + text[place + 1 :]


def changeable(letter, kind, place, text):
    if kind == "jsonb":  # inside of a number, a name or a string, so that it is still JSON
        inside = re.search(r"\b(true|false)\b", text)
        return letter.isalnum() and not (inside and inside.start() <= place < inside.end())
    if kind == "bytea":
        return place >= 2
    if kind == "uuid":
        return letter != "-"
    if kind == "timestamp with time zone":  # the fraction and the year: any digit there makes a time
        return letter.isdigit() and ((1 < place < 4) or place > 19) and "+" not in text[: place + 1]
    return True


def delete(chain, chance):
    chain.owner.execute("delete from audit_entries where number = %s", [chance.randint(1, LENGTH)])
    return "one entry deleted"


def delete_and_close(chain, chance):
    gone = chance.randint(1, LENGTH)
    chain.rewrite([entry for entry in chain.entries() if entry.number != gone])
    return "one entry deleted, the rest numbered and hashed anew"


def swap(chain, chance):
    one, other = chance.sample(range(1, LENGTH + 1), 2)
    chain.owner.execute("update audit_entries set number = -1 where number = %s", [one])
    chain.owner.execute("update audit_entries set number = %s where number = %s", [one, other])
    chain.owner.execute("update audit_entries set number = %s where number = -1", [other])
    return "two entries swapped"


def reorder(chain, chance):
    entries = chain.entries()
    start = chance.randint(0, LENGTH - 3)
    end = chance.randint(start + 2, LENGTH)
    part = entries[start:end]
    entries[start:end] = part[1:] + part[:1]
    chain.rewrite(entries)
    return "entries reordered, all hashed anew"


def cut(chain, chance):
    left = chance.randint(0, LENGTH - 1)
    chain.owner.execute("delete from audit_entries where number > %s", [left])
    return "tail cut off"


def cut_and_close(chain, chance):
    chain.rewrite(chain.entries()[: chance.randint(1, LENGTH - 1)])
    return "tail cut off, the head put right"


def insert(chain, chance):
    entries = chain.entries()
    place = chance.randint(0, LENGTH - 1)
    model = entries[place]
    made = Entry(
        **{name: getattr(model, name) for name in Entry.__slots__} | {"action": "test.forged", "subject_id": new_id()}
    )
    chain.rewrite([*entries[:place], made, *entries[place:]])
    return "an entry put in, all hashed anew"


def append(chain, _chance):
    chain.owner.execute(
        "insert into audit_entries select org_id, number + 1, at, actor_kind, actor_id, action, subject_kind,"
        " subject_id, details, request_id, network_digest, network, network_salt, hash, sha256(hash)"
        " from audit_entries where number = %s",
        [LENGTH],
    )
    return "an entry put at the end"


def edit_and_hash(chain, chance):
    entries = chain.entries()
    place = chance.randint(0, LENGTH - 1)
    model = entries[place]
    values = {name: getattr(model, name) for name in Entry.__slots__}
    entries[place] = Entry(**values | {"at": model.at + timedelta(microseconds=1)})
    chain.rewrite(entries)
    return "an entry edited, all hashed anew"


OTHERS = (delete, delete_and_close, swap, reorder, cut, cut_and_close, insert, append, edit_and_hash)


async def test_a_thousand_attacks_are_all_found(chain, capsys):
    chance = random.Random(6)
    whole = await chain.verify()
    assert (whole.entries, whole.checkpoints, whole.finding) == (LENGTH, 1, None)

    chain.take_apart()
    tried, found = Counter(), Counter()
    missed = []
    for number in range(ATTACKS):
        attack = one_byte if number % 2 == 0 else OTHERS[(number // 2) % len(OTHERS)]
        name = attack(chain, chance)
        verdict = await chain.verify()
        group = name.partition(" of ")[0]
        tried[group] += 1
        found[group] += verdict.finding is not None
        if verdict.finding is None:
            missed.append((number, name))
        chain.restore()

    with capsys.disabled():
        sys.stdout.write(
            f"\nC6: {sum(found.values())} of {sum(tried.values())} attacks on the tables found: {dict(found)}\n"
        )
    assert missed == []
    assert sum(found.values()) == ATTACKS
    assert (await chain.verify()).finding is None


async def test_a_thousand_edits_of_an_exported_file_are_all_found(chain, make_owner, capsys):
    chance = random.Random(66)
    begun = await export.begin(chain.database, chain.secret, make_owner(chain.scope), Filter(), "jsonl")
    lines = [line async for piece in export.lines(begun) for line in piece.splitlines(keepends=True)]
    entries = LENGTH + 1  # the export's own is in it

    def judged(changed):
        return check_file(iter(changed), lambda org_id, at: signed_by_us(chain.secret, org_id, at))

    assert (judged(lines).entries, judged(lines).finding) == (entries, None)
    text = "".join(lines)
    found = 0
    for number in range(ATTACKS):
        kind = number % 5
        if kind < 3:
            place = chance.randrange(len(text))
            letters = [one for one in 'abcdef0123456789",:{} \n' if one != text[place]]
            changed = (text[:place] + chance.choice(letters) + text[place + 1 :]).splitlines(keepends=True)
        elif kind == 3:
            gone = chance.randrange(len(lines))
            changed = lines[:gone] + lines[gone + 1 :]
        else:
            one, other = chance.sample(range(len(lines)), 2)
            changed = list(lines)
            changed[one], changed[other] = changed[other], changed[one]
        found += judged(changed).finding is not None
    with capsys.disabled():
        sys.stdout.write(f"\nC6: {found} of {ATTACKS} edits of an exported file found\n")
    assert found == ATTACKS


@pytest.fixture
def make_owner():
    from colloquy.contexts.identity.public import Actor, Role

    def make(scope):
        return Actor(new_id(), "Olga", "olga@example.org", Role.OWNER, scope)

    return make


async def test_a_chain_made_up_from_its_first_entry_has_no_signature(chain):
    chain.rewrite([*chain.entries()[:5]])
    chain.owner.execute("delete from audit_checkpoints")
    chain.owner.execute("update audit_entries set at = at - interval '3 days'")
    entries = chain.entries()
    chain.rewrite(entries)
    verdict = await chain.verify()
    assert verdict.finding is not None
    assert (verdict.finding.code, verdict.finding.number) == ("unsigned", 1)


async def test_a_witness_finds_a_log_that_was_cut_back_with_its_signatures(chain):
    last = chain.entries()[-1]
    chain.rewrite(chain.entries()[:10])
    chain.owner.execute("delete from audit_checkpoints")
    assert (await chain.verify()).finding is None
    seen = await verify(chain.database, chain.secret, chain.scope, witness=(last.number, last.hash))
    assert seen.finding is not None
    assert seen.finding.code == "truncated"


async def test_a_signature_of_another_installation_is_none(chain):
    verdict = await verify(chain.database, Secret(b"x" * 32), chain.scope)
    assert verdict.finding is not None
    assert verdict.finding.code == "signature"


async def test_details_survive_being_stored(chain):
    for entry in chain.entries():
        assert json.loads(json.dumps(entry.details)) == entry.details
        assert audit.entry_hash(entry.previous, entry.number, entry.body()) == entry.hash
