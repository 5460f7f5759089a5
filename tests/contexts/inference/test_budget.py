"""What may be spent in a month: a warning, cheaper models, none."""

import asyncio
from datetime import timedelta

import pytest

from colloquy.contexts.identity.public import Role
from colloquy.contexts.inference.policy import budget as policy
from colloquy.contexts.inference.policy.budget import Budget, Level
from colloquy.contexts.inference.public import NoAnswer, Task, Tier
from colloquy.contexts.inference.service import change_budget
from colloquy.kit import clock
from colloquy.kit.errors import Forbidden, Malformed

GPT = "openai:gpt-5-mini"
COST = 125
"""Of one answer in these tests, in microdollars."""
ALL = Budget(100, 200, 300)


@pytest.mark.parametrize(
    ("budget", "spent", "level"),
    [
        (Budget(), 10**12, Level.FINE),
        (ALL, 99, Level.FINE),
        (ALL, 100, Level.WARNING),
        (ALL, 199, Level.WARNING),
        (ALL, 200, Level.SOFT),
        (ALL, 299, Level.SOFT),
        (ALL, 300, Level.HARD),
        (Budget(hard_microdollars=0), 0, Level.HARD),
        (Budget(soft_microdollars=5), 6, Level.SOFT),
        (Budget(100, 100, 100), 100, Level.HARD),
    ],
)
def test_levels(budget, spent, level):
    assert policy.level(budget, spent) is level


@pytest.mark.parametrize(
    ("before", "after", "levels"),
    [
        (0, 99, []),
        (0, 100, [Level.WARNING]),
        (100, 150, []),
        (150, 200, [Level.SOFT]),
        (0, 1000, [Level.WARNING, Level.SOFT, Level.HARD]),
        (300, 400, []),
    ],
)
def test_each_limit_is_crossed_once(before, after, levels):
    assert policy.crossed(ALL, before, after) == levels


@pytest.fixture
async def paying(desk):
    await desk.key("sk-first-0001")
    return desk


async def test_a_warning_is_announced_once_and_changes_nothing(paying):
    await paying.budget(warning=200)
    for number in range(4):
        await paying.ask(f"{number}")
    (event,) = await paying.announced("BudgetWarning")
    assert (event["level"], event["spent_microdollars"], event["limit_microdollars"]) == ("warning", 250, 200)
    assert event["month"] == f"{clock.now():%Y-%m}"
    assert (await paying.spent()).level is Level.WARNING


async def test_past_the_soft_limit_the_cheapest_model_comes_first(make_desk):
    desk = await make_desk()
    await desk.key("sk-first-0001")
    await desk.model("openai:gpt-5", Tier.BEST)
    await desk.model("openai:gpt-5-nano", Tier.ECONOMY)
    await desk.budget(soft=100)
    assert (await desk.ask("One.")).model == "openai:gpt-5"
    assert (await desk.ask("Two.")).model == "openai:gpt-5-nano"
    assert [event["level"] for event in await desk.announced("BudgetWarning")] == ["soft"]


async def test_at_the_hard_limit_no_model_is_asked(paying):
    await paying.budget(hard=200)
    await paying.ask("One.")
    await paying.ask("Two.")
    with pytest.raises(NoAnswer) as no:
        await paying.ask("Three.")
    assert no.value.code == "budget_spent"
    assert len(paying.vendor(GPT).keys) == 2
    assert await paying.inference.models(paying.scope, Task.EVALUATE) == ()


async def test_what_was_answered_before_is_answered_again_at_the_hard_limit(paying):
    await paying.budget(hard=COST)
    await paying.ask("One.")
    assert (await paying.ask("One.")).cached


async def test_a_new_month_begins_with_nothing(paying):
    await paying.budget(hard=COST)
    await paying.ask("One.")
    with clock.travelled(timedelta(days=32)):
        assert (await paying.ask("Two.")).model == GPT


async def test_a_changed_limit_counts_at_once(paying):
    await paying.budget(hard=COST)
    await paying.ask("One.")
    await paying.budget(hard=COST + 1)
    await paying.ask("Two.")


async def test_many_at_once_overshoot_by_those_in_flight_and_not_by_those_that_come_after(paying):
    """Ten are let in together below the limit; everybody who asks while or after they answer is declined."""
    await paying.budget(hard=COST * 3)
    vendor = paying.vendor(GPT)
    vendor.holds = asyncio.Event()
    flying = [asyncio.create_task(paying.ask(f"{number}")) for number in range(10)]
    while len(vendor.asked) < 10:  # noqa: ASYNC110 - the fake has no event for being asked
        await asyncio.sleep(0.01)
    vendor.holds.set()
    answered = await asyncio.gather(*flying)
    assert len(answered) == 10
    late = await asyncio.gather(*(paying.ask(f"late {number}") for number in range(10)), return_exceptions=True)
    assert [no.code for no in late] == ["budget_spent"] * 10
    spent = await paying.spent()
    assert spent.spent_microdollars == COST * 10
    assert [event["level"] for event in await paying.announced("BudgetWarning")] == ["hard"]


async def test_the_limit_is_looked_at_before_every_request_and_not_only_the_first(make_desk):
    desk = await make_desk()
    await desk.key("sk-first-0001")
    await desk.model("openai:gpt-5", Tier.BEST)
    await desk.model("openai:gpt-5-mini")
    await desk.budget(hard=100_000)

    async def says(_request, _key):
        await desk.budget(hard=0)  # somebody pulls the brake while the first model thinks
        raise ValueError("away")

    desk.vendor("openai:gpt-5", says)
    with pytest.raises(NoAnswer) as no:
        await desk.ask()
    assert no.value.code == "budget_spent"
    assert desk.vendor("openai:gpt-5-mini").keys == []


async def test_an_unknown_price_counts_nothing_and_is_counted_as_unknown(make_desk):
    desk = await make_desk()
    await desk.key("sk-first-0001", "qwen")
    await desk.model("qwen:qwen-unheard-of")
    await desk.budget(hard=1)
    assert (await desk.ask("One.")).cost_microdollars is None
    await desk.ask("Two.")
    spent = await desk.spent()
    assert (spent.spent_microdollars, spent.unknown_calls, spent.level) == (0, 2, Level.FINE)


@pytest.mark.parametrize("limits", [{"warning": 2, "hard": 1}, {"soft": 2, "hard": 1}, {"warning": 2, "soft": 1}])
async def test_limits_come_in_their_order(desk, limits):
    with pytest.raises(Malformed):
        await desk.budget(**limits)


async def test_another_organisations_spending_is_its_own(paying, make_desk):
    await paying.ask("One.")
    other = await make_desk()
    assert (await other.spent()).spent_microdollars == 0


async def test_only_managers_see_and_set_it(desk, make_member):
    recruiter = await make_member(desk.organisation, Role.RECRUITER)
    async with desk.database.begin(desk.scope) as db:
        with pytest.raises(Forbidden):
            await change_budget.spending(db, recruiter)
        with pytest.raises(Forbidden):
            await change_budget.set_budget(db, recruiter, Budget())
