"""An answer, whichever model gives it: order, keys, failures, waits, limits."""

import asyncio

import pytest
from tests.contexts.inference.conftest import Form

from colloquy.contexts.inference.public import About, Installation, NoAnswer, Task, Tier
from colloquy.kit.ids import new_id
from colloquy.providers.llm.structured import ModelMalformed, ModelRefused, ModelUnavailable, Spent


def away(_request=None, _key=None):
    return ModelUnavailable("away")


def saying(word):
    return lambda _request, _key: Form(word=word)


async def refused(desk, **kwargs):
    with pytest.raises(NoAnswer) as no:
        await desk.ask(**kwargs)
    return no.value


async def test_a_model_with_a_key_answers_and_the_call_is_written_down(desk):
    key = await desk.key("sk-first-0001")
    about = About(new_id(), (await desk.agreed()).session_id)
    answered = await desk.ask(about=about)
    assert (answered.output, answered.model, answered.cached) == (Form(word="text"), "openai:gpt-5-mini", False)
    # 100 tokens at 0.25 and 50 at 2 dollars a million.
    assert answered.cost_microdollars == 125
    assert desk.vendor("openai:gpt-5-mini").keys == ["sk-first-0001"]
    (call,) = await desk.calls()
    assert (call.task, call.model, call.key_id, call.outcome) == ("evaluate", answered.model, key, "answered")
    assert (call.interview_id, call.session_id) == (about.interview_id, about.session_id)
    assert (call.input_tokens, call.output_tokens, call.cost_microdollars, call.requests) == (100, 50, 125, 1)


async def test_without_a_model_there_is_no_answer(make_desk):
    desk = await make_desk()
    assert (await refused(desk)).code == "not_configured"
    assert await desk.inference.models(desk.scope, Task.EVALUATE) == ()


async def test_without_a_key_there_is_no_answer(desk):
    assert (await refused(desk)).code == "not_configured"
    assert await desk.inference.models(desk.scope, Task.EVALUATE) == ()


async def test_a_model_is_asked_only_for_its_tasks_and_only_while_it_is_enabled(make_desk):
    desk = await make_desk()
    await desk.key("sk-first-0001")
    await desk.model("openai:gpt-5-mini", tasks=[Task.DRAFT])
    await desk.model("openai:gpt-5", enabled=False)
    assert (await refused(desk, task=Task.EVALUATE)).code == "not_configured"
    assert (await desk.ask(task=Task.DRAFT)).model == "openai:gpt-5-mini"


async def test_the_tier_that_suits_the_task_comes_first(make_desk):
    desk = await make_desk()
    await desk.key("sk-first-0001")
    for name, tier in (("gpt-5-nano", Tier.ECONOMY), ("gpt-5-mini", Tier.STANDARD), ("gpt-5", Tier.BEST)):
        await desk.model(f"openai:{name}", tier)
    order = {task: (await desk.inference.models(desk.scope, task))[0] for task in Task}
    assert order == {
        Task.EVALUATE: "openai:gpt-5",
        Task.CONVERSE: "openai:gpt-5-mini",
        Task.DRAFT: "openai:gpt-5-nano",
    }


async def test_avoided_models_are_asked_when_there_is_no_other(make_desk):
    desk = await make_desk()
    await desk.key("sk-first-0001")
    await desk.model("openai:gpt-5", Tier.BEST)
    assert (await desk.ask(avoid=["openai:gpt-5"])).model == "openai:gpt-5"
    await desk.model("openai:gpt-5-mini", Tier.STANDARD)
    assert (await desk.ask("Another.", avoid=["openai:gpt-5"])).model == "openai:gpt-5-mini"


@pytest.mark.parametrize(
    "failure",
    [
        ModelUnavailable("away"),
        ModelRefused("model", "There is no such model."),
        ModelRefused("content_filter", "Declined."),
        ModelRefused("request", "Too long."),
        ModelMalformed("Nonsense.", spent=Spent(10, 10, 2)),
        RuntimeError("an adapter that breaks its promise"),
    ],
)
async def test_when_a_model_fails_the_next_one_is_asked(make_desk, failure):
    desk = await make_desk()
    await desk.key("sk-first-0001")
    await desk.model("openai:gpt-5", Tier.BEST)
    await desk.model("openai:gpt-5-mini", Tier.STANDARD)
    desk.vendor("openai:gpt-5", lambda _request, _key: failure)
    assert (await desk.ask()).model == "openai:gpt-5-mini"
    assert desk.seconds.slept == [], "there was another one to ask"
    outcomes = [call.outcome for call in await desk.calls()]
    assert len(outcomes) == 2
    assert outcomes[1] == "answered"


async def test_what_a_wrong_answer_cost_is_counted(make_desk):
    desk = await make_desk()
    await desk.key("sk-first-0001")
    await desk.model("openai:gpt-5-mini")
    desk.vendor("openai:gpt-5-mini", lambda _r, _k: ModelMalformed("Nonsense.", spent=Spent(1000, 500, 2)))
    assert (await refused(desk)).code == "all_failed"
    (call,) = await desk.calls()
    assert (call.outcome, call.requests, call.cost_microdollars) == ("malformed", 2, 1250)


