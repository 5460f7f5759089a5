"""News for those who wait: committed ones reach every listener, others nobody."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from colloquy.kit.fanout import Fanout, Note, notify


@pytest.fixture
async def two(database):
    """Two processes that listen."""
    first, second = Fanout(database.url), Fanout(database.url)
    async with first.listening(), second.listening():
        yield first, second


async def test_committed_news_reach_the_subscribers_of_every_process(two, database):
    with two[0].subscribe("here") as first, two[1].subscribe("here") as second, two[1].subscribe("there") as other:
        async with database.begin() as db:
            await notify(db, "here", {"seq": 1})

        assert [await first.get(5), await second.get(5)] == [{"seq": 1}, {"seq": 1}]
        assert await other.get(0.1) is None


async def test_what_rolls_back_was_never_said(two, database):
    with two[0].subscribe("here") as first:
        with pytest.raises(RuntimeError):
            async with database.begin() as db:
                await notify(db, "here", {"seq": 1})
                raise RuntimeError
        async with database.begin() as db:
            await notify(db, "here", {"seq": 2})

        assert await first.get(5) == {"seq": 2}


async def test_a_lost_connection_is_found_again_and_says_that_something_may_be_missing(two, database, owner_connection):
    with two[0].subscribe("here") as first:
        owner_connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen colloquy_fanout'"
            " and datname = current_database()"
        )
        assert await first.get(10) is Note.RESYNC
        async with database.begin() as db:
            await notify(db, "here", {"seq": 3})
        assert await first.get(5) == {"seq": 3}


async def test_at_the_end_every_subscriber_is_told(two):
    with two[0].subscribe("here") as first:
        two[0].end()
        assert await first.get(1) is Note.END
        with two[0].subscribe("here") as late:
            assert await late.get(1) is Note.END


async def test_a_subscriber_who_does_not_listen_is_told_to_read_the_truth(two):
    with two[0].subscribe("here") as slow:
        for seq in range(1001):
            slow.put({"seq": seq})
        assert await slow.get(1) is Note.RESYNC
        assert await slow.get(0.01) is None


async def test_who_leaves_is_forgotten(two):
    with two[0].subscribe("here"):
        pass
    assert two[0]._subscriptions == {}


async def test_without_listening_one_waits_in_vain_but_not_for_ever(database):
    fanout = Fanout(database.url)
    with fanout.subscribe("here") as alone:
        async with database.begin() as db:
            await notify(db, "here", {})
            await db.execute(text("select 1"))
        waited = asyncio.create_task(alone.get(0.2))
        assert await waited is None
