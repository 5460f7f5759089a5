from __future__ import annotations

import re

import pytest
from tests.contexts.sessions.conftest import answering, bring_forward, files, session_of, traces, waits_until

from colloquy.contexts.retention import public as retention
from colloquy.providers.mail.kept import KeepsLetters

__all__ = ["answering", "bring_forward", "files", "session_of", "traces", "waits_until"]


@pytest.fixture
def letters_to(runtime):
    """`await letters_to(address)`: the letters to this address that are kept, the newest first."""

    async def find(address: str):
        kept = runtime.provided.get(KeepsLetters)
        return [one for one in await kept.list_letters(500) if address in str(one.to)]

    return find


@pytest.fixture
def link_in(letters_to):
    """`await link_in(address)`: the path of the link that confirms an erasure, from the newest letter about it."""

    async def find(address: str) -> str:
        for letter in await letters_to(address):
            if found := re.search(r"/erasure/[\w-]{43}", letter.text):
                return found.group()
        raise AssertionError("no letter with a link to confirm")

    return find


@pytest.fixture
def requests_of(runtime):
    """`await requests_of(scope)`: the organisation's requests, the newest first."""

    async def find(scope) -> list[retention.Request]:
        async with runtime.database.begin(scope) as db:
            return await retention.requests(db, scope)

    return find
