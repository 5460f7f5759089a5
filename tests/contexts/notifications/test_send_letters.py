"""Events become letters: the right people, once each, in their language, with links that work."""

import re

import pytest
from sqlalchemy import text

from colloquy.contexts.identity.public import Role
from colloquy.contexts.identity.service import invite as colleagues
from colloquy.contexts.identity.service import members
from colloquy.contexts.interviews.events import CandidateInvited
from colloquy.contexts.interviews.service import inviting
from colloquy.contexts.notifications import jobs
from colloquy.contexts.notifications.policy.sending import LetterKind
from colloquy.contexts.scoring.events import ReportReady
from colloquy.contexts.sessions.events import InterviewCompleted
from colloquy.kit.address import PublicAddress
from colloquy.kit.crypto import Secret
from colloquy.kit.errors import Transient
from colloquy.kit.events import publish
from colloquy.kit.jobs import dead_letters, enqueue, run_again
from colloquy.kit.jobs.job import call
from colloquy.providers.mail.port import MailRefused


async def states(database, organisation) -> dict[str, tuple[str, str | None]]:
    """State and reason by recipient."""
    async with database.begin(organisation.scope) as db:
        rows = await db.execute(text("select recipient, state, reason from sendings order by id"))
        return {row.recipient: (row.state, row.reason) for row in rows}


async def test_an_invited_candidate_gets_a_link_that_opens_the_interview(
    make_organisation, invite, post, run_jobs, runtime, browser_client
):
    organisation = await make_organisation("Northwind")
    await invite(organisation, "ada.letters@example.org", "Ada")

    await run_jobs()

    (letter,) = post.to("ada.letters@example.org")
    assert letter.to_name == "Ada"
    assert letter.from_name == "Northwind"
    address = runtime.provided.get(PublicAddress).origin
    link = re.search(rf"{re.escape(address)}(/[\w-]+)\n", letter.text)
    assert link
    page = await (await browser_client()).page(link[1])
    assert page.status_code == 200
    assert "Backend developer" in page.text


async def test_the_candidate_is_written_to_in_the_language_of_the_interview(make_organisation, invite, post, run_jobs):
    await invite(await make_organisation(), "oleg.letters@example.org", "Олег", language="ru")

    await run_jobs()

    (letter,) = post.to("oleg.letters@example.org")
    assert "Здравствуйте" in letter.text


async def test_an_invitation_sent_again_is_another_letter(make_organisation, invite, post, run_jobs, database):
    organisation = await make_organisation()
    link = await invite(organisation, "twice.letters@example.org")
    await run_jobs()

    async with database.begin(organisation.scope) as db:
        await inviting.invite_again(db, organisation.owner, link.interview_id, link.id)
    await run_jobs()

    letters = post.to("twice.letters@example.org")
    assert len({letter.message_id for letter in letters}) == len(letters) == 2


async def test_an_invitation_taken_back_before_it_left_is_not_sent(
    make_organisation, invite, addressed, post, run_jobs, database
):
    organisation = await make_organisation()
    link = await invite(organisation, "revoked.letters@example.org")
    await addressed(organisation, LetterKind.INVITATION, link.id)
    async with database.begin(organisation.scope) as db:
        await inviting.revoke_invitation(db, organisation.owner, link.interview_id, link.id)

    await run_jobs()

    assert post.to("revoked.letters@example.org") == []
    assert (await states(database, organisation))["revoked.letters@example.org"][0] == "not_needed"


async def test_an_invited_colleague_gets_a_link(make_organisation, database, runtime, post, run_jobs):
    organisation = await make_organisation("Northwind")
    async with database.begin(organisation.scope) as db:
        invited = await colleagues.invite(
            db, runtime.provided.get(Secret), organisation.owner, email="eve.letters@example.org", role=Role.RECRUITER
        )

    await run_jobs()

    (letter,) = post.to("eve.letters@example.org")
    assert f"/join/{invited.token}" in letter.text
    assert "Olga Owner" in letter.text


