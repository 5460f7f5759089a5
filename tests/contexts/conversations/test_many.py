"""Four hundred conversations at once in one process: every message stored once and in order, none lost."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from uuid import uuid4

import pytest
from tests.contexts.conversations import talking
from tests.contexts.conversations.talking import Page, Scripted, Talker, events

from colloquy.contexts.conversations.public import Move, Plan, Said

MANY = 400
WORDS = " ".join(f"word{number}" for number in range(12)) + "?"


class Together(Scripted):
    """Waits until everybody is there, then says its words over three seconds to all of them at once."""

    def __init__(self) -> None:
        super().__init__(WORDS, pause=0.25)
        self.now = 0
        self.all_there = asyncio.Event()

    async def speak(self, plan: Plan, said: Sequence[Said], move: Move) -> AsyncIterator[str]:
        self.now += 1
        if self.now == MANY:
            self.all_there.set()
        await self.all_there.wait()
        async for piece in super().speak(plan, said, move):
            yield piece


def memory_mb() -> float:
    """Resident memory of this process."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@pytest.fixture
async def crowd(client, runtime, make_organisation) -> list[Talker]:
    """So many candidates who have been greeted and asked."""
    interview = await talking.publish(runtime, await make_organisation(), talking.conversation(seconds=3600))
    places = asyncio.Semaphore(8)

    async def come(number: int) -> Talker:
        async with places:
            one = await talking.talker(client, interview, email=f"candidate{number}@example.com")
            await one.go_on()
            return one

    return await asyncio.gather(*(come(number) for number in range(MANY)))


async def say_with_a_cut(talker: Talker, text: str, chance: random.Random) -> Page:
    """Says it, loses the connection at a random event, and reads on from there."""
    page, body = Page(), talker.body(text, uuid4())
    left = chance.randrange(1, 20)
    async with talker.stream(body) as response:
        assert response.status_code == 200
        async for event in events(response):
            page.take(event)
            left -= 1
            if left == 0 or event.name == "done":
                break
    return page if page.done else await talker.read(body, page, page.last)


@pytest.mark.timeout(400)
async def test_four_hundred_streams_at_once_each_cut_at_a_random_event(crowd, interviewers, owner_connection):
    interviewers(Together())
    chance, before = random.Random(7), memory_mb()
    pages = await asyncio.gather(
        *(say_with_a_cut(talker, f"My answer number {number}.", chance) for number, talker in enumerate(crowd))
    )

    assert {page.texts[4] for page in pages} == {WORDS}
    assert all(page.reply["text"] == WORDS for page in pages)
    rows = owner_connection.execute(
        "select conversation_id::text, array_agg(who || ' ' || state || ' ' || seq order by seq),"
        " array_agg(text order by seq)"
        " from messages where conversation_id = any(%s) group by 1",
        [[talker.conversation_id for talker in crowd]],
    ).fetchall()
    stored = {conversation: (order, texts) for conversation, order, texts in rows}
    for number, talker in enumerate(crowd):
        order, texts = stored[talker.conversation_id]
        assert order == [
            "interviewer complete 1",
            "interviewer complete 2",
            "candidate complete 3",
            "interviewer complete 4",
        ]
        assert texts[2:] == [f"My answer number {number}.", WORDS]
    # Server and clients together: less than a megabyte a stream.
    assert memory_mb() - before < MANY
