"""A message arrives, signed; and what happens when it does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from standardwebhooks import Webhook, WebhookVerificationError
from tests.contexts.webhooks.hooking import receiving
from tests.factories.interviews import TEXT, publish_interview
from tests.providers.outbound.receivers import answer

from colloquy.contexts.webhooks.policy import schedule
from colloquy.contexts.webhooks.service import again, change
from colloquy.kit.clock import travelled
from colloquy.kit.crypto import Secret
from colloquy.kit.jobs import enqueue

FAILING = answer("500 Internal Server Error", b"boom")


async def test_what_happens_is_told_once_signed_and_without_anything_personal(hook, receiver, run_jobs, runtime):
    hooked = await hook()
    interview = await publish_interview(runtime, hooked.organisation, TEXT)
    await run_jobs()
    await run_jobs()

    assert sorted(had.message["type"] for had in receiver.had) == ["interview.created", "interview.published"]
    had = receiver.had[0]
    Webhook(hooked.secret).verify(had.body, had.headers)
    assert had.message["data"] == {
        "interview_id": str(interview.id),
        "url": f"{runtime.settings.address}/api/interviews/{interview.id}",
    }
    assert had.headers["webhook-id"].startswith("msg_")
    assert [(one.state, one.tries) for one in await hooked.messages()] == [("delivered", 1)] * 2


async def test_a_signature_by_anybody_else_is_not_accepted(hook, receiver, run_jobs):
    hooked, other = await hook(), await hook()
    await _test_event(hooked)
    await run_jobs()

    [had] = receiver.had
    with pytest.raises(WebhookVerificationError):
        Webhook(other.secret).verify(had.body, had.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(hooked.secret).verify(had.body + b" ", had.headers)


async def test_a_message_is_tried_ten_times_over_75_hours(hook, receiver, run_jobs, later):
    receiver.reply = FAILING
    hooked = await hook()
    waits = await _until_the_end(hooked, run_jobs, later)

    assert len(receiver.had) == schedule.TRIES == 10
    assert len({had.headers["webhook-id"] for had in receiver.had}) == 1
    assert len({had.body for had in receiver.had}) == 1
    took = sum(waits, timedelta())
    assert timedelta(hours=75) <= took <= timedelta(hours=75.6) * (1 + schedule.JITTER)
    for waited, planned in zip(waits, schedule.WAITS, strict=True):
        assert planned - timedelta(seconds=2) <= waited <= planned * (1 + schedule.JITTER)
    [message] = await hooked.messages()
    assert (message.state, message.reason, message.tries) == ("failed", "exhausted", 10)
    assert (await hooked.endpoint()).enabled


async def test_a_late_success_ends_the_tries(hook, receiver, run_jobs, later):
    receiver.replies = [FAILING, FAILING]
    hooked = await hook()
    waits = await _until_the_end(hooked, run_jobs, later)

    assert (len(waits), len(receiver.had)) == (2, 3)
    [message] = await hooked.messages()
    assert (message.state, message.tries) == ("delivered", 3)
    assert (await hooked.endpoint()).failing_since is None


async def test_what_a_server_asks_for_with_retry_after_is_granted(hook, receiver, run_jobs, later):
    receiver.replies = [answer("429 Too Many Requests", b"", "Retry-After: 3600")]
    hooked = await hook()
    waits = await _until_the_end(hooked, run_jobs, later)

    assert [round(wait / timedelta(hours=1), 2) for wait in waits] == [1.0]


async def test_a_redirect_is_a_failure_and_nobody_is_sent_elsewhere(hook, receiver, run_jobs):
    receiver.reply = answer("307 Temporary Redirect", b"", "Location: http://127.0.0.1:9/")
    hooked = await hook()
    await _test_event(hooked)
    await run_jobs()

    [message] = await hooked.messages()
    assert (message.state, message.tries, len(receiver.had)) == ("pending", 1, 1)
    assert await _problems(hooked) == ["redirect"]


async def test_410_switches_the_webhook_off_and_its_maker_hears_of_it(hook, receiver, run_jobs, runtime):
    receiver.reply = answer("410 Gone")
    hooked = await hook()
    await _test_event(hooked)
    await run_jobs()

    endpoint, [message] = await hooked.endpoint(), await hooked.messages()
    assert (endpoint.enabled, endpoint.stopped) == (False, "gone")
    assert (message.state, message.reason, len(receiver.had)) == ("failed", "gone", 1)
    assert await _letters(hooked) == [(hooked.actor.email, "sent")]
    await publish_interview(runtime, hooked.organisation, TEXT)
    await run_jobs()
    assert len(receiver.had) == 1, "nothing is sent to a webhook that is off"


async def test_a_webhook_that_fails_for_five_days_is_switched_off(hook, receiver, run_jobs):
    receiver.reply = FAILING
    hooked = await hook()
    for days, on in ((0, True), (4.9, True), (5, False)):
        with travelled(timedelta(days=days)):
            await _test_event(hooked)
            await run_jobs()
        assert (await hooked.endpoint()).enabled is on, days

    assert (await hooked.endpoint()).stopped == "failing"
    assert await _letters(hooked) == [(hooked.actor.email, "sent")]


async def test_one_success_within_five_days_keeps_it_on(hook, receiver, run_jobs):
    hooked = await hook()
    for days, reply in ((0, FAILING), (3, answer()), (6, FAILING)):
        receiver.reply = reply
        with travelled(timedelta(days=days)):
            await _test_event(hooked)
            await run_jobs()

    assert (await hooked.endpoint()).enabled


async def test_two_secrets_overlap_for_a_day(hook, receiver, run_jobs, runtime):
    hooked = await hook()
    async with runtime.database.begin(hooked.organisation.scope) as db:
        _, new = await change.rotate_secret(db, runtime.provided.get(Secret), hooked.actor, hooked.endpoint_id)
    await _test_event(hooked)
    await run_jobs()
    with travelled(timedelta(hours=25)):
        await _test_event(hooked)
        await run_jobs()

    within, after = receiver.had
    Webhook(new).verify(within.body, within.headers)
    Webhook(hooked.secret).verify(within.body, within.headers)
    assert len(within.headers["webhook-signature"].split()) == 2
    assert len(after.headers["webhook-signature"].split()) == 1
    with pytest.raises(WebhookVerificationError):
        Webhook(hooked.secret).verify(after.body, {**after.headers, "webhook-timestamp": _now()})


async def test_a_job_that_runs_twice_sends_once(hook, receiver, run_jobs, runtime):
    hooked = await hook()
    message_id = await _test_event(hooked)
    await run_jobs()
    async with runtime.database.begin() as db:
        await enqueue(db, "webhooks.send", org_id=hooked.organisation.id, message_id=message_id, number=1)
    await run_jobs()

    assert len(receiver.had) == 1


async def test_a_name_that_leads_inside_is_written_down_as_that(hook, receiver, run_jobs, runtime):
    hooked = await hook(url="https://localhost:9443/hooks")
    await _test_event(hooked)
    await run_jobs()

    assert await _problems(hooked) == ["private"]


async def test_nobody_there_is_tried_again(hook, receiver, run_jobs):
    async with receiving() as gone:
        pass
    hooked = await hook(url=gone.url)
    await _test_event(hooked)
    await run_jobs()

    [message] = await hooked.messages()
    assert (message.state, await _problems(hooked)) == ("pending", ["connect"])


async def test_only_what_was_chosen_is_told(hook, receiver, run_jobs, runtime):
    hooked = await hook(types=("report.ready",))
    await publish_interview(runtime, hooked.organisation, TEXT)
    await run_jobs()

    assert (receiver.had, await hooked.messages()) == ([], [])


async def test_messages_are_kept_for_thirty_days(hook, receiver, run_jobs, later):
    hooked = await hook()
    await _test_event(hooked)
    await run_jobs()
    with travelled(timedelta(days=28)):
        await later(hooked.organisation, "webhooks.tidy")
    assert len(await hooked.messages()) == 1
    with travelled(timedelta(days=31)):
        await later(hooked.organisation, "webhooks.tidy")

    assert await hooked.messages() == []


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("120", 120),
        ("-5", None),
        ("soon", None),
        ("999999999999999999", 86400),
        ("Sat, 21 Nov 2026 12:01:00 GMT", 60),
        ("Sat, 21 Nov 2026 11:00:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header, seconds):
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    asked = schedule.asked_to_wait(header, now)

    assert asked == (None if seconds is None else timedelta(seconds=seconds))


async def _test_event(hooked):
    async with hooked.runtime.database.begin(hooked.organisation.scope) as db:
        return await again.send_test(db, hooked.actor, hooked.endpoint_id)


async def _until_the_end(hooked, run_jobs, later) -> list[timedelta]:
    """Runs a message to its end, each try at its time; the waits between them."""
    await _test_event(hooked)
    await run_jobs()
    waits = []
    while (wait := await later(hooked.organisation)) is not None:
        waits.append(wait)
    return waits


async def _problems(hooked) -> list[str | None]:
    async with hooked.runtime.database.begin(hooked.organisation.scope) as db:
        rows = await db.execute(
            text("select problem from webhook_tries where org_id = :org order by at"), {"org": hooked.organisation.id}
        )
        return [row.problem for row in rows]


async def _letters(hooked) -> list[tuple[str, str]]:
    async with hooked.runtime.database.begin(hooked.organisation.scope) as db:
        rows = await db.execute(
            text("select recipient, state from sendings where org_id = :org and kind = 'webhook_stopped'"),
            {"org": hooked.organisation.id},
        )
        return [(row.recipient, row.state) for row in rows]


def _now() -> str:
    return str(int(datetime.now(UTC).timestamp()))