async def test_a_finished_interview_is_told_to_those_who_hire_and_the_candidate_is_thanked(
    make_organisation, make_member, finish, post, run_jobs
):
    organisation = await make_organisation()
    admin = await make_member(organisation, Role.ADMIN)
    recruiter = await make_member(organisation, Role.RECRUITER)
    reviewer = await make_member(organisation, Role.REVIEWER)

    done = await finish(organisation, name="Ivan Smirnov", email="ivan.letters@example.org")
    await run_jobs()

    for member in (organisation.owner, admin, recruiter):
        completed = [letter for letter in post.to(member.email) if "finished" in letter.text.lower()]
        assert len(completed) == 1, post.to(member.email)
        assert f"/sessions/{done.session_id}" in completed[0].text
        assert "Ivan Smirnov" in completed[0].text
    assert post.to(reviewer.email) == []
    (thanks,) = post.to("ivan.letters@example.org")
    assert thanks.to_name == "Ivan Smirnov"
    assert thanks.text.count("/my-data\n") == 1
    assert str(done.session_id) not in thanks.text


@pytest.mark.parametrize("evaluation", [True, False])
async def test_the_candidate_reads_whether_a_program_evaluates(make_organisation, finish, post, run_jobs, evaluation):
    email = f"{evaluation}.letters@example.org"
    await finish(await make_organisation(), email=email, evaluation=evaluation)

    await run_jobs()

    (thanks,) = post.to(email)
    assert ("No software evaluates your answers" in thanks.text) is not evaluation


async def test_the_same_event_twice_and_the_same_cause_twice_send_once(
    make_organisation, finish, post, run_jobs, database
):
    organisation = await make_organisation()
    done = await finish(organisation, email="once.letters@example.org")
    await run_jobs()

    async with database.begin(organisation.scope) as db:
        await publish(db, InterviewCompleted(organisation.id, done.session_id))
    await run_jobs()

    assert len(post.to("once.letters@example.org")) == 1
    assert len(post.to(organisation.owner.email)) == len(
        {letter.message_id for letter in post.to(organisation.owner.email)}
    )


async def test_a_job_that_runs_again_after_the_letter_left_sends_nothing(
    make_organisation, invite, post, run_jobs, database
):
    organisation = await make_organisation()
    await invite(organisation, "again.letters@example.org")
    await run_jobs()
    async with database.begin(organisation.scope) as db:
        sending_id = await db.scalar(text("select id from sendings"))
        await enqueue(db, "notifications.send", org_id=organisation.id, sending_id=sending_id)

    await run_jobs()

    assert len(post.to("again.letters@example.org")) == 1


async def test_a_crash_after_sending_repeats_the_letter_under_the_same_id(
    make_organisation, invite, post, run_jobs, database
):
    organisation = await make_organisation()
    await invite(organisation, "crash.letters@example.org")
    await run_jobs()
    async with database.begin(organisation.scope) as db:  # as if the process had died before it wrote "sent"
        sending_id = await db.scalar(text("update sendings set state = 'queued' returning id"))
        await enqueue(db, "notifications.send", org_id=organisation.id, sending_id=sending_id)

    await run_jobs()

    letters = post.to("crash.letters@example.org")
    assert len(letters) == 2
    assert len({letter.message_id for letter in letters}) == 1


async def test_a_mail_server_that_is_away_for_a_moment_delays_the_letter(
    make_organisation, invite, post, run_jobs, database
):
    organisation = await make_organisation()
    post.fail(
        "delayed.letters@example.org",
        Transient("The mail server cannot be reached."),
        Transient("The mail server cannot be reached."),
    )
    await invite(organisation, "delayed.letters@example.org")

    await run_jobs()

    assert len(post.to("delayed.letters@example.org")) == 1
    assert await states(database, organisation) == {"delayed.letters@example.org": ("sent", None)}


