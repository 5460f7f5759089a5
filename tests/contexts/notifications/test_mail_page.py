"""`/mail`: what became of letters, reading those that are files, sending again what did not arrive."""

import re

import pytest
from sqlalchemy import text
from tests.contexts.notifications.mailers import Post, mailing_with

from colloquy.contexts.identity.public import Permission, Role
from colloquy.kit.errors import Transient
from colloquy.kit.ids import new_id
from colloquy.providers.mail.port import MailRefused

NOBODY = "nobody receives them until SMTP is set up"


@pytest.fixture
def message_id(database):
    """`await message_id(organisation)`: of the organisation's newest letter."""

    async def find(organisation) -> str:
        async with database.begin(organisation.scope) as db:
            return await db.scalar(text("select message_id from sendings order by id desc limit 1"))

    return find


async def test_without_letters_the_page_says_what_brings_the_first(make_organisation, browser_client, folder):
    browser = await browser_client(await make_organisation())

    page = await browser.page("/mail")

    assert page.status_code == 200
    assert "No letters yet" in page.text
    assert NOBODY in page.text


async def test_a_letter_in_a_file_can_be_read_in_a_frame_and_as_text(
    make_organisation, invite, folder, run_jobs, browser_client, message_id
):
    organisation = await make_organisation("Northwind")
    await invite(organisation, "ada.page@example.org", "Ada <script>alert(1)</script>")
    await run_jobs()
    browser, letter = await browser_client(organisation), await message_id(organisation)

    listed = await browser.page("/mail")
    shown = await browser.page(f"/mail/{letter}")
    plain = await browser.page(f"/mail/{letter}?view=text")
    body = await browser.page(f"/mail/{letter}/body")

    assert "ada.page@example.org" in listed.text
    assert "Kept as a file" in listed.text
    assert f'href="/mail/{letter}"' in listed.text
    assert f'src="/mail/{letter}/body"' in shown.text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in shown.text
    assert "Northwind invites you" in plain.text
    assert re.search(r'<a href="http://[^"]+/[\w-]{20,}"', plain.text), "the link in plain text can be followed"
    policy = body.headers["content-security-policy"].split("; ")
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert body.headers["x-content-type-options"] == "nosniff"
    assert "<script" not in body.text
    assert '<base target="_blank">' in body.text


async def test_what_is_attached_to_a_letter_can_be_saved(
    make_organisation, invite, folder, run_jobs, browser_client, message_id
):
    organisation = await make_organisation("Northwind")
    await invite(organisation, "attached.page@example.org")
    await run_jobs()
    browser, letter = await browser_client(organisation), await message_id(organisation)

    shown = await browser.page(f"/mail/{letter}")
    saved = await browser.page(f"/mail/{letter}/attachments/1")
    stranger = await browser_client(await make_organisation("Elsewhere"))

    assert f'href="/mail/{letter}/attachments/1"' in shown.text
    assert saved.headers["content-disposition"] == 'attachment; filename="deadline.ics"'
    assert saved.headers["content-type"].startswith("text/calendar")
    assert saved.content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert (await browser.page(f"/mail/{letter}/attachments/2")).status_code == 404
    assert (await stranger.page(f"/mail/{letter}/attachments/1")).status_code == 404


async def test_a_letter_that_went_out_by_mail_cannot_be_opened(
    make_organisation, invite, post, run_jobs, browser_client, message_id
):
    organisation = await make_organisation()
    await invite(organisation, "gone.page@example.org")
    await run_jobs()
    browser, letter = await browser_client(organisation), await message_id(organisation)

    listed = await browser.page("/mail")

    assert NOBODY not in listed.text
    assert f'href="/mail/{letter}"' not in listed.text
    assert (await browser.page(f"/mail/{letter}")).status_code == 404
    assert (await browser.page(f"/mail/{letter}/body")).status_code == 404


async def test_a_letter_whose_file_was_deleted_is_said_to_be_gone(
    make_organisation, invite, folder, run_jobs, browser_client, message_id
):
    organisation = await make_organisation()
    await invite(organisation, "tidied.page@example.org")
    await run_jobs()
    letter = await message_id(organisation)
    (folder.folder / f"{letter}.eml").unlink()

    page = await (await browser_client(organisation)).page(f"/mail/{letter}")

    assert page.status_code == 404
    assert "There is no file of this letter" in page.text


async def test_a_refused_letter_shows_why_and_can_be_sent_again(
    make_organisation, invite, post, run_jobs, browser_client, message_id
):
    organisation = await make_organisation()
    post.fail("refused.page@example.org", MailRefused("The recipient's mail server refused the letter (550)."))
    await invite(organisation, "refused.page@example.org")
    await run_jobs()
    browser, letter = await browser_client(organisation), await message_id(organisation)
    page = await browser.page("/mail?state=refused")
    assert "refused the letter (550)" in page.text
    assert f"/mail/{letter}/send-again" in page.text

    answer = await browser.submit(f"/mail/{letter}/send-again")
    waiting = await browser.page("/mail")
    await run_jobs()

    assert (answer.status_code, answer.headers["location"]) == (303, "/mail")
    assert "On its way" in waiting.text
    assert 'hx-trigger="every 3s"' in waiting.text
    (sent,) = post.to("refused.page@example.org")
    assert sent.message_id == letter
    done = await browser.page("/mail")
    assert "Send again" not in done.text
    assert "hx-trigger" not in done.text


