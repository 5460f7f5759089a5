"""Who has not finished is reminded in time, once for each time, and never when there is nothing to finish."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from colloquy.contexts.interviews.service import inviting, links
from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.privacy.service import choices
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock
from colloquy.kit.clock import travelled
from colloquy.kit.crypto import Secret

INVITED_FOR = timedelta(days=14)
"""How long an invitation is good (`interviews.policy.link.INVITATION_DAYS`)."""


def before_the_end(*, hours: float = 0, minutes: float = 0) -> timedelta:
    return INVITED_FOR - timedelta(hours=hours, minutes=minutes)


@pytest.fixture
def reminders(post):
    """`reminders("ada@example.org")`: the reminders that arrived there, in their order."""
    return lambda address: [letter for letter in post.to(address) if " left for your interview " in letter.subject]


async def test_an_invited_candidate_is_reminded_two_days_and_four_hours_before(
    make_organisation, invite, run_jobs, look, reminders
):
    organisation = await make_organisation("Northwind")
    await invite(organisation, "two.remind@example.org", "Ada")
    await run_jobs()

    with travelled(before_the_end(hours=49)):
        await look(organisation)
        assert reminders("two.remind@example.org") == []
    with travelled(before_the_end(hours=47, minutes=59)):
        await look(organisation)
        await look(organisation)
    (first,) = reminders("two.remind@example.org")
    assert first.subject == "Northwind: 47 hours left for your interview “Backend developer”"
    assert "You have not begun yet: 1 question" in first.text
    assert [attached.name for attached in first.attachments] == ["deadline.ics"]
    with travelled(before_the_end(hours=3, minutes=50)):
        await look(organisation)
        await look(organisation)
    assert len(reminders("two.remind@example.org")) == 2
    assert "3 hours left" in reminders("two.remind@example.org")[1].subject
    with travelled(INVITED_FOR + timedelta(minutes=1)):
        await look(organisation)
    assert len(reminders("two.remind@example.org")) == 2


async def test_after_the_end_nothing_waits_any_more(make_organisation, invite, run_jobs, look, queued):
    organisation = await make_organisation()
    await invite(organisation, "end.remind@example.org")
    await run_jobs()
    assert await queued(organisation.id) == ["notifications.remind"]

    with travelled(INVITED_FOR + timedelta(minutes=1)):
        await look(organisation)

    assert await queued(organisation.id) == []


async def test_the_same_invitation_sent_again_has_one_chain_of_looks(
    make_organisation, invite, run_jobs, queued, database
):
    organisation = await make_organisation()
    link = await invite(organisation, "again.remind@example.org")
    await run_jobs()
    async with database.begin(organisation.scope) as db:
        await inviting.invite_again(db, organisation.owner, link.interview_id, link.id)
    await run_jobs()

    assert await queued(organisation.id) == ["notifications.remind"]


async def test_who_was_invited_after_the_moment_of_a_reminder_does_not_get_that_one(
    make_organisation, invite, run_jobs, look, reminders, database
):
    organisation = await make_organisation()
    link = await invite(organisation, "young.remind@example.org")
    async with database.begin(organisation.scope) as db:
        await db.execute(
            text("update interview_links set expires_at = :at where id = :id"),
            {"at": clock.now() + timedelta(hours=30), "id": link.id},
        )
    await run_jobs()

    with travelled(timedelta(hours=1)):
        await look(organisation)
    assert reminders("young.remind@example.org") == []
    with travelled(timedelta(hours=26, minutes=1)):
        await look(organisation)
    assert len(reminders("young.remind@example.org")) == 1


async def test_a_deadline_that_moves_is_reminded_of_where_it_is(
    make_organisation, invite, run_jobs, look, reminders, database
):
    organisation = await make_organisation()
    link = await invite(organisation, "moved.remind@example.org")
    await run_jobs()
    with travelled(before_the_end(hours=48)):
        await look(organisation)
    assert len(reminders("moved.remind@example.org")) == 1

    async with database.begin(organisation.scope) as db:  # the interview closes for everybody five days later
        await db.execute(
            text("update interview_links set expires_at = expires_at + interval '5 days' where id = :id"),
            {"id": link.id},
        )
    with travelled(before_the_end(hours=4)):
        await look(organisation)
    assert len(reminders("moved.remind@example.org")) == 1
    with travelled(before_the_end(hours=48) + timedelta(days=5)):
        await look(organisation)
    assert len(reminders("moved.remind@example.org")) == 2


async def test_an_interview_that_closes_earlier_counts(make_organisation, invite, run_jobs, look, reminders, database):
    organisation = await make_organisation()
    link = await invite(organisation, "closes.remind@example.org")
    await run_jobs()
    async with database.begin(organisation.scope) as db:
        await db.execute(
            text("update interviews set closes_at = :at where id = :id"),
            {"at": clock.now() + timedelta(days=3), "id": link.interview_id},
        )

    with travelled(timedelta(days=1, minutes=1)):
        await look(organisation)

    (letter,) = reminders("closes.remind@example.org")
    assert "47 hours left" in letter.subject


async def test_a_revoked_invitation_is_not_reminded_of(make_organisation, invite, run_jobs, look, reminders, database):
    organisation = await make_organisation()
    link = await invite(organisation, "revoked.remind@example.org")
    await run_jobs()
    async with database.begin(organisation.scope) as db:
        await inviting.revoke_invitation(db, organisation.owner, link.interview_id, link.id)

    with travelled(before_the_end(hours=48)):
        await look(organisation)

    assert reminders("revoked.remind@example.org") == []


async def test_a_closed_interview_reminds_nobody_who_is_not_in(
    make_organisation, invite, run_jobs, look, reminders, database
):
    organisation = await make_organisation()
    link = await invite(organisation, "closed.remind@example.org")
    await run_jobs()
    async with database.begin(organisation.scope) as db:
        await db.execute(text("update interviews set state = 'closed' where id = :id"), {"id": link.interview_id})

    with travelled(before_the_end(hours=48)):
        await look(organisation)

    assert reminders("closed.remind@example.org") == []


async def test_who_has_begun_by_a_public_link_is_reminded_of_what_is_left(
    make_organisation, begin_session, run_jobs, look, reminders, runtime
):
    organisation = await make_organisation("Northwind")
    begun = await begin_session(organisation, "public.remind@example.org")
    await run_jobs()
    async with runtime.database.begin(organisation.scope) as db:
        session = await sessions.session(db, organisation.scope, begun.session_id)

    with travelled(session.expires_at - clock.now() - timedelta(hours=4)):
        await look(organisation)

    (letter,) = reminders("public.remind@example.org")
    assert f"/{begun.token}\n" in letter.text
    assert f"/{begun.token}/withdraw" in letter.text
    assert "1 question is left" in letter.text


async def test_an_invited_candidate_who_begins_is_reminded_as_one_who_has_begun(
    make_organisation, invite, begin_session, run_jobs, look, reminders, database, runtime
):
    organisation = await make_organisation()
    link = await invite(organisation, "begun.remind@example.org")
    await run_jobs()
    async with database.begin(organisation.scope) as db:
        opened = await links.invitation_link(
            db, runtime.provided.get(Secret), organisation.owner, link.interview_id, link.id
        )
    await begin_session(organisation, "begun.remind@example.org", token=opened.token, answer=True)
    await run_jobs()

    with travelled(before_the_end(hours=48)):
        await look(organisation)
        await look(organisation)

    (letter,) = reminders("begun.remind@example.org")
    assert "only has to be handed in" in letter.text


async def test_without_a_session_a_public_link_reminds_nobody(
    make_organisation, make_interview, database, runtime, run_jobs, queued
):
    organisation = await make_organisation()
    interview_id = await make_interview(organisation)
    async with database.begin(organisation.scope) as db:
        await links.make_public_link(db, runtime.provided.get(Secret), organisation.owner, interview_id)
    await run_jobs()

    assert await queued(organisation.id) == []


async def test_who_has_handed_in_is_not_reminded(make_organisation, finish, run_jobs, look, reminders, queued):
    organisation = await make_organisation()
    await finish(organisation, email="done.remind@example.org")
    await run_jobs()

    with travelled(timedelta(days=89)):
        await look(organisation)

    assert reminders("done.remind@example.org") == []
    assert "notifications.remind" not in await queued(organisation.id)


async def test_who_has_withdrawn_is_not_reminded(make_organisation, begin_session, run_jobs, look, reminders, database):
    organisation = await make_organisation()
    begun = await begin_session(organisation, "out.remind@example.org")
    await run_jobs()
    async with database.begin() as db:
        await sessions.withdraw(db, await sessions.lock_own(db, begun.key), erase_data=False)

    with travelled(timedelta(days=89)):
        await look(organisation)

    assert reminders("out.remind@example.org") == []


async def test_more_time_is_reminded_of_too(make_organisation, begin_session, run_jobs, look, reminders, database):
    organisation = await make_organisation()
    begun = await begin_session(organisation, "more.remind@example.org")
    await run_jobs()
    with travelled(timedelta(days=91)):
        await look(organisation, "sessions.expire", "notifications.remind")
        async with database.begin(organisation.scope) as db:
            until = clock.now() + timedelta(days=3)
            await sessions.extend(db, organisation.owner, begun.session_id, until)
        await run_jobs()
    with travelled(timedelta(days=92, minutes=1)):
        await look(organisation)

    (letter,) = reminders("more.remind@example.org")
    assert "47 hours left" in letter.subject


async def test_hours_that_the_recruiter_chose_hold(make_organisation, invite, run_jobs, look, reminders, database):
    organisation = await make_organisation()
    link = await invite(organisation, "chosen.remind@example.org")
    await run_jobs()
    async with database.begin(organisation.scope) as db:
        await db.execute(
            text("update interviews set reminder_hours = '{24}' where id = :id"), {"id": link.interview_id}
        )

    with travelled(before_the_end(hours=25)):
        await look(organisation)
        assert reminders("chosen.remind@example.org") == []
    with travelled(before_the_end(hours=24)):
        await look(organisation)
    assert len(reminders("chosen.remind@example.org")) == 1


@pytest.fixture
def choose(database):
    """Saves what the organisation has chosen about places, and whether people alone evaluate."""

    async def do(organisation, *places, people_only=False):
        async with database.begin(organisation.scope) as db:
            await choices.choose(
                db,
                organisation.owner,
                jurisdictions=places,
                people_only=people_only,
                before_notice=privacy.BeforeNotice.WAIT,
                longer_retention_days=None,
            )

    return do


async def test_a_reminder_repeats_the_notice_of_the_first_letter(
    make_organisation, invite, run_jobs, look, post, reminders, choose
):
    organisation = await make_organisation("Northwind")
    await choose(organisation, privacy.Jurisdiction.NEW_YORK_CITY)
    await invite(organisation, "nyc.remind@example.org")
    await run_jobs()
    (first,) = post.to("nyc.remind@example.org")
    told = re.search(r"Local Law 144, (.+)\n", first.text)[1]
    begins = re.search(r"no answer of yours before (.+), ten business days", first.text)[1]

    with travelled(before_the_end(hours=47, minutes=59)):
        await look(organisation)

    (reminder,) = reminders("nyc.remind@example.org")
    assert "if you agree, a program reads the words of your answers" in reminder.text
    assert f"you were told on {told}: it evaluates no answer of yours before {begins}." in reminder.text
    assert "The whole notice is on the first page, before you begin." in reminder.text


async def test_elsewhere_a_reminder_speaks_of_the_program_alone(
    make_organisation, invite, run_jobs, look, reminders, choose
):
    organisation = await make_organisation("Northwind")
    await invite(organisation, "any.remind@example.org")
    await run_jobs()
    with travelled(before_the_end(hours=47, minutes=59)):
        await look(organisation)
    (reminder,) = reminders("any.remind@example.org")
    assert "if you agree, a program reads" in reminder.text
    assert "Local Law" not in reminder.text

    await choose(organisation, people_only=True)
    with travelled(before_the_end(hours=3, minutes=50)):
        await look(organisation)
    (_first, second) = reminders("any.remind@example.org")
    assert "No program evaluates your answers: people read them and decide." in second.text
    assert "whole notice" not in second.text


async def test_who_has_begun_reads_what_they_decided(
    make_organisation, begin_session, run_jobs, look, reminders, database
):
    organisation = await make_organisation("Northwind")
    begun = await begin_session(organisation, "own.remind@example.org")
    await run_jobs()
    async with database.begin(organisation.scope) as db:
        await db.execute(
            text("update sessions set expires_at = :at where id = :id"),
            {"at": clock.now() + timedelta(hours=60), "id": begun.session_id},
        )
    with travelled(timedelta(hours=13)):
        await look(organisation)
    (reminder,) = reminders("own.remind@example.org")
    assert "as you agreed, a program reads the words of your answers" in reminder.text
    assert re.search(rf"The whole notice: http\S+/{begun.token}/my-data\n", reminder.text)

    async with database.begin(organisation.scope) as db:
        await db.execute(text("update sessions set human_only = true where id = :id"), {"id": begun.session_id})
    with travelled(timedelta(hours=57)):
        await look(organisation)
    assert "No program evaluates your answers" in reminders("own.remind@example.org")[-1].text
