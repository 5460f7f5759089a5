"""The consent ledger: what was agreed to, on which words, and that nobody can rewrite it."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.privacy.public import Decision, Purpose
from colloquy.kit.ids import new_id

NOTICE = privacy.notice("en", "Acme", "Developer", kinds=frozenset({"video"}), retention_days=30)
LATER = privacy.notice("en", "Acme", "Developer", kinds=frozenset({"video"}), retention_days=10)


@pytest.fixture
async def scope(make_organisation):
    return (await make_organisation()).scope


@pytest.fixture
def decide(database, scope):
    async def do(session_id, *, record=True, ai=True, notice=NOTICE):
        purposes = {Purpose.RECORD: record, Purpose.AI_EVALUATION: ai}
        async with database.begin(scope) as db:
            await privacy.record_consent(
                db, scope, session_id=session_id, purposes=purposes, notice=notice, given_from="203.0.113.7"
            )

    return do


@pytest.fixture
def now(database, scope):
    async def read(session_id):
        async with database.begin(scope) as db:
            allowed = await privacy.ai_evaluation_allowed(db, scope, session_id)
            return await privacy.consent(db, scope, session_id), allowed

    return read


async def test_purposes_are_decided_apart(decide, now):
    session_id = new_id()

    await decide(session_id, record=True, ai=False)

    consent, allowed = await now(session_id)
    assert (consent.record, consent.ai_evaluation, consent.notice_version) == (True, False, NOTICE.version)
    assert allowed is False
    assert consent.at is not None


async def test_who_was_never_asked_has_agreed_to_nothing(now):
    consent, allowed = await now(new_id())

    assert (consent.record, consent.ai_evaluation, consent.notice_version, consent.at) == (False, False, None, None)
    assert allowed is False


async def test_the_last_decision_holds_and_the_former_ones_stay(decide, now, database, scope):
    session_id = new_id()

    await decide(session_id, ai=False)
    await decide(session_id, ai=True, notice=LATER)

    assert (await now(session_id))[1] is True
    async with database.begin(scope) as db:
        entries = await privacy.ledger(db, scope, session_id)
        words = await privacy.notice_text(db, scope, entries[1].notice_hash)
    assert [(entry.purpose, entry.decision, entry.notice_hash) for entry in entries] == [
        (Purpose.RECORD, Decision.GIVEN, NOTICE.hash),
        (Purpose.AI_EVALUATION, Decision.REFUSED, NOTICE.hash),
        (Purpose.RECORD, Decision.GIVEN, LATER.hash),
        (Purpose.AI_EVALUATION, Decision.GIVEN, LATER.hash),
    ]
    assert words == f"{NOTICE.title}\n\n{NOTICE.text}"
    assert entries[0].given_from == "203.0.113.7"


async def test_a_withdrawal_holds_from_then_on_and_counts_once(decide, now, database, scope):
    session_id = new_id()
    await decide(session_id)

    for _ in range(2):
        async with database.begin(scope) as db:
            await privacy.withdraw(db, scope, session_id, Purpose.AI_EVALUATION)

    consent, allowed = await now(session_id)
    assert (consent.record, consent.ai_evaluation, allowed) == (True, False, False)
    async with database.begin(scope) as db:
        decisions = [entry.decision for entry in await privacy.ledger(db, scope, session_id)]
    assert decisions == [Decision.GIVEN, Decision.GIVEN, Decision.WITHDRAWN]


async def test_what_was_not_given_cannot_be_withdrawn(decide, now, database, scope):
    never, refused = new_id(), new_id()
    await decide(refused, ai=False)

    async with database.begin(scope) as db:
        await privacy.withdraw(db, scope, never, Purpose.RECORD)
        await privacy.withdraw(db, scope, refused, Purpose.AI_EVALUATION)
        assert await privacy.ledger(db, scope, never) == []
        assert len(await privacy.ledger(db, scope, refused)) == 2


async def test_consent_given_again_after_a_withdrawal_holds(decide, now, database, scope):
    session_id = new_id()
    await decide(session_id)
    async with database.begin(scope) as db:
        await privacy.withdraw(db, scope, session_id, Purpose.AI_EVALUATION)

    await decide(session_id)

    assert (await now(session_id))[1] is True


async def test_another_tenant_reads_nothing(decide, database, make_organisation):
    session_id = new_id()
    await decide(session_id)
    other = (await make_organisation("Other")).scope

    async with database.begin(other) as db:
        assert await privacy.ai_evaluation_allowed(db, other, session_id) is False
        assert await privacy.ledger(db, other, session_id) == []
        assert await privacy.notice_text(db, other, NOTICE.hash) is None


@pytest.mark.parametrize(
    "statement",
    [
        "update consents set decision = 'given'",
        "delete from consents",
        "truncate consents",
        "update notices set text = 'You agreed to everything.'",
        "delete from notices",
        (
            "insert into consents (id, org_id, position, session_id, purpose, decision, notice_hash)"
            " select gen_random_uuid(), org_id, 1, session_id, purpose, 'given', notice_hash from consents"
        ),
    ],
)
async def test_the_application_cannot_rewrite_the_ledger(decide, database, scope, statement):
    await decide(new_id(), ai=False)

    with pytest.raises(ProgrammingError, match=r"permission denied|cannot insert a non-DEFAULT value"):
        async with database.begin(scope) as db:
            await db.execute(text(statement))


async def test_the_application_can_empty_an_address_and_not_change_it(decide, database, scope):
    await decide(new_id())

    with pytest.raises(DBAPIError, match="can be emptied, not changed"):
        async with database.begin(scope) as db:
            await db.execute(text("update consents set given_from = '203.0.113.9'"))


async def test_the_text_of_a_notice_is_kept_once(decide, scope, owner_connection):
    for _ in range(3):
        await decide(new_id())

    rows = owner_connection.execute("select hash from notices where org_id = %s", (scope.org_id,)).fetchall()
    assert rows == [(NOTICE.hash,)]