async def test_a_letter_waits_with_its_reason_while_tries_go_on(
    make_organisation, invite, post, addressed, database, runtime, run_jobs
):
    organisation = await make_organisation()
    link = await invite(organisation, "waiting.letters@example.org")
    sending_id = await addressed(organisation, LetterKind.INVITATION, link.id)
    post.fail("waiting.letters@example.org", Transient("The mail server cannot be reached."))

    with pytest.raises(Transient):
        await call(jobs.send_letter, runtime.provided, {"org_id": organisation.id.hex, "sending_id": sending_id.hex})

    assert await states(database, organisation) == {
        "waiting.letters@example.org": ("queued", "The mail server cannot be reached.")
    }
    await run_jobs()
    assert await states(database, organisation) == {"waiting.letters@example.org": ("sent", None)}


async def test_after_five_tries_the_letter_has_failed_and_the_given_up_job_can_be_run_again(
    make_organisation, invite, post, run_jobs, database
):
    organisation = await make_organisation()
    post.fail("failed.letters@example.org", *[Transient("The mail server cannot be reached.")] * 5)
    await invite(organisation, "failed.letters@example.org")
    await run_jobs()
    assert await states(database, organisation) == {
        "failed.letters@example.org": ("failed", "The mail server cannot be reached.")
    }

    async with database.begin(organisation.scope) as db:
        (dead,) = await dead_letters(db, organisation.scope)
        assert "failed.letters@example.org" not in str(dead.payload)
        assert await run_again(db, organisation.scope, dead.id)
    await run_jobs()

    assert await states(database, organisation) == {"failed.letters@example.org": ("sent", None)}


async def test_a_refused_letter_is_not_tried_again(make_organisation, invite, post, run_jobs, database):
    organisation = await make_organisation()
    post.fail(
        "refused.letters@example.org",
        MailRefused("The recipient's mail server refused the letter (550). Check the address."),
    )
    await invite(organisation, "refused.letters@example.org")

    await run_jobs()

    assert post.to("refused.letters@example.org") == []
    assert await states(database, organisation) == {
        "refused.letters@example.org": (
            "refused",
            "The recipient's mail server refused the letter (550). Check the address.",
        )
    }


async def test_a_colleague_who_left_before_the_letter_gets_none(
    make_organisation, make_member, finish, addressed, post, run_jobs, database
):
    organisation = await make_organisation()
    leaver = await make_member(organisation, Role.RECRUITER)
    done = await finish(organisation, email="leaver.letters@example.org")
    await addressed(organisation, LetterKind.INTERVIEW_COMPLETED, done.session_id)
    async with database.begin(organisation.scope) as db:
        await members.remove(db, organisation.owner, leaver.person_id)

    await run_jobs()

    assert post.to(leaver.email) == []
    assert (await states(database, organisation))[leaver.email][0] == "not_needed"
    told = [letter for letter in post.to(organisation.owner.email) if "finished" in letter.subject]
    assert len(told) == 1


async def test_the_team_hears_of_the_first_report_and_not_of_later_ones(
    make_organisation, make_member, finish, post, run_jobs, database
):
    organisation = await make_organisation()
    reviewer = await make_member(organisation, Role.REVIEWER)
    done = await finish(organisation, name="Ivan Smirnov", email="report.letters@example.org")
    await run_jobs()

    def reports():
        return [letter for letter in post.to(organisation.owner.email) if letter.subject.startswith("Report ready")]

    assert len(reports()) == 1, [letter.subject for letter in post.to(organisation.owner.email)]
    assert f"/sessions/{done.session_id}" in reports()[0].text
    assert "Ivan Smirnov" in reports()[0].subject
    assert "Overall:" in reports()[0].text
    assert post.to(reviewer.email) == []

    async with database.begin(organisation.scope) as db:
        await publish(db, ReportReady(organisation.id, done.session_id, 2))
    await run_jobs()

    assert len(reports()) == 1


async def test_an_event_about_another_tenants_link_sends_nothing(make_organisation, invite, post, run_jobs, database):
    theirs = await make_organisation("Theirs")
    link = await invite(theirs, "stranger.letters@example.org")
    await run_jobs()
    ours = await make_organisation("Ours")

    async with database.begin(ours.scope) as db:
        await publish(db, CandidateInvited(ours.id, link.interview_id, link.id, 7))
    await run_jobs()

    assert len(post.to("stranger.letters@example.org")) == 1
    assert await states(database, ours) == {}
