"""What models were used for, on one page: charts, sums with names, a file; of one organisation alone."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.factories.answered import begin_answering

from colloquy.contexts.identity.public import Role
from colloquy.contexts.inference.queries import calls
from colloquy.kit import clock
from colloquy.kit.ids import new_id


@pytest.fixture
def called(runtime):
    async def call(organisation, *, model="openai:gpt-5-mini", cost=1_250_000, outcome="answered", **more):
        values = {
            "id": new_id(),
            "at": clock.now() - timedelta(days=more.pop("days_ago", 0)),
            "task": "evaluate",
            "model": model,
            "key_id": None,
            "interview_id": None,
            "session_id": None,
            "input_tokens": 1200,
            "output_tokens": 300,
            "requests": 1,
            "cost_microdollars": cost,
            "latency_ms": 2400,
            "outcome": outcome,
            **more,
        }
        async with runtime.database.begin(organisation.scope) as db:
            await calls.add_call(db, organisation.scope, values)

    return call


async def test_it_adds_up_and_names_what_it_was_for(runtime, api, make_organisation, browser_client, called):
    organisation = await make_organisation()
    one = await begin_answering(runtime, api, organisation)
    await called(organisation, session_id=one.id, interview_id=one.made.id)
    await called(organisation, model="anthropic:claude", cost=250_000, days_ago=3)
    await called(organisation, cost=None, outcome="refused:quota")
    browser = await browser_client(organisation)

    page = await browser.page("/settings/usage")
    assert page.status_code == 200
    for words in ("$1.50", "openai:gpt-5-mini", "anthropic:claude", "Some prices are not known"):
        assert words in page.text, words
    by_candidate = await browser.page("/settings/usage?by=session")
    assert f'href="/sessions/{one.id}"' in by_candidate.text
    assert "Nobody&#39;s in particular" in by_candidate.text or "Nobody's in particular" in by_candidate.text
    week = await browser.page("/settings/usage?days=7&by=task")
    assert "Judging answers" in week.text


async def test_an_id_that_is_gone_is_said_to_be_erased(make_organisation, browser_client, called):
    organisation = await make_organisation()
    await called(organisation, session_id=uuid4())
    browser = await browser_client(organisation)
    assert "Erased" in (await browser.page("/settings/usage?by=session")).text


async def test_without_calls_it_says_what_will_be_there(make_organisation, browser_client):
    browser = await browser_client(await make_organisation())
    assert "No model was asked in these days" in (await browser.page("/settings/usage?days=4&by=nonsense")).text


async def test_it_is_the_organisations_own_and_for_those_who_manage_it(make_organisation, browser_client, called):
    organisation = await make_organisation()
    await called(organisation)
    stranger = await browser_client(await make_organisation())
    assert "gpt-5-mini" not in (await stranger.page("/settings/usage")).text
    recruiter = await browser_client(organisation, Role.RECRUITER)
    assert (await recruiter.page("/settings/usage")).status_code == 403
