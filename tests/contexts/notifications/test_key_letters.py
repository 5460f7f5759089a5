"""Before an API key ends, whoever may manage keys hears of it: two letters each at most."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from colloquy.contexts.identity import public as identity
from colloquy.contexts.identity.policy import key_letters
from colloquy.contexts.identity.public import Permission, Role
from colloquy.contexts.identity.service import service_accounts
from colloquy.kit.clock import travelled
from colloquy.roles import scheduler

MADE = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("life", "told", "before_end", "days"),
    [
        (90, None, 15, None),
        (90, None, 14, 14),
        (90, 14, 13, None),
        (90, 14, 1, 1),
        (90, None, 0.5, 1),
        (90, 1, 0.5, None),
        (90, 14, 0, None),
        (90, 14, -1, None),
        (14, None, 14, None),
        (7, None, 7, None),
        (7, None, 0.9, 1),
        (1, None, 0.9, None),
    ],
)
def test_when_a_letter_is_due(life, told, before_end, days):
    end = MADE + life * DAY
    assert key_letters.due(MADE, end, told, end - before_end * DAY) == days


@pytest.mark.parametrize(("before_end", "days"), [(14, 14), (1.5, 2), (1, 1), (0.01, 1), (0, 0), (-3, 0)])
def test_a_begun_day_counts(before_end, days):
    assert key_letters.days_left(MADE, MADE - before_end * DAY) == days


@pytest.fixture
async def organisation(make_organisation):
    return await make_organisation()


@pytest.fixture
def make_key(database):
    async def make(organisation, days=90):
        async with database.begin(organisation.scope) as db:
            account = await service_accounts.make_account(
                db, organisation.owner, name="Applicant tracking", role=Role.ADMIN
            )
            made = await service_accounts.make_key(
                db,
                organisation.owner,
                account.id,
                name="Production",
                scopes=frozenset({Permission.INTERVIEWS_VIEW}),
                days=days,
            )
        return made.key

    return make


@pytest.fixture
def look(runtime, run_jobs):
    async def do(days, times=1):
        with travelled(timedelta(days=days)):
            for _ in range(times):
                await scheduler.tell_of_ending_keys(runtime.provided)
                await run_jobs()

    return do


def had(post, organisation):
    """Letters to this organisation's people: those of other tests may be in the same queue."""
    people = {one.email for one in organisation.members}
    return [letter for letter in post.sent if letter.to in people]


async def _speak_russian(database, person_id):
    async with database.begin() as db:
        await db.execute(text("update people set language = 'ru' where id = :id"), {"id": person_id})


async def test_everyone_who_may_manage_keys_gets_two_letters_in_their_language(
    organisation, make_key, make_member, look, post, database
):
    admin = await make_member(organisation, Role.ADMIN)
    await make_member(organisation, Role.RECRUITER)
    await _speak_russian(database, admin.person_id)
    key = await make_key(organisation)
    able = {organisation.owner.email, admin.email}

    await look(75)
    assert had(post, organisation) == []
    await look(76.5, times=2)
    assert sorted(letter.to for letter in had(post, organisation)) == sorted(able)
    await look(80)
    assert len(had(post, organisation)) == 2, "nobody gets the first one twice"
    await look(89.5, times=2)

    assert sorted(letter.to for letter in had(post, organisation)) == sorted([*able, *able])
    english, russian = (
        [letter for letter in had(post, organisation) if letter.to == to]
        for to in (organisation.owner.email, admin.email)
    )
    assert [letter.subject for letter in english] == [
        "An API key of Northwind ends in 14 days",
        "An API key of Northwind ends in 1 day",
    ]
    assert [letter.subject.rsplit(" ", 2)[-2:] for letter in russian] == [["14", "дней"], ["1", "день"]]
    for letter in had(post, organisation):
        assert key.prefix in letter.text
        assert "/settings/api-keys" in letter.text
        assert "Applicant tracking" in letter.text


@pytest.mark.parametrize("how", ["revoked", "rotated", "account"])
async def test_a_key_that_nobody_waits_for_makes_no_letter(organisation, make_key, look, post, database, how):
    key = await make_key(organisation)
    # The successor has an end of its own, far enough away.
    with travelled(timedelta(days=60)):
        async with database.begin(organisation.scope) as db:
            await _end(db, organisation.owner, key, how)
    await look(80)
    assert had(post, organisation) == []


async def _end(db, actor, key, how):
    match how:
        case "revoked":
            await service_accounts.revoke_key(db, actor, key.id)
        case "rotated":
            await service_accounts.rotate_key(db, actor, key.id, overlap_hours=168)
        case "account":
            await service_accounts.remove_account(db, actor, key.account_id)


async def test_a_letter_that_waited_until_the_key_was_replaced_is_not_sent(
    organisation, make_key, runtime, run_jobs, post, database
):
    key = await make_key(organisation)
    with travelled(timedelta(days=80)):
        await scheduler.tell_of_ending_keys(runtime.provided)
        async with database.begin(organisation.scope) as db:
            await service_accounts.rotate_key(db, organisation.owner, key.id, overlap_hours=168)
        await run_jobs()
    assert had(post, organisation) == []


async def test_another_organisation_hears_nothing(organisation, make_organisation, make_key, database):
    stranger = await make_organisation("Southwind")
    key = await make_key(organisation)
    with travelled(timedelta(days=80)):
        async with database.begin(stranger.scope) as db:
            assert await identity.announce_ending_keys(db, stranger.scope) == 0
            assert await identity.key_letter_facts(db, stranger.scope, key.id) is None


async def test_the_page_says_in_how_many_days_a_key_ends(organisation, make_key, browser_client):
    await make_key(organisation, days=7)
    browser = await browser_client(organisation, Role.OWNER)
    page = await browser.page("/settings/api-keys")
    assert "ends in 7 days" in page.text
