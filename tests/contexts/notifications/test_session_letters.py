"""Codes, the end of the time, withdrawal: who is written to, once each, and what a stranger cannot learn."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import text
from tests.contexts.notifications.test_send_letters import states
from tests.contexts.sessions.erased import until_certified

from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock
from colloquy.kit.clock import travelled
from colloquy.kit.crypto import Secret


@pytest.fixture
def ask(api):
    """`await ask(token, "ada@example.org")`: a code for another device."""

    async def do(token: str, email: str):
        response = await api.post(f"/api/public/interview/{token}/continue", json={"email": email})
        api.cookies.clear()
        return response

    return do


def code_in(letter) -> str:
    return re.search(r"^(\d{6})$", letter.text, re.MULTILINE)[1]


async def test_a_code_arrives_and_opens_the_interview_on_another_device(
    make_organisation, begin_session, post, run_jobs, ask, api
):
    begun = await begin_session(await make_organisation("Northwind"), "code.letters@example.org")
    await run_jobs()

    assert (await ask(begun.token, "code.letters@example.org")).status_code == 202
    await run_jobs()

    (letter,) = [one for one in post.to("code.letters@example.org") if "code" in one.subject]
    assert f"/{begun.token}/continue\n" in letter.text
    confirmed = await api.post(
        f"/api/public/interview/{begun.token}/continue/confirm",
        json={"email": "code.letters@example.org", "code": code_in(letter)},
    )
    assert confirmed.status_code == 201, confirmed.text
    assert confirmed.json()["session_id"] == str(begun.session_id)


async def test_every_code_asked_for_is_sent_also_when_the_hour_begins_anew(
    make_organisation, begin_session, post, run_jobs, ask
):
    begun = await begin_session(await make_organisation(), "codes.letters@example.org")
    for hours in (0, 0, 2):
        with travelled(timedelta(hours=hours)):
            await ask(begun.token, "codes.letters@example.org")
            await run_jobs()

    sent = [one for one in post.to("codes.letters@example.org") if "code" in one.subject]
    assert len({letter.message_id for letter in sent}) == len(sent) == 3


async def test_a_code_that_has_run_out_before_it_left_is_not_sent(
    make_organisation, begin_session, post, run_jobs, ask, database
):
    organisation = await make_organisation()
    begun = await begin_session(organisation, "late.letters@example.org")
    await ask(begun.token, "late.letters@example.org")

    with travelled(timedelta(minutes=16)):
        await run_jobs()

    assert [one for one in post.to("late.letters@example.org") if "code" in one.subject] == []


async def test_nobody_is_written_to_for_an_address_that_has_not_begun(
    make_organisation, begin_session, post, run_jobs, ask
):
    begun = await begin_session(await make_organisation(), "known.letters@example.org")

    assert (await ask(begun.token, "unknown.letters@example.org")).status_code == 202
    await run_jobs()

    assert post.to("unknown.letters@example.org") == []
    assert [one for one in post.to("known.letters@example.org") if "code" in one.subject] == []


async def test_who_ran_out_of_time_is_told_each_time_it_happens(
    make_organisation, begin_session, post, run_jobs, look, database
):
    organisation = await make_organisation("Northwind")
    begun = await begin_session(organisation, "over.letters@example.org")
    await run_jobs()

    def told():
        return [one for one in post.to("over.letters@example.org") if "is over" in one.subject]

    with travelled(timedelta(days=91)):
        await look(organisation, "sessions.expire")
        await look(organisation, "sessions.expire")
        (letter,) = told()
        assert "No answer had been given." in letter.text
        assert f"/{begun.token}/my-data" in letter.text
        async with database.begin(organisation.scope) as db:
            await sessions.extend(db, organisation.owner, begun.session_id, clock.now() + timedelta(days=1))
    with travelled(timedelta(days=93)):
        await look(organisation, "sessions.expire")
    assert len({one.message_id for one in told()}) == 2


async def test_more_time_given_before_the_letter_left_makes_it_needless(
    make_organisation, begin_session, post, run_jobs, look, database, addressed
):
    organisation = await make_organisation()
    begun = await begin_session(organisation, "saved.letters@example.org")
    await run_jobs()
    with travelled(timedelta(days=91)):
        async with database.begin(organisation.scope) as db:
            await sessions.extend(db, organisation.owner, begun.session_id, clock.now() + timedelta(days=1))
        await addressed(organisation, "expired", begun.session_id)
        await run_jobs()

    assert [one for one in post.to("saved.letters@example.org") if "is over" in one.subject] == []
    async with database.begin(organisation.scope) as db:
        assert await db.scalar(text("select state from sendings where kind = 'expired'")) == "not_needed"


async def test_a_withdrawal_is_told_to_those_who_hire_and_confirmed(
    make_organisation, make_member, begin_session, post, run_jobs, database
):
    organisation = await make_organisation("Northwind")
    begun = await begin_session(organisation, "withdrew.letters@example.org", name="Ivan Smirnov", answer=True)
    await run_jobs()
    for _ in range(2):
        async with database.begin() as db:
            await sessions.withdraw(db, await sessions.lock_own(db, begun.key), erase_data=False)
        await run_jobs()

    (told,) = [one for one in post.to(organisation.owner.email) if "withdrew" in one.subject]
    assert told.subject == "Ivan Smirnov withdrew from “Backend developer”"
    assert "Answered: 1 of 1 question" in told.text
    assert f"/sessions/{begun.session_id}" in told.text
    (confirmed,) = [one for one in post.to("withdrew.letters@example.org") if "withdrawn" in one.subject]
    assert f"/{begun.token}/my-data" in confirmed.text


async def test_of_who_is_erased_at_once_nothing_is_kept_and_the_certificate_is_the_last_letter(
    make_organisation, begin_session, post, run_jobs, database, runtime
):
    organisation = await make_organisation()
    begun = await begin_session(organisation, "erased.letters@example.org")
    await run_jobs()
    before = len(post.sent)
    async with database.begin(organisation.scope) as db:
        secret = runtime.provided.get(Secret)
        await sessions.erase_on_request(db, secret, organisation.owner, begun.key.session_id)
    await until_certified(runtime, organisation.scope, run_jobs)

    assert [one.subject for one in post.sent[before:]] == ["Everything is erased, and the certificate of it"]
    assert await states(database, organisation) == {}


async def test_an_invitation_brings_its_deadline_for_the_calendar(make_organisation, invite, post, run_jobs, api):
    organisation = await make_organisation("Northwind, Sons; & Co")
    link = await invite(organisation, "calendar.letters@example.org")
    await run_jobs()

    (letter,) = post.to("calendar.letters@example.org")
    (attached,) = letter.attachments
    (event,) = Calendar.from_ical(attached.data).walk("VEVENT")
    assert event.decoded("DTSTART") == link.expires_at.replace(microsecond=0)
    assert str(event["UID"]).startswith(str(link.id))
    assert "Northwind, Sons; & Co" in str(event["SUMMARY"])
    token = str(event["URL"]).rpartition("/")[2]

    saved = await api.get(f"/{token}/deadline.ics")
    assert saved.status_code == 200
    assert saved.headers["content-type"] == "text/calendar; method=PUBLISH; charset=utf-8"
    assert saved.headers["content-disposition"] == 'attachment; filename="deadline.ics"'
    (again,) = Calendar.from_ical(saved.content).walk("VEVENT")
    assert (again["UID"], again.decoded("DTSTART")) == (event["UID"], event.decoded("DTSTART"))


async def test_the_deadline_is_for_who_holds_the_link(make_organisation, begin_session, api):
    assert (await api.get("/no-such-token/deadline.ics")).status_code == 404

    begun = await begin_session(await make_organisation(), "ics.letters@example.org")
    public = await api.get(f"/{begun.token}/deadline.ics")
    assert public.status_code == 200
    own = await api.get(
        f"/{begun.token}/deadline.ics",
        headers={"cookie": f"colloquy_candidate={sessions.HeldKey(begun.key, begun.token).text()}"},
    )
    (anybody,) = Calendar.from_ical(public.content).walk("VEVENT")
    (mine,) = Calendar.from_ical(own.content).walk("VEVENT")
    assert str(mine["UID"]).startswith(str(begun.session_id))
    assert anybody["UID"] != mine["UID"]


async def test_once_it_is_over_there_is_no_deadline(make_organisation, begin_session, api, database):
    begun = await begin_session(await make_organisation(), "nodeadline.letters@example.org")
    async with database.begin() as db:
        await sessions.withdraw(db, await sessions.lock_own(db, begun.key), erase_data=False)

    held = {"cookie": f"colloquy_candidate={sessions.HeldKey(begun.key, begun.token).text()}"}
    assert (await api.get(f"/{begun.token}/deadline.ics", headers=held)).status_code == 404
