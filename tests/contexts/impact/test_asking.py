"""Candidates are asked after a decision, what they say is apart, counted alone, and goes with them."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import UUID

import pytest
from tests.contexts.reporting.candidates import hand_in
from tests.factories.candidates import begin
from tests.factories.identity import unique_email
from tests.factories.interviews import TEXT, publish_interview

import colloquy.contexts
from colloquy.contexts.identity.public import Role
from colloquy.contexts.impact.service.subjects import subject_of


@pytest.fixture
async def asking(runtime, make_organisation, browser_client):
    """An organisation that asks, with a published interview."""
    organisation = await make_organisation()
    browser = await browser_client(organisation)
    page = await browser.page("/settings/impact")
    assert "Nobody is asked." in page.text
    assert (await browser.submit("/settings/impact", {"on": "yes"})).status_code == 303
    return organisation, await publish_interview(runtime, organisation, TEXT), browser


async def _candidate(api, interview, words="I measured first and then I fixed the queue, so failures fell by half."):
    kept = api.headers.pop("authorization", None)
    candidate = await begin(api, interview.token, name="Ada Lovelace", email=unique_email("ada"))
    await candidate.agree()
    await candidate.write((await candidate.room())["question"], words)
    await candidate.complete()
    if kept:
        api.headers["authorization"] = kept
    return candidate


def _cookie(candidate):
    return {"cookie": f"colloquy_candidate={candidate.key}.{candidate.token}", "accept": "text/html"}


async def _decide(api, sign_in, organisation, session_id, outcome):
    await sign_in(organisation)
    body = {"outcome": outcome, "reason": "Measured before changing anything, and says so."}
    answer = await api.post(f"/api/sessions/{session_id}/decision", json=body)
    assert answer.status_code == 200, answer.text
    del api.headers["authorization"]


async def _say(api, candidate, **fields):
    page = await api.get(f"/{candidate.token}/about-you", headers=_cookie(candidate))
    assert page.status_code == 200, page.text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    csrf = next(value for name, value in api.cookies.items() if "csrf" in name)
    headers = {**_cookie(candidate)}
    headers["cookie"] += f"; colloquy_csrf={csrf}"
    return await api.post(f"/{candidate.token}/about-you", data={"csrf_token": token, **fields}, headers=headers)


async def test_nobody_is_asked_before_somebody_has_decided(api, sign_in, asking):
    organisation, interview, _ = asking
    candidate = await _candidate(api, interview)
    address = f"/{candidate.token}/about-you"
    assert (await api.get(address, headers=_cookie(candidate))).status_code == 404
    assert "about-you" not in (await api.get(f"/{candidate.token}/my-data", headers=_cookie(candidate))).text
    await _decide(api, sign_in, organisation, candidate.session_id, "hold")
    assert (await api.get(address, headers=_cookie(candidate))).status_code == 404
    await _decide(api, sign_in, organisation, candidate.session_id, "decline")
    page = await api.get(address, headers=_cookie(candidate))
    assert page.status_code == 200
    assert "It changes nothing for you." in page.text
    assert address in (await api.get(f"/{candidate.token}/my-data", headers=_cookie(candidate))).text


async def test_an_organisation_that_does_not_ask_does_not(api, sign_in, make_organisation, runtime):
    organisation = await make_organisation()
    candidate = await _candidate(api, await publish_interview(runtime, organisation, TEXT))
    await _decide(api, sign_in, organisation, candidate.session_id, "advance")
    assert (await api.get(f"/{candidate.token}/about-you", headers=_cookie(candidate))).status_code == 404


async def test_what_is_said_is_kept_apart_and_can_be_taken_back(api, sign_in, asking, owner_connection):
    organisation, interview, _ = asking
    candidate = await _candidate(api, interview)
    await _decide(api, sign_in, organisation, candidate.session_id, "advance")

    assert (await _say(api, candidate, sex="female", race="asian")).status_code == 303

    rows = owner_connection.execute("select * from demographics where org_id = %s", [organisation.id]).fetchall()
    [(_, subject, sex, race)] = rows
    assert (sex, race) == ("female", "asian")
    assert candidate.session_id.replace("-", "") not in subject.hex()
    page = await api.get(f"/{candidate.token}/about-you", headers=_cookie(candidate))
    assert page.text.count("checked") == 2
    assert (await _say(api, candidate, sex="", race="asian")).status_code == 303
    assert (await _say(api, candidate, sex="", race="")).status_code == 303
    assert owner_connection.execute("select * from demographics where org_id = %s", [organisation.id]).fetchall() == []
    assert (await _say(api, candidate, sex="green", race="")).status_code == 422


async def test_it_goes_with_the_candidate(api, sign_in, asking, owner_connection, run_jobs):
    organisation, interview, _ = asking
    candidate = await _candidate(api, interview)
    await _decide(api, sign_in, organisation, candidate.session_id, "advance")
    await _say(api, candidate, sex="male", race="white")
    await sign_in(organisation)
    assert (await api.delete(f"/api/sessions/{candidate.session_id}")).status_code in {200, 204}
    await run_jobs()
    assert owner_connection.execute("select * from demographics where org_id = %s", [organisation.id]).fetchall() == []


async def test_nobody_else_reads_or_says_it(api, sign_in, asking):
    organisation, interview, _ = asking
    candidate, other = await _candidate(api, interview), await _candidate(api, interview)
    await _decide(api, sign_in, organisation, candidate.session_id, "advance")
    await _say(api, candidate, sex="male", race="white")
    strange = {"cookie": f"colloquy_candidate={other.key}.{candidate.token}", "accept": "text/html"}
    answer = await api.get(f"/{candidate.token}/about-you", headers=strange)
    assert answer.status_code in {303, 403, 404}
    api.cookies.clear()
    assert (await api.get(f"/{candidate.token}/about-you", headers={"accept": "text/html"})).status_code == 303


async def _answered(runtime, organisation, interview, api, sign_in, many, owner_connection):
    """Candidates who handed in, were decided about, and told something: sex, race, whether they went on."""
    [(salt,)] = owner_connection.execute(
        "select salt from impact_settings where org_id = %s", [organisation.id]
    ).fetchall()
    for sex, race, outcome in many:
        done = await hand_in(runtime, api, organisation, interview=interview)
        await _decide(api, sign_in, organisation, done.session_id, outcome)
        if sex or race:
            owner_connection.execute(
                "insert into demographics values (%s, %s, %s, %s)",
                [organisation.id, subject_of(salt, UUID(done.session_id)), sex, race],
            )


async def test_the_tables_count_and_hide(runtime, api, sign_in, asking, owner_connection, make_organisation):
    organisation, interview, browser = asking
    many = (
        [("male", "white", "advance")] * 4
        + [("male", "white", "decline")] * 2
        + [("female", "white", "advance")] * 2
        + [("female", "asian", "decline")] * 4
        + [(None, None, "advance")]
    )
    await _answered(runtime, organisation, interview, api, sign_in, many[:4], owner_connection)
    await sign_in(organisation)
    assert (await api.get("/api/impact")).json()["selection"] is None, "four people would be persons"
    del api.headers["authorization"]
    await _answered(runtime, organisation, interview, api, sign_in, many[4:], owner_connection)

    await sign_in(organisation)
    found = (await api.get("/api/impact", params={"interview_id": str(interview.id)})).json()
    assert found["label"] == "This is not an independent audit."
    assert (found["candidates"], found["answered"]) == (13, 12)
    male, female = found["selection"]["by_sex"]["lines"]
    assert (male["people"], male["reached"], female["people"], female["reached"]) == (6, 4, 6, 2)
    assert female["ratio"] == pytest.approx(0.5)
    assert (female["under_four_fifths"], female["small"], female["significant"]) == (True, True, False)
    assert found["selection"]["by_sex"]["unknown"] == 1
    shown = {line["race"]: line["people"] for line in found["selection"]["by_race"]["lines"]}
    assert (shown["white"], shown["asian"]) == (None, None), "four people, and those next to them"
    page = (await browser.page("/settings/impact")).text
    assert "This is not an independent audit." in page
    assert "Under four fifths" in page
    assert "Not shown: somebody could be recognised." in page
    table = (await api.get("/api/impact.csv")).text
    assert table.startswith("\ufeffThis is not an independent audit.")
    assert ",female,".replace("female", "Female") in table
    await sign_in(await make_organisation())
    assert (await api.get("/api/impact")).json()["candidates"] == 0
    assert (await api.get("/api/impact", params={"interview_id": str(interview.id)})).status_code == 404


@pytest.mark.parametrize("role", [Role.RECRUITER, Role.REVIEWER])
async def test_who_decides_or_reviews_cannot_read_it(api, sign_in, asking, browser_client, role):
    organisation, _, _ = asking
    await sign_in(organisation, role)
    for path in ("/api/impact", "/api/impact.csv"):
        assert (await api.get(path)).status_code == 403
    browser = await browser_client(organisation, role)
    assert (await browser.page("/settings/impact")).status_code == 403
    assert (await browser.submit("/settings/impact", {"on": "no"})).status_code == 403


async def test_no_evaluation_can_read_it():
    """Nothing below this context may import it, and no other context names its tables."""
    contexts = Path(colloquy.contexts.__file__).parent
    naming = [
        path.relative_to(contexts).parts[0]
        for path in contexts.rglob("*.py")
        if "demographics" in path.read_text(encoding="utf-8") and path.relative_to(contexts).parts[0] != "impact"
    ]
    assert sorted(set(naming) - {"retention"}) == []
