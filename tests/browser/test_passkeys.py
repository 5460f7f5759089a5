"""Passkeys with a real browser and Chromium's own virtual authenticator; a second step with an authenticator app."""

from __future__ import annotations

import os
from pathlib import Path

import httpx
import pyotp
import pytest
from playwright.async_api import expect
from tests.browser.people import OWNER, PASSWORD

pytestmark = [pytest.mark.timeout(240)]


async def photographed(page, name: str) -> None:
    """Pictures for people to look at, where COLLOQUY_PICTURES names a folder."""
    if folder := os.environ.get("COLLOQUY_PICTURES"):
        for width in (390, 1440):
            await page.set_viewport_size({"width": width, "height": 900})
            for scheme in ("light", "dark"):
                await page.emulate_media(color_scheme=scheme)
                await page.screenshot(path=Path(folder) / f"{name}-{width}-{scheme}.png", full_page=True)
        await page.emulate_media(color_scheme="light")


async def with_authenticator(page):
    """A device's own authenticator that recognises its owner; returns the session and its id."""
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return devtools, made["authenticatorId"]


async def by_password(page, address: str) -> None:
    await page.goto(f"{address}/sign-in")
    await page.get_by_label("E-mail").fill(OWNER["email"])
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()


async def test_a_passkey_opens_the_account_by_itself_and_after_the_password(fresh_product, new_context):  # noqa: PLR0915 - one person, from beginning to end
    address = f"http://localhost:{fresh_product.port}"
    async with httpx.AsyncClient(base_url=fresh_product.address) as client:
        (await client.post("/api/auth/register", json={**OWNER, "password": PASSWORD})).raise_for_status()
    page = await (await new_context()).new_page()
    devtools, authenticator = await with_authenticator(page)
    await by_password(page, address)
    await page.goto(f"{address}/account/second-factor")
    await photographed(page, "second-factor")
    form = page.locator("form", has=page.get_by_role("button", name="Add a passkey"))
    await form.get_by_label("Name").fill("Olga's laptop")
    await form.get_by_label("Current password").fill(PASSWORD)
    await form.get_by_role("button", name="Add a passkey").click()
    await expect(page.get_by_role("heading", name="Keep these recovery codes")).to_be_visible()
    await photographed(page, "recovery-codes")
    code = await page.locator(".recovery-codes code").first.text_content()
    held = await devtools.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})
    assert [one["rpId"] for one in held["credentials"]] == ["localhost"]

    await page.context.clear_cookies()
    await page.goto(f"{address}/sign-in?next=/account")
    await photographed(page, "sign-in")
    await page.get_by_role("button", name="Use a passkey").click()
    await expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    await expect(page.get_by_text("by passkey")).to_be_visible()
    await photographed(page, "account")

    await page.context.clear_cookies()
    await by_password(page, address)
    await expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    await photographed(page, "one-more-step")
    await page.get_by_role("button", name="Use a passkey").click()
    await expect(page.get_by_role("navigation", name="Main")).to_be_visible()

    # Somebody whose finger is not recognised is told so and can go on another way.
    await devtools.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    await page.context.clear_cookies()
    await by_password(page, address)
    await page.get_by_role("button", name="Use a passkey").click()
    await expect(page.get_by_text("Nothing was chosen, or it took too long")).to_be_visible(timeout=90_000)
    await page.get_by_label("Recovery code").fill(code)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_role("navigation", name="Main")).to_be_visible()

    await page.goto(f"{address}/account/second-factor")
    await expect(page.get_by_text("Olga's laptop").first).to_be_visible()
    app = page.locator("section", has=page.get_by_role("heading", name="Authenticator app"))
    await app.get_by_label("Current password").fill(PASSWORD)
    await app.get_by_role("button", name="Set up an app").click()
    await photographed(page, "set-up-app")
    secret = (await page.get_by_label("Or type this secret into it").input_value()).replace(" ", "")
    await page.get_by_label("Code", exact=True).fill(pyotp.TOTP(secret).now())
    await page.get_by_role("button", name="Turn it on").click()
    await expect(page.get_by_text("Every other session has ended")).to_be_visible()
    await page.goto(f"{address}/settings/sign-in")
    await photographed(page, "settings-sign-in")
    assert fresh_product.errors() == []
