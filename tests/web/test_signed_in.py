"""A page whose sign-in has ended goes off the screen: when somebody comes back to it, and when nobody does."""

from __future__ import annotations

import pytest
from browsing import until
from galleries import fragment
from playwright.async_api import Page, expect
from room_peer import Peer

pytestmark = pytest.mark.browser
BODY = '<div data-controller="signed-in" data-unused-seconds="3600"><p>Ada Lovelace, 4.5</p></div>'
COMES_BACK = "document.dispatchEvent(new Event('visibilitychange'))"


@pytest.fixture
async def signed_in(page: Page, serve):
    """`await signed_in(200)`: a page of somebody whose sign-in the server answers so about; what was asked."""

    async def opened(status: int) -> list[str]:
        asked: list[str] = []

        async def answer(route):
            asked.append(route.request.url)
            await route.fulfill(status=status, json={})

        await page.clock.install()
        await page.route("**/api/me", answer)
        await page.route("**/sign-in?*", lambda route: route.fulfill(body="Sign in", content_type="text/html"))
        await page.goto(serve(Peer([]), {"/page": fragment(BODY)}) + "/page?tab=2")
        await expect(page.locator("[data-mounted*=signed-in]")).to_be_visible()
        return asked

    return opened


async def test_whoever_comes_back_after_it_ended_sees_nothing_and_signs_in(page: Page, signed_in) -> None:
    await signed_in(401)
    await page.clock.fast_forward(120_000)
    await page.evaluate(COMES_BACK)
    await page.wait_for_url("**/sign-in?next=%2Fpage%3Ftab%3D2")


async def test_whoever_is_still_signed_in_is_left_alone_and_not_asked_all_the_time(page: Page, signed_in) -> None:
    asked = await signed_in(200)
    await page.evaluate(COMES_BACK)
    assert asked == []
    await page.clock.fast_forward(120_000)
    for _ in range(3):
        await page.evaluate(COMES_BACK)
    await until(lambda: len(asked) == 1)
    await expect(page.get_by_text("Ada Lovelace")).to_be_visible()


async def test_a_page_that_nobody_touches_goes_without_the_server(page: Page, signed_in) -> None:
    asked = await signed_in(200)
    await page.clock.fast_forward(3_000_000)
    await page.mouse.click(5, 5)
    await page.clock.fast_forward(3_000_000)
    await expect(page.get_by_text("Ada Lovelace")).to_be_visible()  # it was used meanwhile
    await page.clock.fast_forward(700_000)
    await page.wait_for_url("**/sign-in?next=%2Fpage%3Ftab%3D2")
    assert asked == []
