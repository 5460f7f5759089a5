"""Nothing under a legal hold is deleted: by no clock, no button and no request; and what waited is carried out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.contexts.sessions.erased import session, until_certified
from tests.factories.candidates import begin
from tests.factories.identity import unique_email
from tests.factories.interviews import TEXT, publish_interview

from colloquy.contexts.identity.public import Role
from colloquy.contexts.retention import public as retention
from colloquy.kit import clock

HOLDS = "/settings/privacy/holds"
WHY = "Case 17/2026, order of the labour court."


@pytest.fixture
async def begun(runtime, api, make_organisation):
    made = await publish_interview(runtime, await make_organisation(), TEXT)
    email = unique_email("zelda")
    candidate = await begin(api, made.token, name="Zelda Canary", email=email)
    await candidate.agree()
    return made, candidate, email


@pytest.fixture
def place(browser_client):
    """`await place(made, candidate, kind)`: a hold, placed in the browser; the browser, and where it is released."""

    async def do(made, candidate, kind="session"):
        owner = await browser_client(made.organisation)
        assert "Zelda Canary" in (await owner.page(f"{HOLDS}/new?session={candidate.session_id}")).text
        sent = {"session": candidate.session_id, "interview": str(made.id), "kind": kind, "reason": WHY}
        placed = await owner.submit(HOLDS, sent)
        assert placed.status_code == 303, placed.text
        page = (await owner.page(HOLDS)).text
        assert WHY in page
        return owner, page.partition(f'action="{HOLDS}/')[2].partition('"')[0]

    return do


@pytest.mark.parametrize("kind", ["session", "candidate", "interview"])
async def test_neither_clock_nor_button_nor_request_deletes_what_is_held(
    kind, begun, place, runtime, api, sign_in, run_jobs, bring_forward, link_in, browser_client, requests_of
):
    made, candidate, email = begun
    scope = made.organisation.scope
    owner, release = await place(made, candidate, kind)

    refused = await owner.submit(f"/sessions/{candidate.session_id}/delete", {"confirmation": "delete"})
    assert "legal hold" in (await owner.page(refused.headers["location"])).text
    await sign_in(made.organisation)
    api_refused = await api.delete(f"/api/sessions/{candidate.session_id}")
    assert (api_refused.status_code, api_refused.json()["code"]) == (409, "under_legal_hold")
    del api.headers["authorization"]
    await candidate.post("/my-data/erase", {"confirm": "erase"})
    await run_jobs()
    visitor, link = await browser_client(), await link_in(email)
    await visitor.submit(link, {})
    assert "Your request is kept" in (await visitor.page(link)).text
    assert (await candidate.get("/my-data")).json()["kept"]["held"] is True
    with clock.travelled(timedelta(days=4000)):
        await bring_forward(scope)
        await run_jobs()
    assert await session(runtime, scope, candidate.session_id) is not None
    [waiting] = await requests_of(scope)
    assert waiting.state is retention.RequestState.HELD

    unreasoned = await owner.submit(f"{HOLDS}/{release}", {"reason": "over"})
    assert unreasoned.status_code == 422
    released = await owner.submit(f"{HOLDS}/{release}", {"reason": "The case has ended."})
    assert released.status_code == 303
    await run_jobs()
    await until_certified(runtime, scope, run_jobs)
    assert await session(runtime, scope, candidate.session_id) is None
    [done] = await requests_of(scope)
    assert done.state is retention.RequestState.DONE
    page = (await owner.page(HOLDS)).text
    assert "The case has ended." in page
    assert "Zelda" not in page


async def test_a_hold_on_a_candidate_covers_their_other_interviews(begun, place, runtime, api, sign_in):
    made, candidate, email = begun
    other = await publish_interview(runtime, made.organisation, TEXT)
    second = await begin(api, other.token, name="Zelda Canary", email=email.upper())
    third = await begin(api, other.token, name="Somebody else", email=unique_email("other"))
    await place(made, candidate, "candidate")
    await sign_in(made.organisation)
    assert (await api.delete(f"/api/sessions/{second.session_id}")).status_code == 409
    assert (await api.delete(f"/api/sessions/{third.session_id}")).status_code == 204


async def test_a_second_hold_on_the_same_is_refused_and_a_released_one_stays_released(begun, place):
    made, candidate, _email = begun
    owner, release = await place(made, candidate)
    sent = {"session": candidate.session_id, "interview": str(made.id), "kind": "session", "reason": WHY}
    again = await owner.submit(HOLDS, sent)
    assert again.status_code == 422
    assert "There is a hold on this already" in again.text
    for _ in range(2):
        assert (await owner.submit(f"{HOLDS}/{release}", {"reason": "The case has ended."})).status_code == 303


async def test_who_may_not_manage_privacy_may_not_hold(begun, browser_client, make_organisation):
    made, candidate, _email = begun
    recruiter = await browser_client(made.organisation, Role.RECRUITER)
    assert (await recruiter.get(HOLDS)).status_code == 403
    assert (await recruiter.get(f"{HOLDS}/new?session={candidate.session_id}")).status_code == 403
    stranger = await browser_client(await make_organisation("Other"))
    assert (await stranger.get(f"{HOLDS}/new?session={candidate.session_id}")).status_code == 404
    sent = {"session": candidate.session_id, "interview": str(made.id), "kind": "session", "reason": WHY}
    assert (await stranger.submit(HOLDS, sent)).status_code == 404
