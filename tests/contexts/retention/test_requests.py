"""A candidate asks for everything to be erased, confirms it in their own mailbox, and gets a certificate."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from tests.contexts.sessions.erased import session, until_certified
from tests.factories.candidates import begin
from tests.factories.identity import unique_email
from tests.factories.interviews import TEXT, publish_interview

from colloquy.contexts.identity.public import Role
from colloquy.contexts.retention import public as retention
from colloquy.kit import clock
from colloquy.kit.crypto import Secret


@pytest.fixture
async def asked(runtime, api, make_organisation, run_jobs):
    """Somebody who has begun, and has asked; and their address."""
    made = await publish_interview(runtime, await make_organisation(), TEXT)
    email = unique_email("zelda")
    candidate = await begin(api, made.token, name="Zelda", email=email)
    await candidate.agree()
    response = await candidate.post("/my-data/erase", {"confirm": "erase"})
    assert (response.status_code, response.json()["state"]) == (202, "asked"), response.text
    await run_jobs()
    return made, candidate, email


async def test_asking_erases_nothing_and_the_link_in_the_letter_does(
    asked, runtime, browser_client, link_in, letters_to, run_jobs, bring_forward, requests_of
):
    made, candidate, email = asked
    scope = made.organisation.scope
    link = await link_in(email)
    browser = await browser_client()
    page = await browser.page(link)
    assert "Erase everything?" in page.text
    await run_jobs()
    assert await session(runtime, scope, candidate.session_id) is not None, "opening the link is not confirming"

    confirmed = await browser.submit(link, {})
    assert confirmed.status_code == 303
    assert "Confirmed" in (await browser.page(link)).text
    await until_certified(runtime, scope, run_jobs)
    assert await session(runtime, scope, candidate.session_id) is None
    assert (await candidate.get("/my-data")).json()["code"] == "not_your_session"
    [done] = await requests_of(scope)
    assert (done.state, done.asked_by) == (retention.RequestState.DONE, "candidate")
    assert done.done_at - done.confirmed_at < timedelta(hours=1)
    certified = [one for one in await letters_to(email) if "certificate" in one.subject]
    assert len(certified) == 1
    assert {one.name for one in certified[0].attachments} == {"certificate.pdf", "certificate.json"}
    assert done.letter == "sent"

    with clock.travelled(timedelta(minutes=31)):
        await bring_forward(scope)
        await run_jobs()
    assert await letters_to(email) == []


async def test_the_link_counts_once_and_for_three_days(asked, runtime, browser_client, link_in, run_jobs, requests_of):
    made, candidate, email = asked
    link = await link_in(email)
    browser = await browser_client()
    with clock.travelled(timedelta(hours=retention.LINK_HOURS, minutes=1)):
        assert (await browser.get(link)).status_code == 404
        again = await candidate.post("/my-data/erase", {"confirm": "erase"})
        assert again.json()["state"] == "asked"
        await run_jobs()
        assert (await browser.get(link)).status_code == 200, "another letter has the same link and a new term"
        await browser.submit(link, {})
        await until_certified(runtime, made.organisation.scope, run_jobs)
        [done] = await requests_of(made.organisation.scope)
        assert done.state is retention.RequestState.DONE
        assert (await browser.get(link)).status_code == 404, "and after it was carried out it is no more"
    assert (await browser.get("/erasure/" + "x" * 43)).status_code == 404


@pytest.fixture
def held(runtime):
    """`held(b"…")`: the secrets that the product holds from now on, the current one first."""
    before = runtime.provided.get(Secret)

    def hold(*secrets: bytes) -> None:
        runtime.provided.put(Secret, Secret(*secrets))

    yield hold
    runtime.provided.put(Secret, before)


async def test_a_letter_after_a_rotation_has_the_link_that_counts(
    held, runtime, api, make_organisation, browser_client, link_in, letters_to, run_jobs
):
    old, new = b"o" * 32, b"n" * 32
    held(old)
    made = await publish_interview(runtime, await make_organisation(), TEXT)
    email = unique_email("rota")
    candidate = await begin(api, made.token, name="Rota", email=email)

    async def letter() -> str:
        assert (await candidate.post("/my-data/erase", {"confirm": "erase"})).json()["state"] == "asked"
        await run_jobs()
        return await link_in(email)

    first = await letter()
    held(new, old)
    with clock.travelled(timedelta(minutes=1)):
        again = await letter()
        assert len(await letters_to(email)) == 2
        browser = await browser_client()
        assert (again, (await browser.get(again)).status_code) == (first, 200)
    held(new)  # the old one is retired: the letter that was sent still counts, until another is asked for
    assert (await browser.get(first)).status_code == 200
    with clock.travelled(timedelta(minutes=2)):
        other = await letter()
        assert other != first
        assert [(await browser.get(link)).status_code for link in (other, first)] == [200, 404]


async def test_what_nobody_confirms_ends_and_its_address_goes(asked, runtime, requests_of, owner_connection):
    made, candidate, _email = asked
    scope = made.organisation.scope
    with clock.travelled(timedelta(hours=retention.LINK_HOURS, minutes=1)):
        async with runtime.database.begin(scope) as db:
            assert await retention.end_unconfirmed(db, scope) == 1
    [ended] = await requests_of(scope)
    assert ended.state is retention.RequestState.NOT_CONFIRMED
    assert owner_connection.execute(
        "select count(*) from erasure_requests where id = %s and reply_to is not null", [ended.id]
    ).fetchone() == (0,)
    assert await session(runtime, scope, candidate.session_id) is not None


async def test_the_page_tells_how_far_it_is(asked, browser_client, link_in, run_jobs):
    _made, candidate, email = asked
    browser = await browser_client()
    browser.cookies.set("colloquy_candidate", f"{candidate.key}.{candidate.token}")
    page = (await browser.page(f"/{candidate.token}/my-data/erase")).text
    assert "Confirm it in your mailbox" in page
    assert email in page
    assert (await candidate.get("/my-data")).json()["erasure"]["state"] == "asked"
    wrong = await browser.submit(f"/{candidate.token}/my-data/erase", {"confirmation": "yes"})
    assert wrong.status_code == 422


async def test_the_company_sees_requests_and_takes_the_certificate(
    asked, runtime, browser_client, link_in, run_jobs, requests_of
):
    made, _candidate, email = asked
    recruiter = await browser_client(made.organisation, Role.RECRUITER)
    assert "To be confirmed by the candidate" in (await recruiter.page("/settings/privacy/requests")).text
    [waiting] = await requests_of(made.organisation.scope)
    home = f"/settings/privacy/requests/{waiting.id}"
    assert (await recruiter.get(f"{home}/certificate.json")).status_code == 404
    visitor = await browser_client()
    await visitor.submit(await link_in(email), {})
    await until_certified(runtime, made.organisation.scope, run_jobs)

    page = (await recruiter.page("/settings/privacy/requests")).text
    assert "Done" in page
    assert email not in page
    pdf = await recruiter.get(f"{home}/certificate.pdf")
    assert (pdf.status_code, pdf.content[:5]) == (200, b"%PDF-")
    data = (await recruiter.get(f"{home}/certificate.json")).content
    content = json.loads(data)
    assert content["erased"]["sessions"] == 1
    assert "consents" in content["remains"]
    assert email not in data.decode()
    secret = runtime.provided.get(Secret)
    assert retention.certificate_verified(secret, data)["id"] == str(waiting.id)
    assert "Genuine" in (await visitor.submit("/certificates/verify", {"certificate": data.decode()})).text
    changed = data.decode().replace('"sessions": 1', '"sessions": 2')
    assert "Not genuine" in (await visitor.submit("/certificates/verify", {"certificate": changed})).text


async def test_who_may_not_see_requests_is_told_so(asked, browser_client, make_organisation, requests_of):
    made, _candidate, _email = asked
    [waiting] = await requests_of(made.organisation.scope)
    reviewer = await browser_client(made.organisation, Role.REVIEWER)
    assert (await reviewer.get("/settings/privacy/requests")).status_code == 403
    stranger = await browser_client(await make_organisation("Other"))
    assert (await stranger.get(f"/settings/privacy/requests/{waiting.id}/certificate.json")).status_code == 404
    assert (await stranger.submit(f"/settings/privacy/requests/{waiting.id}/erase", {})).status_code == 404


async def test_a_lost_job_is_taken_up(asked, runtime, browser_client, link_in, run_jobs, requests_of, owner_connection):
    made, _candidate, email = asked
    await (await browser_client()).submit(await link_in(email), {})
    owner_connection.execute("delete from procrastinate_jobs where task_name = 'sessions.erase_requested'")
    await run_jobs()
    [waiting] = await requests_of(made.organisation.scope)
    assert waiting.state is retention.RequestState.DUE
    from colloquy.roles import scheduler

    await scheduler.take_up(runtime.provided)
    await until_certified(runtime, made.organisation.scope, run_jobs)
    [done] = await requests_of(made.organisation.scope)
    assert done.state is retention.RequestState.DONE
