"""What follows from the scheme that a trusted proxy reports: cookies, HSTS, links, who is counted."""

import pytest

from colloquy.contexts.identity.public import Role

PROXIED = {"x_forwarded_for": "203.0.113.9", "x_forwarded_proto": "https", "x_forwarded_host": "jobs.example.org"}


@pytest.fixture
async def organisation(make_organisation):
    return await make_organisation()


async def signed_in_cookies(reached, app, organisation, address, **headers):
    async with reached(app, address, **headers) as browser:
        # The client speaks http to the proxy's inside, so it would not send Secure cookies back by itself.
        page = await browser.get("/sign-in", headers={"accept": "text/html"})
        value = page.headers["set-cookie"]
        token = page.text.split('name="csrf-token" content="')[1].split('"')[0]
        cookie = value.split(";")[0]
        answer = await browser.post(
            "/sign-in",
            data={"csrf_token": token, "email": organisation.owner.email, "password": "eleven quiet herons"},
            headers={"cookie": cookie, "accept": "text/html"},
        )
        assert answer.status_code == 303, answer.text
        return [value, *answer.headers.get_list("set-cookie")], answer


async def test_behind_tls_every_cookie_is_secure_and_the_sign_in_belongs_to_the_host(
    application_with, reached, organisation
):
    app = application_with(trusted_proxies="10.0.0.0/8")
    cookies, answer = await signed_in_cookies(reached, app, organisation, "10.9.9.9", **PROXIED)
    assert any(cookie.startswith("__Host-colloquy_session=") for cookie in cookies)
    assert all("; Secure" in cookie for cookie in cookies), cookies
    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")


async def test_the_same_words_from_a_stranger_change_nothing(application_with, reached, organisation):
    app = application_with(trusted_proxies="192.0.2.1")
    cookies, answer = await signed_in_cookies(reached, app, organisation, "10.9.9.9", **PROXIED)
    assert any(cookie.startswith("colloquy_session=") for cookie in cookies)
    assert not any("Secure" in cookie for cookie in cookies)
    assert "strict-transport-security" not in answer.headers


async def test_links_are_at_the_address_that_people_see(application_with, reached, organisation, api, sign_in):
    await sign_in(organisation, Role.ADMIN)
    app = application_with(trusted_proxies="10.0.0.0/8")
    given = {"authorization": api.headers["authorization"]}
    body = {"email": "newcomer@example.com", "role": "reviewer"}
    async with reached(app, "10.9.9.9", **PROXIED) as program:
        made = await program.post("/api/team/invitations", json=body, headers=given)
        assert made.status_code == 201, made.text
        assert made.json()["link"].startswith("https://jobs.example.org/join/")