async def test_a_letter_that_failed_five_times_can_be_sent_again(
    make_organisation, invite, post, run_jobs, browser_client, message_id
):
    organisation = await make_organisation()
    post.fail("failed.page@example.org", *[Transient("The mail server cannot be reached.")] * 5)
    await invite(organisation, "failed.page@example.org")
    await run_jobs()
    browser, letter = await browser_client(organisation), await message_id(organisation)
    assert "The mail server cannot be reached." in (await browser.page("/mail?state=failed")).text

    await browser.submit(f"/mail/{letter}/send-again")
    await run_jobs()

    assert len(post.to("failed.page@example.org")) == 1


async def test_a_letter_kept_as_a_file_may_be_sent_once_there_is_a_mail_server(
    make_organisation, invite, folder, run_jobs, browser_client, message_id, runtime
):
    organisation = await make_organisation()
    await invite(organisation, "later.page@example.org")
    await run_jobs()
    browser, letter = await browser_client(organisation), await message_id(organisation)
    assert (await browser.submit(f"/mail/{letter}/send-again")).status_code == 409

    server = Post()
    with mailing_with(runtime, server):
        answer = await browser.submit(f"/mail/{letter}/send-again")
        await run_jobs()

    assert answer.status_code == 303
    assert len(server.to("later.page@example.org")) == 1


async def test_a_letter_that_arrived_is_not_sent_again(
    make_organisation, invite, post, run_jobs, browser_client, message_id
):
    organisation = await make_organisation()
    await invite(organisation, "arrived.page@example.org")
    await run_jobs()
    browser, letter = await browser_client(organisation), await message_id(organisation)

    answer = await browser.submit(f"/mail/{letter}/send-again")
    await run_jobs()

    assert answer.status_code == 409
    assert len(post.to("arrived.page@example.org")) == 1


@pytest.mark.parametrize("role", [Role.RECRUITER, Role.REVIEWER])
async def test_only_those_who_may_see_mail_see_it(
    make_organisation, invite, folder, run_jobs, browser_client, message_id, role
):
    organisation = await make_organisation()
    await invite(organisation, "secret.page@example.org")
    await run_jobs()
    browser, letter = await browser_client(organisation, role), await message_id(organisation)

    for path in ("/mail", "/mail/letters", f"/mail/{letter}", f"/mail/{letter}/body"):
        page = await browser.page(path)
        assert page.status_code == 403, path
        assert "secret.page@example.org" not in page.text
    assert (await browser.submit(f"/mail/{letter}/send-again")).status_code == 403


async def test_another_tenants_letters_are_not_there(
    make_organisation, invite, folder, run_jobs, browser_client, message_id
):
    theirs = await make_organisation("Theirs")
    await invite(theirs, "theirs.page@example.org")
    await run_jobs()
    letter = await message_id(theirs)
    browser = await browser_client(await make_organisation("Ours"), Permission.MAIL_VIEW)

    assert "theirs.page@example.org" not in (await browser.page("/mail")).text
    for path in (f"/mail/{letter}", f"/mail/{letter}/body", f"/mail/{new_id().hex}"):
        assert (await browser.page(path)).status_code == 404, path
    assert (await browser.submit(f"/mail/{letter}/send-again")).status_code == 404


async def test_somebody_signed_out_is_led_to_the_sign_in(browser_client):
    page = await (await browser_client()).page("/mail?state=sent")

    assert page.status_code == 303
    assert page.headers["location"] == "/sign-in?next=%2Fmail%3Fstate%3Dsent"


async def test_older_letters_are_a_page_away_and_odd_addresses_are_forgiven(
    make_organisation, invite, post, run_jobs, browser_client, database
):
    organisation = await make_organisation()
    await invite(organisation, "first.page@example.org")
    await run_jobs()
    async with database.begin(organisation.scope) as db:
        for number in range(50):
            await db.execute(
                text(
                    "insert into sendings (id, org_id, effect_id, kind, about_id, recipient, message_id,"
                    " state, created_at) values (:id, :org, :effect, 'invitation', :id, :to, :message, 'sent', now())"
                ),
                {
                    "id": new_id(),
                    "org": organisation.id,
                    "effect": new_id().hex,
                    "to": f"n{number}@example.org",
                    "message": new_id().hex,
                },
            )
    browser = await browser_client(organisation)

    newest = await browser.page("/mail")
    older = re.search(r'rel="next" href="([^"]+)"', newest.text)

    assert "first.page@example.org" not in newest.text
    assert older
    assert "first.page@example.org" in (await browser.page(older[1].replace("&amp;", "&"))).text
    odd = await browser.page("/mail?state=nonsense&before=nonsense")
    assert odd.status_code == 200
    assert "n49@example.org" in odd.text
