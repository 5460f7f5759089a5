"""Webhooks for people."""

from __future__ import annotations

import re

import pytest

from colloquy.contexts.identity.public import Role
from colloquy.contexts.webhooks.schemas.happenings import CATALOGUE

HOME = "/settings/webhooks"
FORM = {"url": "https://hooks.example.com/new", "description": "Tracking", "event_types": ["report.ready"]}
NOBODY = "01a1fe95-0df6-7196-84d4-30a99d7f64a0"
"""No row has it, and it is the same in every process that collects these tests."""


@pytest.fixture
async def browser(browser_client, make_organisation):
    return await browser_client(await make_organisation())


async def test_without_a_webhook_the_page_says_what_one_is(browser):
    page = await browser.page(HOME)

    assert "No webhook yet" in page.text
    assert f'href="{HOME}/new"' in page.text
    assert HOME in (await browser.page("/settings")).text
    assert "No webhook yet" in (await browser.page(f"{HOME}/messages")).text


async def test_a_webhook_is_added_and_its_secret_shown_once(browser):
    form = await browser.page(f"{HOME}/new")
    assert all(name in form.text for name in CATALOGUE)
    made = await browser.submit(HOME, FORM)

    [secret] = re.findall(r"whsec_[A-Za-z0-9+/=]+", made.text)
    endpoint_id = _id(made.text)
    for path in (HOME, f"{HOME}/{endpoint_id}", f"{HOME}/{endpoint_id}/edit"):
        page = (await browser.page(path)).text
        assert secret not in page
        assert "hooks.example.com" in page


async def test_what_is_wrong_is_said_beside_the_field_and_what_was_written_stays(browser):
    refused = await browser.submit(HOME, {**FORM, "url": "https://192.168.1.7/hook"})
    without = await browser.submit(HOME, {**FORM, "event_types": []})
    nothing = await browser.submit(HOME, {})

    assert (refused.status_code, without.status_code, nothing.status_code) == (422, 422, 422)
    assert "COLLOQUY_OUTBOUND_ALLOW=192.168.1.7:443" in refused.text
    assert 'value="https://192.168.1.7/hook"' in refused.text
    assert "Choose at least one event." in without.text
    assert "Write the address that messages are sent to." in nothing.text


async def test_a_webhook_is_changed_switched_and_deleted(browser):
    endpoint_id = _id((await browser.submit(HOME, FORM)).text)
    at = f"{HOME}/{endpoint_id}"
    changed = await browser.submit(f"{at}/edit", {**FORM, "description": "Payroll"})
    wrong = await browser.submit(f"{at}/edit", {**FORM, "url": "nowhere"})
    assert (changed.status_code, wrong.status_code) == (303, 422)
    assert "Payroll" in (await browser.page(at)).text
    await browser.submit(f"{at}/disable")
    assert "Switch on" in (await browser.page(at)).text
    assert "Switch it on first" in (await browser.get((await browser.submit(f"{at}/test")).headers["location"])).text
    await browser.submit(f"{at}/enable")
    assert "This cannot be undone" in (await browser.page(f"{at}/delete")).text
    assert (await browser.submit(f"{at}/delete")).status_code == 303
    assert (await browser.page(at)).status_code == 404


async def test_a_new_secret_is_shown_once_and_the_page_says_until_when_both_sign(browser):
    made = (await browser.submit(HOME, FORM)).text
    endpoint_id = _id(made)
    rotated = (await browser.submit(f"{HOME}/{endpoint_id}/rotate")).text

    [old], [new] = (re.findall(r"whsec_[A-Za-z0-9+/=]+", text) for text in (made, rotated))
    assert old != new
    assert "two signatures" in (await browser.page(f"{HOME}/{endpoint_id}")).text


async def test_a_test_event_leads_to_its_page_with_every_try(hook, receiver, run_jobs, browser_client):
    hooked = await hook()
    browser = await browser_client(hooked.actor)
    receiver.reply = b"HTTP/1.1 500 No\r\nContent-Length: 26\r\nConnection: close\r\n\r\n<script>alert(1)</script>!!"
    sent = await browser.submit(f"{HOME}/{hooked.endpoint_id}/test")
    address = sent.headers["location"]
    assert "Not tried yet." in (await browser.page(address)).text
    await run_jobs()
    page = (await browser.page(address)).text

    assert "The next try is" in page
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "500" in (await browser.page(f"{HOME}/{hooked.endpoint_id}")).text
    receiver.reply = b"HTTP/1.1 204 Fine\r\nConnection: close\r\n\r\n"
    await browser.submit(f"{address}/send-again")
    await run_jobs()
    assert "Delivered" in (await browser.page(address)).text


async def test_the_log_is_filtered(hook, run_jobs, browser_client):
    hooked = await hook()
    browser = await browser_client(hooked.actor)
    await browser.submit(f"{HOME}/{hooked.endpoint_id}/test")
    await run_jobs()
    log = f"{HOME}/messages"

    assert "webhook.test</a>" in (await browser.page(log)).text
    assert "webhook.test</a>" in (await browser.page(f"{log}?endpoint={hooked.endpoint_id}&state=delivered")).text
    assert "Choose another filter" in (await browser.page(f"{log}?state=failed")).text
    for nonsense in ("state=golden", "endpoint=1", f"endpoint={NOBODY}", "before=x", "type=gossip"):
        assert "webhook.test</a>" in (await browser.page(f"{log}?{nonsense}")).text, nonsense


async def test_what_failed_is_sent_again_from_the_page(hook, receiver, run_jobs, browser_client):
    hooked = await hook()
    browser, at = await browser_client(hooked.actor), f"{HOME}/{hooked.endpoint_id}"
    receiver.reply = b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    await browser.submit(f"{at}/test")
    await run_jobs()
    assert "The server answered 410" in (await browser.page(at)).text
    await browser.submit(f"{at}/enable")
    receiver.reply = b"HTTP/1.1 204 Fine\r\nConnection: close\r\n\r\n"
    assert "Send again what was not delivered" in (await browser.page(at)).text
    done = await browser.submit(f"{at}/send-failed", {"since": "24"})
    await run_jobs()

    assert "1 message is sent again." in (await browser.page(done.headers["location"])).text
    assert [one.state for one in await hooked.messages()] == ["delivered"]


@pytest.mark.parametrize("path", ["", "/new", "/messages", f"/{NOBODY}", f"/{NOBODY}/edit", f"/messages/{NOBODY}"])
async def test_others_are_refused(browser_client, make_organisation, path):
    recruiter = await browser_client(await make_organisation(), Role.RECRUITER)
    assert (await recruiter.page(HOME + path)).status_code == 403
    assert (await (await browser_client()).page(HOME + path)).status_code == 303


async def test_another_organisations_webhook_is_not_there(hook, browser_client, make_organisation):
    hooked = await hook()
    stranger = await browser_client(await make_organisation())
    at = f"{HOME}/{hooked.endpoint_id}"

    for path in (at, f"{at}/edit", f"{at}/delete"):
        assert (await stranger.page(path)).status_code == 404, path
    for verb in ("rotate", "enable", "disable", "delete", "test", "send-failed"):
        assert (await stranger.submit(f"{at}/{verb}")).status_code == 404, verb
    assert (await stranger.submit(f"{at}/edit", FORM)).status_code == 404


def _id(page: str) -> str:
    found = re.search(rf'href="{HOME}/([0-9a-f-]{{36}})"', page)
    assert found, page
    return found[1]
