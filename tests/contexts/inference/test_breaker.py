"""A vendor's address that fails is left alone, tried by one request, and used again."""

import pytest
from tests.contexts.inference.conftest import Form

from colloquy.contexts.inference.policy.breaker import REST_SECONDS, SILENT_SECONDS, Breaker, State
from colloquy.contexts.inference.public import NoAnswer, Tier
from colloquy.providers.llm.structured import ModelRefused, ModelUnavailable

GPT = "openai:gpt-5-mini"


def fail(breaker, *times, took=0.1):
    return [breaker.failed(at, took) for at in times]


def test_three_failures_in_a_row_open_it():
    breaker = Breaker()
    assert fail(breaker, 0, 1) == [False, False]
    assert breaker.state(1) is State.CLOSED
    assert fail(breaker, 2) == [True]
    assert breaker.state(2) is State.OPEN
    assert not breaker.allows(2)
    assert breaker.rest(2) == REST_SECONDS


def test_a_success_between_closes_the_count():
    breaker = Breaker()
    fail(breaker, 0, 1)
    breaker.succeeded(2)
    assert fail(breaker, 3, 4) == [False, False]


def test_half_of_many_calls_that_fail_open_it():
    breaker = Breaker()
    opened = []
    for at in range(0, 12, 2):
        breaker.succeeded(at)
        opened += fail(breaker, at + 1)
    assert opened == [False, False, True, False, False, False], "the third failure among six calls"


def test_failures_of_long_ago_do_not_count():
    breaker = Breaker()
    for at in range(0, 400, 40):
        breaker.succeeded(at)
        assert fail(breaker, at + 1) == [False]


def test_a_first_failure_that_took_ten_seconds_is_enough():
    assert fail(Breaker(), 20, took=10.0) == [True]
    breaker = Breaker()
    breaker.succeeded(0)
    assert fail(breaker, 15, took=10.0) == [False], "it answered a moment ago"


def test_one_request_tries_and_the_others_wait():
    breaker = Breaker()
    fail(breaker, 0, 0, 0)
    later = REST_SECONDS + 1
    assert breaker.state(later) is State.HALF_OPEN
    assert breaker.allows(later)
    assert not breaker.allows(later)
    breaker.succeeded(later)
    assert breaker.state(later) is State.CLOSED
    assert breaker.allows(later)
    assert breaker.allows(later)


def test_a_try_that_fails_makes_the_rest_longer_up_to_four_minutes():
    breaker = Breaker()
    fail(breaker, 0, 0, 0)
    now, rests = 0.0, []
    for _ in range(6):
        now += breaker.rest(now)
        assert breaker.allows(now)
        assert fail(breaker, now) == [True]
        rests.append(breaker.rest(now))
    assert rests == [30, 60, 120, 240, 240, 240]


def test_a_try_that_tells_nothing_lets_another_one_try():
    breaker = Breaker()
    fail(breaker, 0, 0, 0)
    assert breaker.allows(20)
    breaker.gave_up()
    assert breaker.allows(20)


def test_requests_sent_before_it_opened_do_not_prolong_the_rest():
    breaker = Breaker()
    fail(breaker, 0, 0, 0)
    assert fail(breaker, 5) == [False]
    assert breaker.rest(5) == REST_SECONDS - 5


@pytest.fixture
async def failing(desk):
    await desk.key("sk-first-0001")
    desk.vendor(GPT, lambda _request, _key: ModelUnavailable("away"))
    return desk


async def ask_in_vain(desk, prompt):
    with pytest.raises(NoAnswer) as no:
        await desk.ask(prompt)
    return no.value


async def test_under_total_failure_it_opens_within_ten_seconds_and_then_nothing_is_sent(failing):
    began = failing.seconds.at
    await ask_in_vain(failing, "One.")
    assert failing.inference.vendors.state(("openai", "")) is State.OPEN
    assert failing.seconds.at - began <= 10
    sent = len(failing.vendor(GPT).asked)
    no = await ask_in_vain(failing, "Two.")
    assert len(failing.vendor(GPT).asked) == sent
    assert 0 < no.retry_after <= REST_SECONDS


