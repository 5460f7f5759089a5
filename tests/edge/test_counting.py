"""Counting within sliding windows: the same answers from this process and from Redis, and what Redis' absence means."""

import shutil
import socket
import subprocess
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from colloquy.kit.ids import new_id
from colloquy.kit.limits import InProcess, Limit, Want
from colloquy.providers.cache.redis import RedisCounter, SharedCounter, redis_counter

MINUTE = Limit("user", 100)
FEW = Limit("few", 3, 10)


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="session")
def redis_address(tmp_path_factory):
    """A redis-server of this test run."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed (Debian package redis-server)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    folder = tmp_path_factory.mktemp("redis")
    process = subprocess.Popen([*command, "--dir", str(folder)], stdout=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(params=["process", "redis"])
async def counting(request):
    """(a counter, its clock)"""
    clock = Clock()
    if request.param == "process":
        yield InProcess(clock), clock
        return
    counter = RedisCounter(Redis.from_url(request.getfixturevalue("redis_address")), clock)
    yield counter, clock
    await counter.close()


@pytest.fixture
def key():
    return new_id().hex


async def test_a_hundred_go_through_and_the_next_is_told_when(counting, key):
    counter, _clock = counting
    found = [(await counter.take([Want(MINUTE, key)]))[0] for _ in range(101)]
    assert [one.allowed for one in found] == [True] * 100 + [False]
    assert [one.remaining for one in found[:3]] == [99, 98, 97]
    assert (found[99].remaining, found[100].remaining) == (0, 0)
    assert found[100].wait == pytest.approx(60.6)


async def test_whoever_waits_as_told_is_let_through_and_not_before(counting, key):
    counter, clock = counting
    clock.now += 17.3
    while (one := (await counter.take([Want(MINUTE, key)]))[0]).allowed:
        clock.now += 0.1
    told = one.wait
    clock.now += told - 0.01
    assert not (await counter.take([Want(MINUTE, key)]))[0].allowed
    clock.now += 0.02
    assert (await counter.take([Want(MINUTE, key)]))[0].allowed


async def test_the_border_of_two_periods_gives_no_second_hundred(counting, key):
    counter, clock = counting
    clock.now += 59
    for _ in range(100):
        assert (await counter.take([Want(MINUTE, key)]))[0].allowed
    clock.now += 2
    assert sum([(await counter.take([Want(MINUTE, key)]))[0].allowed for _ in range(100)]) <= 2


async def test_one_without_room_means_that_none_is_counted(counting, key):
    counter, _clock = counting
    for _ in range(3):
        await counter.take([Want(FEW, key)])
    refused = await counter.take([Want(MINUTE, key), Want(FEW, key)])
    assert [one.allowed for one in refused] == [True, False]
    assert (await counter.take([Want(MINUTE, key, count=False)]))[0].remaining == 100


async def test_asking_whether_there_is_room_counts_nothing(counting, key):
    counter, _clock = counting
    for _ in range(9):
        (one,) = await counter.take([Want(FEW, key, count=False)])
    assert (one.allowed, one.remaining) == (True, 3)


async def test_others_are_counted_apart(counting, key):
    counter, _clock = counting
    for _ in range(4):
        await counter.take([Want(FEW, key)])
    assert (await counter.take([Want(FEW, key + "x")]))[0].allowed


async def test_what_is_long_ago_is_forgotten(key):
    clock = Clock()
    counter = InProcess(clock)
    for number in range(1000):
        await counter.take([Want(FEW, f"{key}{number}")])
    clock.now += 120
    await counter.take([Want(FEW, key)])
    assert len(counter._windows) == 1


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.floats(0, 25), st.sampled_from("ab"), st.booleans(), st.booleans()), min_size=1, max_size=40
    )
)
async def test_redis_says_what_the_process_says(redis_address, steps):
    clock = Clock()
    here, there = InProcess(clock), RedisCounter(Redis.from_url(redis_address), clock)
    run = new_id().hex
    try:
        for seconds, name, count, both in steps:
            clock.now += seconds
            wants = [Want(FEW, run + name, count=count)]
            if both:
                wants.append(Want(Limit("other", 5, 7), run))
            assert await here.take(wants) == await there.take(wants)
    finally:
        await there.close()


async def test_counters_in_redis_do_not_outlive_their_use(redis_address, key):
    client = Redis.from_url(redis_address)
    counter = RedisCounter(client, Clock())
    await counter.take([Want(MINUTE, key)])
    (name,) = await client.keys(f"*{key}*")
    assert 0 < await client.ttl(name) <= 120
    await counter.close()


async def test_two_processes_share_one_limit(redis_address, key):
    clock = Clock()
    one, other = (RedisCounter(Redis.from_url(redis_address), clock) for _ in range(2))
    found = [(await counter.take([Want(FEW, key)]))[0].allowed for counter in (one, other, one, other)]
    assert found == [True, True, True, False]
    await one.close()
    await other.close()


async def test_without_redis_the_process_counts_for_itself_and_comes_back(redis_address, key, caplog):
    since = Clock()
    client = Redis.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=0.25)
    shared = SharedCounter(RedisCounter(client), InProcess(), since)
    for _ in range(3):
        assert (await shared.take([Want(FEW, key)]))[0].allowed
    assert not (await shared.take([Want(FEW, key)]))[0].allowed
    shared._shared = RedisCounter(Redis.from_url(redis_address))
    assert not (await shared.take([Want(FEW, key)]))[0].allowed  # it is left alone for a while
    since.now += 6
    assert (await shared.take([Want(FEW, key)]))[0].allowed
    await client.aclose()
    await shared.close()


async def test_an_address_that_is_none_is_refused_at_the_start():
    with pytest.raises(ValueError, match="redis://"):
        redis_counter("http://cache.example")
