"""What browsers are told of every answer, and which other sites may ask."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from colloquy.contexts.identity.public import Role
from colloquy.kit.ids import new_token
from colloquy.settings import Settings

SOURCE = Path(__file__).resolve().parents[2] / "src" / "colloquy"
CAREERS = "https://careers.example.org"
PREFLIGHT = {"access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type"}


@pytest.mark.parametrize(
    "path", ["/sign-in", "/api/me", "/healthz", "/no/such", "/{token}", "/static/none.js"], ids=str
)
async def test_every_answer_is_guarded(api, path):
    headers = (await api.get(path.format(token=new_token()), headers={"accept": "text/html"})).headers
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'self'" in policy
    assert "object-src 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "geolocation=()" in headers["permissions-policy"]
    assert "strict-transport-security" not in headers


async def test_by_tls_browsers_are_told_to_stay_with_it(application_with, reached):
    async with reached(application_with(), scheme="https") as browser:
        headers = (await browser.get("/sign-in")).headers
    assert headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"


async def test_what_is_personal_is_kept_by_nobody(api, sign_in, browser_client, make_organisation):
    organisation = await make_organisation()
    await sign_in(organisation, Role.OWNER)
    for path in ("/api/me", "/api/team", "/api/interviews", "/api/openapi.json"):
        assert (await api.get(path)).headers["cache-control"] == "no-store", path
    browser = await browser_client(organisation)
    for path in ("/", "/team", "/account", "/interviews", "/settings"):
        assert (await browser.page(path)).headers["cache-control"] == "no-store", path


async def test_logos_may_be_shown_in_letters(api, make_organisation):
    organisation = await make_organisation()
    answer = await api.get(f"/logo/{organisation.id}/{'0' * 32}")
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


_INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(?:ld\+)?json\")[^>]*>|<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:",
    re.IGNORECASE,
)


def test_no_page_has_anything_that_the_policy_forbids():
    """Letters are no pages: mail programs know no policy, and little else than inline styles."""
    templates = [path for path in SOURCE.rglob("templates/**/*.html") if "mail" not in path.parts]
    assert len(templates) > 50
    found = {
        str(path.relative_to(SOURCE)): match.group(0)
        for path in templates
        if (match := _INLINE.search(re.sub(r"{#.*?#}", "", path.read_text(), flags=re.DOTALL)))
    }
    assert found == {}, "move it to a stylesheet or a controller"


async def test_rendered_pages_have_nothing_inline_either(browser_client, make_organisation):
    browser = await browser_client(await make_organisation())
    for path in ("/sign-in", "/interviews", "/team", "/account",
                 "/settings", "/settings/models", "/waiting", "/operations",
                 "/mail", "/api/docs", "/settings/usage", "/no-such-page"):  # fmt: skip
        page = await browser.get(path, headers={"accept": "text/html"}, follow_redirects=True)
        assert "<html" in page.text, path
        assert _INLINE.search(page.text) is None, path


async def test_a_listed_site_may_call_the_api_with_a_token(application_with, reached, api, sign_in, make_organisation):
    await sign_in(await make_organisation(), Role.OWNER)
    app = application_with(cors_origins=f"{CAREERS}, https://other.example")
    async with reached(app, origin=CAREERS) as page:
        asked = await page.options("/api/interviews", headers=PREFLIGHT)
        assert asked.status_code == 200
        assert asked.headers["access-control-allow-origin"] == CAREERS
        assert "POST" in asked.headers["access-control-allow-methods"]
        assert "access-control-allow-credentials" not in asked.headers
        answer = await page.get("/api/me", headers={"authorization": api.headers["authorization"]})
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == CAREERS
        assert "Retry-After" in answer.headers["access-control-expose-headers"]
        assert "origin" in answer.headers["vary"].lower()


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://careers.example.org", f"{CAREERS}.evil.example", f"{CAREERS}:444"],
)
async def test_other_sites_are_told_nothing(application_with, reached, origin):
    async with reached(application_with(cors_origins=CAREERS), origin=origin) as page:
        asked = await page.options("/api/interviews", headers=PREFLIGHT)
        assert asked.status_code == 400
        assert "access-control-allow-origin" not in asked.headers
        assert "access-control-allow-origin" not in (await page.get("/api/me")).headers


async def test_pages_are_never_shared_and_nothing_is_without_the_setting(application_with, reached):
    async with reached(application_with(cors_origins=CAREERS), origin=CAREERS) as page:
        assert "access-control-allow-origin" not in (await page.get("/sign-in")).headers
    async with reached(application_with(), origin=CAREERS) as page:
        assert "access-control-allow-origin" not in (await page.get("/api/me")).headers


async def test_a_refusal_can_be_read_by_the_listed_site(application_with, reached):
    app = application_with(cors_origins=CAREERS, limits=True, limit_network=1)
    async with reached(app, origin=CAREERS) as page:
        await page.get("/api/me")
        refused = await page.get("/api/me")
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (429, CAREERS)


async def test_every_site_means_every_site_but_never_with_cookies(application_with, reached):
    async with reached(application_with(cors_origins="*"), origin="https://any.example") as page:
        answer = await page.get("/api/me", headers={"cookie": "colloquy_session=x"})
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "given", ["careers.example.org", f"{CAREERS}/", f"{CAREERS}/jobs", "https://*.example.org", "ftp://a"]
)
def test_what_is_no_origin_is_refused(given):
    with pytest.raises(ValidationError, match="is no origin"):
        Settings(cors_origins=given, _env_file=None)
