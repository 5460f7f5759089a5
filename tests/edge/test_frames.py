"""Sockets: ten messages a second, whoever sends more waits."""

import pytest

from colloquy.kit.http.limited import Limited, Paced
from colloquy.kit.limits import InProcess, Limit, Want

FRAMES = Limit("frames", 10, 1)


class World:
    """A clock that goes on while somebody sleeps, and a sender with its own pace."""

    def __init__(self, frames_a_second: float) -> None:
        self.now = 100.0
        self.sent = 0
        self.every = 1 / frames_a_second

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds

    async def receive(self):
        self.sent += 1
        self.now = max(self.now, 100.0 + self.sent * self.every)
        return {"type": "websocket.receive", "bytes": b"x"}


async def arrivals(frames_a_second, count):
    world = World(frames_a_second)
    paced = Paced(world.receive, FRAMES, clock=world.clock, sleep=world.sleep)
    found = []
    for _ in range(count):
        await paced()
        found.append(world.now)
    return found


async def test_ten_a_second_go_through_as_they_come():
    found = await arrivals(10, 50)
    assert found == pytest.approx([100 + (n + 1) / 10 for n in range(50)])


async def test_sixty_a_second_are_held_to_ten():
    found = await arrivals(60, 300)
    for at in found:
        assert sum(at <= other < at + 1 for other in found) <= 20  # a burst of a second's worth, then ten
    assert (len(found) - 10) / (found[-1] - found[0]) == pytest.approx(10, rel=0.02)


async def test_what_stalled_for_a_moment_catches_up_without_being_cut():
    world = World(10)
    paced = Paced(world.receive, FRAMES, clock=world.clock, sleep=world.sleep)
    await paced()
    world.now += 3  # the network stood still; thirty frames arrive at once
    for _ in range(60):
        assert (await paced())["type"] == "websocket.receive"
    assert world.now - (100 + 61 / 10) <= 3


async def test_the_end_is_not_held_up():
    async def receive():
        return {"type": "websocket.disconnect", "code": 1000}

    async def never(_seconds):
        raise AssertionError("slept")

    paced = Paced(receive, FRAMES, sleep=never)
    for _ in range(50):
        assert (await paced())["type"] == "websocket.disconnect"


class One:
    frames = FRAMES

    async def wants(self, _connection):
        return [Want(Limit("network", 1), "x")]

    def afterwards(self, _connection, _status):
        return []


@pytest.mark.parametrize("extension", [True, False])
async def test_connecting_counts_as_a_request(extension):
    served, sent = [], []

    async def app(_scope, receive, _send):
        served.append(type(receive))

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        sent.append(message)

    limited = Limited(app, InProcess(lambda: 5.0), One())
    scope = {"type": "websocket", "path": "/ws/captions/1", "headers": [], "client": None}
    scope["extensions"] = {"websocket.http.response": {}} if extension else {}
    await limited(dict(scope), receive, send)
    await limited(dict(scope), receive, send)
    assert served == [Paced]
    if extension:
        assert sent[0]["status"] == 429
        assert dict(sent[0]["headers"])[b"retry-after"]
    else:
        assert sent == [{"type": "websocket.close", "code": 1008}]
