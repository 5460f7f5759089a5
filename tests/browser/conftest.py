"""The whole product in a real browser. What is not installed here is skipped, with the reason."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Playwright, async_playwright
from tests.browser import chromium as browsers
from tests.browser.film import Film, make_film
from tests.browser.people import Recruiter, recruiter
from tests.browser.product import Product, running_product
from tests.conftest import copy_database, drop_database

from colloquy.roles.runtime import Addresses

NewContext = Callable[..., Awaitable[BrowserContext]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """These tests share one product and one browser: one worker runs them."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
            if reason := browsers.why_no_browser():
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
async def product(
    template: Addresses, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Product]:
    """The product that these tests share; `the_recruiter` has set it up."""
    where = copy_database(template, f"test_browser_{worker_id}")
    async with running_product(where, tmp_path_factory.mktemp("product")) as running:
        yield running
    drop_database(template, where)


@pytest.fixture
async def fresh_product(template: Addresses, worker_id: str, tmp_path: Path) -> AsyncIterator[Product]:
    """A product that nobody has used, and that a test may stop."""
    where = copy_database(template, f"empty_browser_{worker_id}")
    async with running_product(where, tmp_path) as running:
        yield running
    drop_database(template, where)


@pytest.fixture
async def the_recruiter(product: Product) -> AsyncIterator[Recruiter]:
    async with recruiter(product) as one:
        yield one


@pytest.fixture(scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    """What camera and microphone deliver."""
    return make_film(tmp_path_factory.mktemp("film"))


@pytest.fixture(scope="session")
async def chromium(playwright: Playwright, film: Film) -> AsyncIterator[Browser]:
    """A browser whose owner allows camera and microphone."""
    browser = await browsers.launch(playwright, browsers.ALLOWED, *browsers.playing(film))
    yield browser
    await browser.close()


@pytest.fixture
def faults() -> browsers.Faults:
    """What went wrong inside the pages of this test."""
    return browsers.Faults()


@pytest.fixture
async def new_context(chromium: Browser, faults: browsers.Faults) -> AsyncIterator[NewContext]:
    """`await new_context()`: one person's browser. Script errors and breaches of the policy fail the test."""
    opened: list[BrowserContext] = []

    async def make(browser: Browser = chromium, **options: object) -> BrowserContext:
        # Motion is off: a test must not meet a thing half-way.
        context = await browser.new_context(**{"reduced_motion": "reduce", **options})
        faults.watch(context)
        opened.append(context)
        return context

    yield make
    for context in opened:
        await context.close()
    assert faults == []
