"""Every cookie of the product by TLS and without, seen while people and candidates do what sets them."""

import ast
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import text
from tests.contexts.identity.test_second_factor import set_up_app
from tests.factories.identity import Browser
from tests.factories.interviews import TEXT, publish_interview

from colloquy.contexts.identity.public import Role
from colloquy.kit import clock

SOURCES = Path(__file__).resolve().parents[2] / "src" / "colloquy"
ALL = {
    "colloquy_session",
    "colloquy_csrf",
    "colloquy_flash",
    "colloquy_step",
    "colloquy_language",
    "colloquy_candidate",
}
ALL |= {"colloquy_judge_first"}


@pytest.fixture
async def organisation(make_organisation):
    return await make_organisation()


async def seen(runtime, browser: Browser, organisation, member) -> list[str]:
    """Every `Set-Cookie` of a sign-in with a second factor, a saved profile, a candidate's start and a sign-out."""
    kept: list[str] = []

    async def note(answer):
        kept.extend(answer.headers.get_list("set-cookie"))

    browser.event_hooks["response"].append(note)
    await browser.get("/sign-in?lang=ru", headers={"accept": "text/html"})
    await browser.sign_in(member.email)
    secret, _codes = await set_up_app(browser)
    assert (await browser.submit("/account/profile", {"name": "Rita", "language": "en"})).status_code == 303
    await browser.page("/account")
    await browser.submit("/sign-out")
    assert (await browser.sign_in(member.email)).headers["location"] == "/sign-in/code"
    code = pyotp.TOTP(secret).at(clock.now())
    assert (await browser.submit("/sign-in/code", {"code": code})).headers["location"] == "/"

    made = await publish_interview(runtime, organisation, TEXT)
    started = await browser.submit(f"/{made.token}", {"name": "Ada", "email": "ada@example.com"})
    assert started.status_code == 303, started.text
    async with runtime.database.begin(organisation.scope) as db:
        session_id = await db.scalar(text("select id from sessions where org_id = :o"), {"o": organisation.id})
    assert (await browser.submit(f"/sessions/{session_id}/judge-first", {"on": "yes"})).status_code == 303
    return kept


@pytest.mark.parametrize("scheme", ["https", "http"])
async def test_by_tls_every_cookie_belongs_to_this_host_alone(
    runtime, application_with, reached, organisation, make_member, scheme
):
    member = await make_member(organisation, Role.ADMIN)
    async with reached(application_with(), scheme=scheme) as browser:
        kept = await seen(runtime, browser, organisation, member)

    prefix = "__Host-" if scheme == "https" else ""
    assert {one.partition("=")[0] for one in kept} == {f"{prefix}{name}" for name in ALL}
    for one in kept:
        said = {part.strip().lower() for part in one.split(";")[1:]}
        assert {"path=/", "httponly", "samesite=lax"} <= said, one
        assert not any(part.startswith("domain") for part in said), one
        assert ("secure" in said) == (scheme == "https"), one


async def test_by_tls_a_cookie_without_the_prefix_counts_for_nothing(application_with, reached, organisation):
    """A neighbouring subdomain can plant a plain name, but none that begins with `__Host-`."""
    async with reached(application_with(), scheme="https") as browser:
        await browser.sign_in(organisation.owner.email)
        kept = browser.cookies["__Host-colloquy_session"]
        browser.cookies.clear()
        for name, status in (("colloquy_session", 401), ("__Host-colloquy_session", 200)):
            assert (await browser.get("/api/me", headers={"cookie": f"{name}={kept}"})).status_code == status


def test_cookies_are_set_and_read_in_one_place():
    """Who sets one elsewhere has to think of five attributes; who reads one elsewhere, of its name by TLS."""
    elsewhere = [
        f"{path.relative_to(SOURCES)}:{call.lineno}"
        for path in sorted(SOURCES.rglob("*.py"))
        for call in calls(path)
        if touches_cookies(call) and path != SOURCES / "kit/http/cookies.py"
    ]
    assert elsewhere == []
    assert any(touches_cookies(call) for call in calls(SOURCES / "kit/http/cookies.py"))


def calls(path: Path) -> list[ast.expr]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]


def touches_cookies(call: ast.expr) -> bool:
    if not isinstance(call, ast.Attribute):
        return False
    read = call.attr == "get" and isinstance(call.value, ast.Attribute) and call.value.attr == "cookies"
    return read or call.attr in {"set_cookie", "delete_cookie"}
