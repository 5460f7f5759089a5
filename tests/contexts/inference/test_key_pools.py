"""Keys in turn, over to the next one, resting, refused; shared by processes; exchanged while they are in use."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from tests.contexts.inference.conftest import Form

from colloquy.contexts.identity.public import Role
from colloquy.contexts.inference.policy import keys as policy
from colloquy.contexts.inference.policy.breaker import State
from colloquy.contexts.inference.policy.keys import KeyState, Use
from colloquy.contexts.inference.public import NoAnswer
from colloquy.contexts.inference.service import change_keys
from colloquy.kit import clock
from colloquy.kit.errors import Forbidden
from colloquy.kit.ids import new_id
from colloquy.providers.llm.structured import ModelRefused, ModelUnavailable

GPT = "openai:gpt-5-mini"
NOON = datetime(2026, 11, 21, 12, 0, 30, tzinfo=UTC)
MINUTE = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def failing(**by_key):
    """Says no to the keys that are named, by the part after "sk-" and before "-000"."""

    def says(_request, key):
        return by_key.get(key.split("-")[1], Form(word=key))

    return says


async def three(desk):
    return [await desk.key(f"sk-{name}-000000") for name in ("a", "b", "c")]


async def test_keys_take_turns(desk):
    await three(desk)
    for number in range(6):
        await desk.ask(f"{number}")
    keys = desk.vendor(GPT).keys
    assert sorted(keys[:3]) == sorted(keys[3:]) == ["sk-a-000000", "sk-b-000000", "sk-c-000000"]


async def test_two_processes_share_the_turns(desk):
    await three(desk)
    other = desk.process()
    for number in range(6):
        await desk.ask(f"{number}", inference=desk.inference if number % 2 else other)
    keys = desk.vendor(GPT).keys
    assert sorted(keys[:3]) == sorted(keys[3:]) == ["sk-a-000000", "sk-b-000000", "sk-c-000000"]


async def test_a_key_that_is_asked_too_often_rests_for_as_long_as_it_is_told(desk):
    a, _b, _c = await three(desk)
    desk.vendor(GPT, failing(a=ModelUnavailable("429", retry_after=120, limited=True)))
    for number in range(5):
        assert (await desk.ask(f"{number}")).output.word != "sk-a-000000"
    assert desk.vendor(GPT).keys.count("sk-a-000000") == 1
    assert desk.seconds.slept == [], "another key is asked at once"
    row = (await desk.keys())[a]
    assert (row.state, row.rest_reason) == ("active", "limit")
    assert 115 < (row.rests_until - clock.now()).total_seconds() <= 120
    desk.vendor(GPT, failing())
    with clock.travelled(timedelta(seconds=121)):
        for number in range(3):
            await desk.ask(f"again {number}")
    assert desk.vendor(GPT).keys.count("sk-a-000000") == 2


async def test_a_short_rest_of_the_only_key_is_waited_out(desk, monkeypatch):
    await desk.key("sk-a-000000")
    answers = iter([ModelUnavailable("429", retry_after=3, limited=True), Form(word="late")])
    desk.vendor(GPT, lambda _request, _key: next(answers))

    async def sleep(seconds):
        desk.seconds.slept.append(seconds)
        monkeypatch.setattr(clock, "_offset", timedelta(seconds=sum(desk.seconds.slept) + 0.1))

    object.__setattr__(desk.inference.parts, "sleep", sleep)
    assert (await desk.ask()).output.word == "late"
    assert 2.5 < sum(desk.seconds.slept) <= 3


async def test_limits_do_not_open_the_breaker(desk):
    await desk.key("sk-a-000000")
    desk.vendor(GPT, failing(a=ModelUnavailable("429", retry_after=100, limited=True)))
    for number in range(4):
        with pytest.raises(NoAnswer):
            await desk.ask(f"{number}")
    assert desk.vendor(GPT).keys == ["sk-a-000000"], "it rests, so it is not asked again"
    assert desk.inference.vendors.state(("openai", "")) is State.CLOSED


async def test_a_refused_key_is_out_until_a_person_says_so_and_it_is_announced_once(desk):
    a, _b, _c = await three(desk)
    desk.vendor(GPT, failing(a=ModelRefused("key", "No.")))
    for number in range(4):
        assert (await desk.ask(f"{number}")).output.word != "sk-a-000000"
    assert desk.vendor(GPT).keys.count("sk-a-000000") == 1
    row = (await desk.keys())[a]
    assert (row.state, row.rest_reason) == (KeyState.REFUSED, "key")
    assert [event["key_id"] for event in await desk.announced("ModelKeyRefused")] == [str(a)]
    with clock.travelled(timedelta(days=30)):
        for number in range(3):
            await desk.ask(f"later {number}")
    assert desk.vendor(GPT).keys.count("sk-a-000000") == 1
    desk.vendor(GPT, failing())
    async with desk.database.begin(desk.scope) as db:
        await change_keys.enable_key(db, desk.organisation.owner, a, enabled=True)
    for number in range(3):
        await desk.ask(f"mended {number}")
    assert "sk-a-000000" in desk.vendor(GPT).keys[-3:]


async def test_an_account_without_credit_rests_for_a_quarter_of_an_hour(desk):
    a, _b, _c = await three(desk)
    desk.vendor(GPT, failing(a=ModelRefused("quota", "Top it up.")))
    for number in range(4):
        await desk.ask(f"{number}")
    row = (await desk.keys())[a]
    assert (row.state, row.rest_reason) == ("active", "quota")
    assert 14 * 60 < (row.rests_until - clock.now()).total_seconds() <= 15 * 60


async def test_when_every_key_is_refused_there_is_no_answer_and_nobody_is_asked_again(desk):
    await three(desk)
    desk.vendor(GPT, lambda _request, _key: ModelRefused("key", "No."))
    with pytest.raises(NoAnswer) as no:
        await desk.ask()
    assert no.value.code == "all_failed"
    with pytest.raises(NoAnswer):
        await desk.ask("Another.")
    assert len(desk.vendor(GPT).keys) == 3


async def test_a_key_limited_to_two_a_minute_is_used_twice_a_minute(desk):
    await desk.key("sk-a-000000", per_minute=2)
    await desk.key("sk-b-000000")
    for number in range(8):
        await desk.ask(f"{number}")
    assert desk.vendor(GPT).keys.count("sk-a-000000") <= 2 + 2, "at most two minutes of the clock were touched"
    with clock.travelled(timedelta(minutes=3)):
        await desk.ask("later 1")
        await desk.ask("later 2")
    assert desk.vendor(GPT).keys[-2:].count("sk-a-000000") == 1


@pytest.mark.parametrize(
    ("use", "seconds"),
    [
        (Use(new_id()), 0),
        (Use(new_id(), rests_until=NOON + timedelta(seconds=7)), 7),
        (Use(new_id(), rests_until=NOON - timedelta(seconds=7)), 0),
        (Use(new_id(), per_minute=3, minute=MINUTE, minute_uses=2), 0),
        (Use(new_id(), per_minute=3, minute=MINUTE, minute_uses=3), 30),
        # Half of the minute before still lies within the last sixty seconds.
        (Use(new_id(), per_minute=3, minute=MINUTE, minute_uses=1, minute_before=2), 0),
        (Use(new_id(), per_minute=3, minute=MINUTE, minute_uses=1, minute_before=4), 15),
        (Use(new_id(), per_minute=3, minute=MINUTE - timedelta(minutes=1), minute_uses=6), 20 - 30 + 20),
        (Use(new_id(), per_minute=3, minute=MINUTE - timedelta(minutes=2), minute_uses=9), 0),
        (Use(new_id(), rests_until=NOON + timedelta(seconds=50), per_minute=1, minute=MINUTE, minute_uses=1), 50),
    ],
)
def test_when_a_key_is_free(use, seconds):
    assert (policy.free_at(use, NOON) - NOON).total_seconds() == pytest.approx(seconds, abs=0.001)


def test_never_used_before_longest_waiting():
    new, old, recent = (
        Use(new_id()),
        Use(new_id(), used_at=NOON - timedelta(hours=1)),
        Use(new_id(), used_at=NOON - timedelta(seconds=1)),
    )
    assert policy.next_key([recent, old, new], NOON) == new
    assert policy.next_key([recent, old], NOON) == old
    assert policy.next_key([], NOON) is None


async def test_fifty_asks_lose_nothing_while_keys_are_exchanged(desk):
    """The vendor knows which keys are good at each moment; whoever was let in with a good one finishes."""
    good = {"sk-gen0-a-0000", "sk-gen0-b-0000"}
    ids = [await desk.key(key) for key in sorted(good)]

    async def says(_request, key):
        assert key in good, "a key was used after the transaction that retired it"
        await asyncio.sleep(0.02)
        return Form(word="fine")

    desk.vendor(GPT, says)
    owner = desk.organisation.owner

    async def rotate():
        nonlocal ids
        for generation in range(1, 6):
            await asyncio.sleep(0.05)
            replaced = []
            for number, key_id in enumerate(ids):
                value = f"sk-gen{generation}-{'ab'[number]}-0000"
                good.add(value)
                async with desk.database.begin(desk.scope) as db:
                    replaced.append((await change_keys.replace_key(db, desk.secret, owner, key_id, value)).id)
            ids = replaced

    other = desk.process()
    asks = [desk.ask(f"{number}", inference=other if number % 2 else desk.inference) for number in range(50)]
    answers = (await asyncio.gather(rotate(), *asks))[1:]
    assert [answer.output.word for answer in answers] == ["fine"] * 50
    assert {call.outcome for call in await desk.calls()} == {"answered"}
    await desk.ask("after")
    assert desk.vendor(GPT).keys[-1].startswith("sk-gen5-")


async def test_the_only_key_is_exchanged_while_somebody_waits_for_it(desk):
    """A statement that waits for a row does not see the one that took its place."""
    key = await desk.key("sk-old-000000")
    async with desk.database.begin(desk.scope) as db:
        await change_keys.replace_key(db, desk.secret, desk.organisation.owner, key, "sk-new-000000")
        asking = asyncio.create_task(desk.ask())
        await _somebody_waits(desk)
    assert (await asking).output.word == "text"
    assert desk.vendor(GPT).keys == ["sk-new-000000"]


async def _somebody_waits(desk):
    """Until a statement of this database waits for a lock."""
    while True:
        async with desk.database.begin() as db:
            waiting = await db.scalar(
                text(
                    "select count(*) from pg_stat_activity where datname = current_database()"
                    " and wait_event_type = 'Lock' and query like '%model_keys%'"
                )
            )
        if waiting:
            return
        await asyncio.sleep(0.02)


async def test_a_key_refused_after_its_replacement_does_not_harm_the_new_one(desk):
    old = await desk.key("sk-old-000000")
    gate = asyncio.Event()

    async def says(_request, key):
        if key == "sk-old-000000":
            await gate.wait()
            raise ModelRefused("key", "Revoked meanwhile.")
        return Form(word="new")

    desk.vendor(GPT, says)
    asking = asyncio.create_task(desk.ask())
    while not desk.vendor(GPT).keys:  # noqa: ASYNC110 - the fake has no event for being asked
        await asyncio.sleep(0.01)
    async with desk.database.begin(desk.scope) as db:
        await change_keys.replace_key(db, desk.secret, desk.organisation.owner, old, "sk-new-000000")
    gate.set()
    assert (await asking).output.word == "new"
    assert sorted(row.state for row in (await desk.keys()).values()) == ["active", "retired"]


async def test_a_key_that_this_installation_cannot_open_is_out(desk):
    key = await desk.key("sk-first-0001")
    async with desk.database.begin(desk.scope) as db:
        (await change_keys.queries.lock_key(db, desk.scope, key)).sealed = b"x" * 60
    with pytest.raises(NoAnswer):
        await desk.ask()
    row = (await desk.keys())[key]
    assert (row.state, row.rest_reason) == (KeyState.REFUSED, "unreadable")


async def test_a_key_sealed_for_one_row_does_not_open_in_another(desk):
    first, second = await desk.key("sk-first-0001"), await desk.key("sk-second-002")
    rows = await desk.keys()
    with pytest.raises(ValueError, match="sealed"):
        desk.secret.unseal("model-key", rows[first].sealed, about=second.bytes)


async def test_another_organisations_keys_are_neither_used_nor_changed(desk, make_desk):
    key = await desk.key("sk-first-0001")
    stranger = await make_desk()
    await stranger.model()
    with pytest.raises(NoAnswer):
        await stranger.ask()
    async with stranger.database.begin(stranger.scope) as db:
        with pytest.raises(change_keys.KeyNotFound):
            await change_keys.retire_key(db, stranger.organisation.owner, key)
    assert (await desk.ask()).model == GPT


async def test_whoever_may_not_manage_the_organisation_touches_no_key(desk, make_member):
    key = await desk.key("sk-first-0001")
    recruiter = await make_member(desk.organisation, Role.RECRUITER)
    async with desk.database.begin(desk.scope) as db:
        for work in (
            change_keys.keys(db, recruiter),
            change_keys.retire_key(db, recruiter, key),
            change_keys.enable_key(db, recruiter, key, enabled=False),
            change_keys.replace_key(db, desk.secret, recruiter, key, "sk-other-0001"),
        ):
            with pytest.raises(Forbidden):
                await work
