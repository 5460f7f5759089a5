"""The order in which models are asked."""

import pytest

from colloquy.contexts.inference.policy.budget import Level
from colloquy.contexts.inference.policy.choosing import Model, in_order
from colloquy.contexts.inference.public import Task, Tier
from colloquy.providers.llm import prices

PRICES = {"dear": (10_000_000, 20_000_000), "cheap": (100, 200), "middling": (5000, 6000), "free": (0, 0)}


def model(name, tier=Tier.STANDARD, tasks=tuple(Task), **kwargs):
    return Model(None, "v", name, "", tier, frozenset(tasks), **kwargs)


def order(*models, task=Task.EVALUATE, level=Level.FINE, avoid=(), resting=()):
    found = in_order(
        models,
        task,
        level=level,
        avoid=[f"v:{name}" for name in avoid],
        price=lambda one: PRICES.get(one.model),
        resting=lambda one: one.model in resting,
    )
    return [one.model for one in found]


BEST, STANDARD, ECONOMY = model("dear", Tier.BEST), model("middling"), model("cheap", Tier.ECONOMY)


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        (Task.EVALUATE, ["dear", "middling", "cheap"]),
        (Task.CONVERSE, ["middling", "cheap", "dear"]),
        (Task.DRAFT, ["cheap", "middling", "dear"]),
    ],
)
def test_by_the_tier_that_suits(task, expected):
    assert order(ECONOMY, BEST, STANDARD, task=task) == expected


def test_within_a_tier_by_the_organisations_own_order_then_by_price_the_unknown_last():
    models = [model("unheard-of"), model("dear"), model("cheap"), model("middling", position=1)]
    assert order(*models) == ["cheap", "dear", "unheard-of", "middling"]


def test_past_the_soft_limit_by_price_alone_among_those_that_can():
    models = [BEST, STANDARD, ECONOMY, model("free", Tier.BEST, tasks=[Task.DRAFT]), model("unheard-of", Tier.BEST)]
    assert order(*models, level=Level.SOFT) == ["cheap", "middling", "dear", "unheard-of"]


def test_what_rests_or_is_switched_off_or_is_for_something_else_is_left_out():
    models = [BEST, STANDARD, model("cheap", tasks=[Task.DRAFT]), model("free", enabled=False)]
    assert order(*models, resting=["dear"]) == ["middling"]


def test_what_is_to_be_avoided_comes_last():
    assert order(BEST, STANDARD, ECONOMY, avoid=["dear", "middling"]) == ["cheap", "dear", "middling"]


def test_prices_are_known_without_a_network():
    assert prices.cost_microdollars("openai", "gpt-5-mini", 1000, 500) == 1250
    assert prices.cost_microdollars("openai", "gpt-5-mini", None, 500) is None
    assert prices.cost_microdollars("openai", "unheard-of", 1000, 500) is None
    assert prices.cost_microdollars("nobody", "gpt-5-mini", 1000, 500) is None
    assert prices.cost_microdollars("ollama", "llama3.2", None, None) == 0
    assert prices.price_of_a_million("openai", "gpt-5-mini") == (250_000, 2_000_000)
    assert prices.cost_microdollars("openai", "gpt-5-mini", 1, 0) == 1, "rounded up: never nothing for something"
