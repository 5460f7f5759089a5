"""What is chosen for a place reaches the candidate: the notice, its hash in the ledger, the day of a program."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.factories.candidates import begin
from tests.factories.interviews import TEXT, publish_interview

from colloquy.contexts.identity.public import Role
from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.privacy.public import Jurisdiction
from colloquy.contexts.privacy.service import choices
from colloquy.kit import clock


@pytest.fixture
async def made(runtime, make_organisation):
    return await publish_interview(runtime, await make_organisation(), TEXT)


@pytest.fixture
def choose(database, made):
    """Saves choices of the organisation, everything else as it is at first."""

    async def do(*places: Jurisdiction, **others):
        values = {
            "people_only": False,
            "before_notice": privacy.BeforeNotice.WAIT,
            "longer_retention_days": None,
            **others,
        }
        async with database.begin(made.organisation.scope) as db:
            await choices.choose(db, made.organisation.owner, jurisdictions=places, **values)

    return do


@pytest.fixture
def here(api, made):
    """A candidate's browser that has begun."""

    async def do():
        candidate = await begin(api, made.token)
        cookie = {"cookie": f"colloquy_candidate={candidate.key}.{made.token}"}
        return candidate, cookie

    return do


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


async def ledger_of(database, made, candidate):
    async with database.begin(made.organisation.scope) as db:
        return await privacy.ledger(db, made.organisation.scope, UUID(candidate.session_id))


async def test_the_hash_in_the_ledger_is_of_exactly_what_was_shown(database, api, made, choose, here):
    await choose(Jurisdiction.EU, Jurisdiction.ILLINOIS)
    candidate, cookie = await here()
    page = (await api.get(f"/{made.token}/consent", headers=cookie)).text
    assert "In the European Union and the EEA" in page
    assert "In Illinois" in page
    assert "In New York City" not in page

    await candidate.agree()

    entry = (await ledger_of(database, made, candidate))[0]
    assert entry.notice_hash == hidden(page)["notice"]
    assert entry.notice_version == "2026-11-4 eu-1 illinois-1"
    async with database.begin(made.organisation.scope) as db:
        kept = await privacy.notice_text(db, made.organisation.scope, entry.notice_hash)
    assert "In Illinois" in kept


async def test_a_notice_that_changed_meanwhile_is_shown_again_and_nothing_is_decided(database, api, made, choose, here):
    candidate, cookie = await here()
    page = (await api.get(f"/{made.token}/consent", headers=cookie)).text
    await choose(Jurisdiction.UNITED_KINGDOM)

    answer = await candidate.post(
        "/consent", {"record": True, "ai_evaluation": True, "notice_hash": hidden(page)["notice"]}
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "notice_changed")
    assert await ledger_of(database, made, candidate) == []


async def test_what_was_agreed_stays_when_the_notice_changes(database, made, choose, here):
    candidate, _cookie = await here()
    await candidate.agree()
    await choose(Jurisdiction.NEW_YORK_CITY)

    [first, *_others] = await ledger_of(database, made, candidate)
    assert first.notice_version == "2026-11-4"
    async with database.begin(made.organisation.scope) as db:
        assert await privacy.ai_evaluation_allowed(db, made.organisation.scope, UUID(candidate.session_id))


async def test_people_only_asks_nothing_about_a_program_and_keeps_it_away(database, api, made, choose, here):
    await choose(people_only=True)
    candidate, cookie = await here()
    page = (await api.get(f"/{made.token}/consent", headers=cookie)).text
    assert 'name="evaluation"' not in page
    assert "No program evaluates them." in page
    await candidate.agree(ai_evaluation=True)  # a program that has not read the page

    entries = await ledger_of(database, made, candidate)
    assert [entry.purpose.value for entry in entries] == ["record"]
    async with database.begin(made.organisation.scope) as db:
        standing = await privacy.program(db, made.organisation.scope, UUID(candidate.session_id))
    assert standing.why is privacy.Why.NOT_ASKED


async def test_people_only_that_is_chosen_later_holds_for_those_who_agreed_before(database, made, choose, here):
    candidate, _cookie = await here()
    await candidate.agree()
    await choose(people_only=True)

    async with database.begin(made.organisation.scope) as db:
        standing = await privacy.program(db, made.organisation.scope, UUID(candidate.session_id))
    assert (standing.allowed, standing.why) == (False, privacy.Why.PEOPLE_ONLY)


async def test_in_new_york_city_a_program_waits_ten_business_days(database, api, made, choose, here):
    await choose(Jurisdiction.NEW_YORK_CITY)
    candidate, cookie = await here()
    landing = (await api.get(f"/{made.token}")).text
    assert "automated employment decision tool" in landing
    await candidate.agree()
    scope, session_id = made.organisation.scope, UUID(candidate.session_id)

    async with database.begin(scope) as db:
        held = await privacy.held(db, scope, session_id)
        standing = await privacy.program(db, scope, session_id)
    assert standing.waits_until == held.program_from
    assert held.program_from - held.told_at >= timedelta(days=13)
    wait = held.program_from - clock.now()
    with clock.travelled(wait + timedelta(seconds=1)):
        async with database.begin(scope) as db:
            assert await privacy.ai_evaluation_allowed(db, scope, session_id)
    assert (await api.get(f"/{made.token}/my-data", headers=cookie)).status_code == 200