async def test_the_next_model_is_asked_without_a_try_at_the_first(make_desk):
    desk = await make_desk()
    await desk.key("sk-first-0001", "openai")
    await desk.key("sk-first-0002", "anthropic")
    await desk.model("openai:gpt-5", Tier.BEST)
    await desk.model("anthropic:claude-haiku-4-5", Tier.STANDARD)
    desk.vendor("openai:gpt-5", lambda _request, _key: ModelUnavailable("away"))
    for number in range(6):
        assert (await desk.ask(f"{number}")).model == "anthropic:claude-haiku-4-5"
    assert len(desk.vendor("openai:gpt-5").asked) == 3
    assert await desk.inference.models(desk.scope, "evaluate") == ("anthropic:claude-haiku-4-5",)


async def test_when_it_answers_again_it_is_used_again(failing):
    await ask_in_vain(failing, "One.")
    failing.vendor(GPT, lambda _request, _key: Form(word="back"))
    failing.seconds.at += REST_SECONDS
    assert (await failing.ask("Two.")).output.word == "back"
    assert failing.inference.vendors.state(("openai", "")) is State.CLOSED


async def test_a_refusal_shows_that_it_is_there(failing):
    failing.vendor(GPT, lambda _request, _key: ModelRefused("content_filter", "No."))
    for number in range(5):
        await ask_in_vain(failing, f"{number}")
    assert failing.inference.vendors.state(("openai", "")) is State.CLOSED


async def test_people_of_every_process_are_shown_that_it_rests(failing):
    await ask_in_vain(failing, "One.")
    async with failing.database.begin(failing.scope) as db:
        (row,) = await change_models_of(failing, db)
    assert row.rests_until is not None
    failing.vendor(GPT, lambda _request, _key: Form(word="back"))
    failing.seconds.at += REST_SECONDS
    await failing.ask("Two.")
    async with failing.database.begin(failing.scope) as db:
        (row,) = await change_models_of(failing, db)
    assert row.rests_until is None


async def change_models_of(desk, db):
    from colloquy.contexts.inference.service import change_models

    return await change_models.models(db, desk.organisation.owner)


def used(*took, until=10.0):
    """An address whose answers took so long, the last of them at `until`."""
    breaker = Breaker()
    for seconds in took:
        breaker.landed(breaker.sent(until - seconds))
        breaker.succeeded(until, seconds)
    return breaker


def test_a_vendor_that_answered_and_hears_nothing_any_more_is_left_alone_before_the_request_fails():
    breaker = used(1.5, 3.0)
    breaker.sent(20)
    assert breaker.patience() == SILENT_SECONDS
    assert not breaker.silent(20 + SILENT_SECONDS - 0.1)
    assert breaker.silent(20 + SILENT_SECONDS)
    assert breaker.state(20 + SILENT_SECONDS) is State.OPEN
    assert not breaker.silent(20 + SILENT_SECONDS + 1), "said once"


def test_silence_is_reckoned_by_how_long_answers_usually_take():
    breaker = used(2.0, 12.0)
    breaker.sent(20)
    assert breaker.patience() == 24
    assert not breaker.silent(43.9)
    assert breaker.silent(44)


def test_an_answer_to_a_later_request_is_no_silence():
    breaker = used(1.0)
    breaker.sent(20)
    later = breaker.sent(22)
    breaker.landed(later)
    breaker.succeeded(23, 1.0)
    assert not breaker.silent(60)


def test_a_first_answer_that_takes_long_is_not_silence():
    breaker = Breaker()
    breaker.sent(0)
    assert breaker.patience() is None
    assert not breaker.silent(60)


def test_a_request_that_is_over_is_not_waited_for():
    breaker = used(1.0)
    breaker.landed(breaker.sent(20))
    assert not breaker.silent(60)


def test_silence_is_over_with_the_first_word():
    breaker = used(1.0)
    number = breaker.sent(20)
    assert breaker.silent(28)
    breaker.landed(number)
    breaker.succeeded(29, 9.0)
    assert breaker.state(29) is State.CLOSED
    assert breaker.patience() == 18