async def test_only_a_model_that_is_away_is_waited_for(desk):
    await desk.key("sk-first-0001")
    tries = iter([ModelUnavailable("away"), ModelUnavailable("away"), Form(word="late")])
    desk.vendor("openai:gpt-5-mini", lambda _request, _key: next(tries))
    assert (await desk.ask()).output.word == "late"
    assert desk.seconds.slept == [0.25, 0.5], "half of a half second, then of a second: the tests' chance is a half"


async def test_a_short_wait_that_is_asked_for_is_kept(desk):
    await desk.key("sk-first-0001")
    tries = iter([ModelUnavailable("away", retry_after=4.5), Form(word="late")])
    desk.vendor("openai:gpt-5-mini", lambda _request, _key: next(tries))
    assert (await desk.ask()).output.word == "late"
    assert desk.seconds.slept == [4.5]


async def test_a_long_wait_ends_the_ask_and_says_how_long(desk):
    await desk.key("sk-first-0001")
    desk.vendor("openai:gpt-5-mini", lambda _request, _key: ModelUnavailable("away", retry_after=90))
    no = await refused(desk)
    assert (no.code, no.retry_after) == ("all_failed", 90)
    assert desk.seconds.slept == []
    assert len(await desk.calls()) == 1


async def test_at_most_five_requests_are_made_whatever_there_is_to_try(make_desk):
    desk = await make_desk()
    for number in range(9):
        await desk.model("compatible:one", base_url=f"http://127.0.0.1:{9000 + number}/v1")
        desk.vendor(f"compatible:one@http://127.0.0.1:{9000 + number}/v1", away)
    assert (await refused(desk)).code == "all_failed"
    assert 4 <= sum(call.requests for call in await desk.calls()) <= 5


async def test_an_ask_ends_in_its_time(desk):
    await desk.key("sk-first-0001")

    def slow(request, _key):
        desk.seconds.at += request.total_seconds
        return ModelUnavailable("late")

    desk.vendor("openai:gpt-5-mini", slow)
    before = desk.seconds.at
    assert (await refused(desk, total_seconds=20.0)).code == "all_failed"
    assert desk.seconds.at - before <= 40


async def test_whoever_stops_asking_leaves_nothing_behind(desk):
    await desk.key("sk-first-0001")
    vendor = desk.vendor("openai:gpt-5-mini")
    vendor.holds = asyncio.Event()
    asking = asyncio.create_task(desk.ask())
    while not vendor.asked:  # noqa: ASYNC110 - the fake has no event for being asked
        await asyncio.sleep(0.01)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    vendor.holds.set()
    assert (await desk.ask()).output.word == "text"


async def test_the_installations_model_is_for_those_without_their_own(make_desk):
    installation = Installation("openai", "gpt-5-mini", keys=("sk-one-000000", "sk-two-000000"))
    desk = await make_desk(installation=installation)
    assert await desk.inference.models(desk.scope, Task.EVALUATE) == ("openai:gpt-5-mini",)
    await desk.ask("One.")
    await desk.ask("Two.")
    assert desk.vendor("openai:gpt-5-mini").keys == ["sk-one-000000", "sk-two-000000"]
    await desk.model("openai:gpt-5", enabled=False)
    assert (await refused(desk, prompt="Three.")).code == "not_configured", "one's own, switched off, is a choice too"


async def test_an_installations_key_that_is_refused_rests(make_desk):
    installation = Installation("openai", "gpt-5-mini", keys=("sk-bad-000000", "sk-two-000000"))
    desk = await make_desk(installation=installation)
    desk.vendor(
        "openai:gpt-5-mini",
        lambda _request, key: ModelRefused("key", "No.") if "bad" in key else Form(word="good"),
    )
    for number in range(3):
        assert (await desk.ask(f"{number}")).output.word == "good"
    assert desk.vendor("openai:gpt-5-mini").keys.count("sk-bad-000000") == 1


async def test_a_server_of_ones_own_needs_no_key(make_desk):
    desk = await make_desk()
    await desk.model("ollama:llama3.2", base_url="http://127.0.0.1:11434/v1")
    answered = await desk.ask()
    assert answered.cost_microdollars == 0, "it sends no bill"
    assert desk.vendor("ollama:llama3.2@http://127.0.0.1:11434/v1").keys == [None]


async def test_a_key_is_sent_to_its_own_address_only(make_desk):
    desk = await make_desk()
    await desk.key("sk-of-the-vendor", "openai")
    await desk.model("openai:gpt-5-mini", base_url="https://gateway.example/v1")
    await desk.ask()
    assert desk.vendor("openai:gpt-5-mini@https://gateway.example/v1").keys == [None]


async def test_a_model_that_cannot_be_built_is_passed_over(make_desk):
    desk = await make_desk()
    await desk.key("sk-first-0001")
    await desk.key("sk-first-0001", "nobody")
    await desk.model("nobody:x", Tier.BEST)
    await desk.model("openai:gpt-5-mini")
    inference = desk.process()

    def factory(vendor, model, _url):
        if vendor == "nobody":
            raise ValueError("There is no such vendor.")
        return desk.vendor(f"{vendor}:{model}")

    inference.vendors._factory = factory
    assert (await desk.ask(inference=inference)).model == "openai:gpt-5-mini"
    assert [call.outcome for call in await desk.calls()] == ["refused:model", "answered"]