async def test_an_interview_may_choose_its_own_places_and_says_what_follows(made, browser_client):
    browser = await browser_client(made.organisation)
    home = f"/interviews/{made.id}"
    page = (await browser.get(f"{home}/details")).text
    assert "No place is chosen" in page
    form = {**hidden(page), "places": "own", "jurisdictions": ["nyc", "eu"], "posted_on": "2026-11-02"}
    assert (await browser.post(f"{home}/places", data=form)).status_code == 303

    page = (await browser.get(f"{home}/details")).text
    assert "Who comes by the posting: notice on" in page
    assert "Local Law 144" in page


async def test_longer_retention_is_voluntary_and_can_be_taken_back(database, api, made, choose, here):
    scope = made.organisation.scope
    await choose(longer_retention_days=730)
    candidate, cookie = await here()
    page = (await api.get(f"/{made.token}/consent", headers=cookie)).text
    assert "up to 730 days" in page
    await candidate.agree()
    session_id = UUID(candidate.session_id)

    async def agrees():
        async with database.begin(scope) as db:
            consent = await privacy.consent(db, scope, session_id)
            assert consent.longer_retention == await privacy.longer_retention(db, scope, session_id)
            return consent.longer_retention

    assert not await agrees(), "nobody agrees by leaving it empty"
    home = f"/{made.token}/my-data"
    mine = (await api.get(home, headers=cookie)).text
    assert "Keep it for longer" in mine
    token = hidden(mine)["csrf_token"]
    jar = {"cookie": cookie["cookie"] + "".join(f"; {name}={value}" for name, value in api.cookies.items())}
    assert (await api.post(f"{home}/keep-longer", data={"csrf_token": token}, headers=jar)).status_code == 303
    assert await agrees()
    assert (await api.post(f"{home}/keep-no-longer", data={"csrf_token": token}, headers=jar)).status_code == 303
    assert not await agrees()


async def test_consent_can_be_given_again_and_read_again(database, api, made, here):
    candidate, cookie = await here()
    await candidate.agree(ai_evaluation=False)
    home = f"/{made.token}/my-data"
    mine = (await api.get(home, headers=cookie)).text
    assert "Let a program evaluate as well" in mine
    jar = {"cookie": cookie["cookie"] + "".join(f"; {name}={value}" for name, value in api.cookies.items())}
    answer = await api.post(f"{home}/program", data={"csrf_token": hidden(mine)["csrf_token"]}, headers=jar)
    assert answer.status_code == 303

    scope = made.organisation.scope
    async with database.begin(scope) as db:
        assert await privacy.ai_evaluation_allowed(db, scope, UUID(candidate.session_id))
    entry = (await ledger_of(database, made, candidate))[-1]
    notice = await api.get(f"{home}/notices/{entry.notice_hash}", headers=cookie)
    assert "What is recorded" in notice.text
    assert (await api.get(f"{home}/notices/{'0' * 64}", headers=cookie)).status_code in {403, 404}


async def test_in_illinois_consent_after_the_first_answer_comes_too_late(api, made, choose, here):
    await choose(Jurisdiction.ILLINOIS)
    candidate, cookie = await here()
    await candidate.agree(ai_evaluation=False)
    await candidate.room()

    assert "Let a program evaluate as well" not in (await api.get(f"/{made.token}/my-data", headers=cookie)).text


async def test_the_pages_are_for_those_who_may(made, browser_client, here):
    candidate, _cookie = await here()
    await candidate.agree()
    browser = await browser_client(made.organisation)
    assert "Local Law 144" in (await browser.get("/settings/jurisdictions")).text
    listed = (await browser.get("/settings/notices")).text
    assert "2026-11-4" in listed
    [digest] = set(re.findall(r"/settings/notices/([0-9a-f]{64})", listed))
    assert "What is recorded" in (await browser.get(f"/settings/notices/{digest}")).text
    assert (await browser.get(f"/settings/notices/{'0' * 64}")).status_code == 404

    browser = await browser_client(made.organisation, Role.REVIEWER)
    assert (await browser.get("/settings/notices")).status_code == 403
    page = await browser.get("/settings/jurisdictions")
    assert page.status_code == 200
    assert '<form action="/settings/jurisdictions"' not in page.text


async def test_another_organisation_sees_nothing_of_it(database, made, choose, make_organisation):
    await choose(Jurisdiction.EU, people_only=True)
    stranger = (await make_organisation()).scope
    async with database.begin(stranger) as db:
        assert await privacy.choices(db, stranger) == privacy.Choices()
        assert await db.scalar(text("select count(*) from privacy_settings")) == 0
