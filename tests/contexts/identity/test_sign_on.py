"""Single sign-on against a certified OpenID provider: who gets in, who does not, and what it opens."""

import html
import re
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.factories.identity import PASSWORD, unique_email
from tests.providers.oidc import running

from colloquy.contexts.identity.public import Role
from colloquy.kit import clock
from colloquy.kit.ids import new_id
from colloquy.providers.oidc.client import HttpOpenId
from colloquy.providers.oidc.port import OpenId
from colloquy.providers.outbound.guard import Guard
from colloquy.providers.outbound.rules import parse_allow

HOME = "/settings/sign-in"
pytestmark = pytest.mark.skipif(running.why_not() is not None, reason=running.why_not() or "")


@pytest.fixture
def allowed(runtime):
    """The operator lets this machine be asked, as COLLOQUY_OUTBOUND_ALLOW would."""
    before = runtime.provided.get(OpenId)
    runtime.provided.put(OpenId, HttpOpenId(Guard(parse_allow("127.0.0.1"))))
    yield
    runtime.provided.put(OpenId, before)


@pytest.fixture
def signing_on(allowed, make_organisation, browser_client):
    """`async with signing_on() as (organisation, provider, owner's browser)`."""

    @asynccontextmanager
    async def opened(**changed):
        organisation = await make_organisation()
        owner = await browser_client(organisation)
        async with running.certified(f"http://testserver/sign-in/with/{organisation.id}/back") as provider:
            answer = await configure(owner, provider, **changed)
            assert answer.status_code == 303, answer.text
            yield organisation, provider, owner
            # While any organisation has a provider, everybody's sign-in page asks for the address first.
            await owner.submit(f"{HOME}/single-sign-on/remove")

    return opened


async def configure(browser, provider, **changed):
    given = {
        "issuer": provider.issuer,
        "client_id": running.CLIENT_ID,
        "client_secret": running.CLIENT_SECRET,
        "domains": "example.com",
        "role": "reviewer",
        **changed,
    }
    return await browser.submit(f"{HOME}/single-sign-on", {k: v for k, v in given.items() if v is not None})


async def leave(browser, organisation, **about):
    """Opens the address, and clicks on what the page says."""
    asked = await browser.get(f"/sign-in/with/{organisation.id}", params=about)
    assert asked.status_code == 200, asked.text
    start = html.unescape(re.search(r'href="(/sign-in/with/[^"]+)"', asked.text)[1])
    left = await browser.get(start)
    assert left.status_code == 303, left.text
    return left


async def come(browser, organisation, provider, login: str, next_address: str = "/", **about):
    """Out to the provider as `login`, and back."""
    left = await leave(browser, organisation, next=next_address, **about)
    return await browser.page(await provider.go_through(left.headers["location"], login))


async def test_an_invited_member_signs_in_with_the_organisations_provider(signing_on, make_member, browser_client):
    async with signing_on() as (organisation, provider, _owner):
        member = await make_member(organisation, Role.RECRUITER)
        browser = await browser_client()
        left = await leave(browser, organisation)
        asked = parse_qs(urlsplit(left.headers["location"]).query)
        assert asked["code_challenge_method"] == ["S256"]
        assert asked["response_type"] == ["code"]
        assert len(asked["nonce"][0]) == len(asked["state"][0]) == 43
        done = await come(browser, organisation, provider, member.email, "/account")
        assert (done.status_code, done.headers["location"]) == (303, "/account")
        assert (await browser.get("/api/me")).json()["person"]["email"] == member.email
        assert "by single sign-on" in (await browser.page("/account")).text
        # Known by subject from now on: a changed address makes nobody else of them.
        again = await browser_client()
        assert (await come(again, organisation, provider, member.email)).headers["location"] == "/"


async def test_strangers_get_in_only_where_that_is_wanted(signing_on, browser_client, owner_connection):
    async with signing_on() as (organisation, provider, owner):
        email, browser = unique_email("new"), await browser_client()
        refused = await come(browser, organisation, provider, email)
        assert refused.status_code == 403
        assert "not in the team" in refused.text
        await configure(owner, provider, create_people="on", role="recruiter")
        assert (await come(browser, organisation, provider, email)).headers["location"] == "/"
        me = (await browser.get("/api/me")).json()
        assert (me["person"]["name"], me["role"]) == ("Ada of the Provider", "recruiter")
        assert "Current password" not in (await browser.page("/account")).text  # there is none to change
        assert "Current password" not in (await browser.page("/account/second-factor")).text
        stored = "select password_hash from people where lower(email) = lower(%s)"
        assert owner_connection.execute(stored, [email]).fetchone() == (None,)
        for password in ("", "nobody's password, which opens nothing", PASSWORD):
            assert (await (await browser_client()).sign_in(email, password)).status_code in {401, 422}


@pytest.mark.parametrize(
    ("login", "says"), [("unverified:{}@example.com", "not verified"), ("{}@elsewhere.org", "does not let in")]
)
async def test_only_verified_addresses_of_listed_domains_count(signing_on, browser_client, login, says):
    async with signing_on(create_people="on") as (organisation, provider, _owner):
        refused = await come(await browser_client(), organisation, provider, login.format(new_id().hex))
        assert refused.status_code == 403
        assert says in refused.text


async def test_an_unverified_address_is_not_a_member(signing_on, make_member, browser_client):
    async with signing_on() as (organisation, provider, _owner):
        member = await make_member(organisation, Role.RECRUITER)
        browser = await browser_client()
        assert (await come(browser, organisation, provider, f"unverified:{member.email}")).status_code == 403
        assert (await browser.get("/api/me")).status_code == 401


async def test_another_account_with_a_members_address_is_not_them_until_an_admin_says_so(
    signing_on, make_member, browser_client, owner_connection
):
    async with signing_on() as (organisation, provider, owner):
        member = await make_member(organisation, Role.REVIEWER)
        await come(await browser_client(), organisation, provider, member.email)
        owner_connection.execute("update sign_on_links set subject = 'former' where person_id = %s", [member.person_id])
        refused = await come(await browser_client(), organisation, provider, member.email)
        assert "another account" in refused.text
        assert (await owner.submit(f"{HOME}/single-sign-on/forget", {"email": "x@example.com"})).status_code == 404
        await owner.submit(f"{HOME}/single-sign-on/forget", {"email": member.email})
        assert (await come(await browser_client(), organisation, provider, member.email)).headers["location"] == "/"


async def test_a_removed_member_stays_out(signing_on, make_member, browser_client):
    async with signing_on(create_people="on") as (organisation, provider, owner):
        known, unknown = await make_member(organisation, Role.REVIEWER), await make_member(organisation, Role.REVIEWER)
        await come(await browser_client(), organisation, provider, known.email)
        for member in (known, unknown):
            await owner.submit(f"/team/members/{member.person_id}/remove")
            refused = await come(await browser_client(), organisation, provider, member.email)
            assert (refused.status_code, "any more" in refused.text) == (403, True)


async def test_an_owner_gets_in_when_an_owner_has_vouched(signing_on, make_member, browser_client):
    async with signing_on() as (organisation, provider, owner):
        assert (await come(await browser_client(), organisation, provider, organisation.owner.email)).status_code == 303
        admin = await browser_client(organisation, Role.ADMIN)
        await owner.submit(f"{HOME}/single-sign-on/remove")
        await configure(admin, provider)
        refused = await come(await browser_client(), organisation, provider, organisation.owner.email)
        assert "until an owner" in refused.text
        await configure(owner, provider, client_secret="")
        assert (await come(await browser_client(), organisation, provider, organisation.owner.email)).status_code == 303


async def test_new_keys_are_fetched_when_a_token_names_one(signing_on, make_member, browser_client):
    async with signing_on() as (organisation, provider, _owner):
        member = await make_member(organisation, Role.REVIEWER)
        await come(await browser_client(), organisation, provider, member.email)
        await provider.rotate()
        assert (await come(await browser_client(), organisation, provider, member.email)).headers["location"] == "/"


async def test_an_answer_is_ours_fresh_and_used_once(signing_on, make_member, browser_client):
    async with signing_on() as (organisation, provider, _owner):
        member = await make_member(organisation, Role.REVIEWER)
        browser = await browser_client()
        left = await leave(browser, organisation)
        back = await provider.go_through(left.headers["location"], member.email)
        carried = browser.cookies["colloquy_sign_on"]
        victim = await browser_client()  # was made to open the attacker's answer: it began nothing
        assert (await victim.page(back)).status_code == 410
        assert "iss=" in back
        for given, status in ((re.sub(r"state=[^&]+", "state=other", back), 410), (back, 303), (back, 410)):
            copy = await browser_client()
            copy.cookies.set("colloquy_sign_on", carried, path="/sign-in/with", domain="testserver.local")
            assert (await copy.page(given)).status_code == status
        assert (await copy.get("/api/me")).status_code == 401


@pytest.mark.parametrize("iss", ["iss=https%3A%2F%2Fother.example", ""], ids=["another", "none"])
async def test_an_answer_of_another_provider_is_not_redeemed_at_ours(signing_on, make_member, browser_client, iss):
    async with signing_on() as (organisation, provider, _owner):
        member = await make_member(organisation, Role.REVIEWER)
        browser = await browser_client()
        left = await leave(browser, organisation)
        back = await provider.go_through(left.headers["location"], member.email)
        refused = await browser.page(re.sub(r"iss=[^&]+", iss, back))
        assert refused.status_code == 502
        assert "did not come from your organisation" in refused.text


async def test_the_provider_of_one_organisation_opens_no_other(
    signing_on, make_organisation, make_member, browser_client, owner_connection
):
    async with signing_on() as (organisation, provider, _owner):
        member = await make_member(organisation, Role.REVIEWER)
        elsewhere = await make_organisation("Contoso")
        owner_connection.execute(
            "insert into memberships (org_id, person_id, role, joined_at) values (%s, %s, 'admin', %s)",
            [elsewhere.id, member.person_id, clock.now()],
        )
        browser = await browser_client()
        await come(browser, organisation, provider, member.email)
        assert "Contoso" not in (await browser.page("/account")).text
        assert (await browser.submit(f"/account/organisations/{elsewhere.id}")).status_code == 403
        assert (await browser.get("/api/me")).json()["organisation"]["id"] == str(organisation.id)
        assert (await browser.get(f"/sign-in/with/{elsewhere.id}")).status_code == 404
        # An answer for one organisation is none for another.
        begun = await leave(browser, organisation)
        back = await provider.go_through(begun.headers["location"], member.email)
        assert (await browser.page(back.replace(str(organisation.id), str(elsewhere.id)))).status_code == 410


async def test_single_sign_on_may_be_asked_of_everybody_but_owners(
    signing_on, make_member, browser_client, sign_in, api
):
    async with signing_on(required="on") as (organisation, provider, owner):
        member = await make_member(organisation, Role.REVIEWER)
        browser = await browser_client(member)
        led = await browser.page("/interviews")
        assert (led.status_code, led.headers["location"]) == (303, "/sign-in/single-sign-on")
        assert f"/sign-in/with/{organisation.id}" in (await browser.page("/sign-in/single-sign-on")).text
        refused = await api.post("/api/auth/login", json={"email": member.email, "password": PASSWORD})
        assert (refused.status_code, refused.json()["code"]) == (403, "single_sign_on_required")
        await sign_in(member)
        assert (await api.get("/api/me")).json()["code"] == "single_sign_on_required"
        assert (await owner.page("/interviews")).status_code == 200
        await come(browser, organisation, provider, member.email)
        assert (await browser.page("/interviews")).status_code == 200


async def test_the_sign_in_page_asks_for_the_address_first_and_offers_the_provider(signing_on, browser_client):
    domain = f"d{new_id().hex}.example"  # of this organisation alone: the page shows a few
    async with signing_on(domains=f"{domain}, example.org") as (organisation, _provider, _owner):
        browser = await browser_client()
        first = (await browser.page("/sign-in?next=/team")).text
        assert 'name="password"' not in first
        offered = (await browser.page(f"/sign-in?next=/team&email=somebody@{domain.title()}")).text
        assert f"/sign-in/with/{organisation.id}?next=%2Fteam" in offered
        assert 'name="password"' in offered
        other = (await browser.page("/sign-in?email=somebody@elsewhere.org")).text
        assert "/sign-in/with/" not in other
        assert 'name="password"' in other


async def test_the_settings_show_what_was_found_and_never_the_secret(signing_on, browser_client, owner_connection):
    async with signing_on() as (organisation, provider, owner):
        shown = await owner.submit(f"{HOME}/single-sign-on/test")
        assert f"{provider.issuer}/token" in shown.text
        assert "RS256" in shown.text
        assert running.CLIENT_SECRET not in shown.text
        assert "a secret:" not in (await owner.page(HOME)).text
        sealed = "select sealed_secret from sign_on_providers where org_id = %s"
        assert b"a secret" not in bytes(owner_connection.execute(sealed, [organisation.id]).fetchone()[0])
        # The stored secret goes to nobody new.
        moved = await configure(owner, provider, client_secret="", client_id="another")
        assert (moved.status_code, "changed: enter the client secret" in moved.text) == (422, True)
        reviewer = await browser_client(organisation, Role.REVIEWER)
        for path in ("single-sign-on", "single-sign-on/test", "single-sign-on/remove", "single-sign-on/forget"):
            given = {"issuer": provider.issuer, "client_id": "x", "public": "on", "domains": "a.b", "role": "reviewer"}
            assert (await reviewer.submit(f"{HOME}/{path}", given)).status_code == 403
        assert (await reviewer.page(HOME)).status_code == 403


async def test_a_private_address_is_asked_only_where_the_operator_allows(make_organisation, browser_client):
    browser = await browser_client(await make_organisation())
    for issuer in ("http://127.0.0.1:9", "https://10.0.0.1", "https://localhost", "http://sso.example.com", "nonsense"):
        given = {"issuer": issuer, "client_id": "x", "public": "on", "domains": "example.com", "role": "reviewer"}
        assert (await browser.submit(f"{HOME}/single-sign-on", given)).status_code == 422


@pytest.mark.parametrize(
    ("field", "value"),
    [("domains", ""), ("domains", "exa mple,@,"), ("client_id", ""), ("role", "owner"), ("client_secret", "")],
    ids=["no-domain", "no-domains", "no-client", "owner", "no-secret"],
)
async def test_what_cannot_be_is_said_beside_its_field(make_organisation, browser_client, field, value):
    browser = await browser_client(await make_organisation())
    given = {"issuer": "https://sso.example.com", "client_id": "x", "client_secret": "s", "domains": "example.com"}
    answer = await browser.submit(f"{HOME}/single-sign-on", {**given, "role": "reviewer", field: value})
    assert answer.status_code == 422
    assert f"f-{field}-error" in answer.text


async def test_nobody_is_signed_in_by_opening_the_address(signing_on, browser_client):
    async with signing_on() as (organisation, _provider, _owner):
        browser, other = await browser_client(), await browser_client()
        asked = await browser.page(f"/sign-in/with/{organisation.id}?next=/team")
        assert asked.status_code == 200
        assert "colloquy_sign_on" not in browser.cookies
        start = html.unescape(re.search(r'href="(/sign-in/with/[^"]+)"', asked.text)[1])
        # The link is this browser's: sent to somebody else, or made up, it asks them first.
        await other.page("/sign-in")
        for address in (start, re.sub(r"clicked=[^&]+", "clicked=x", start)):
            assert (await other.page(address)).status_code == 200
        assert (await browser.page(start)).status_code == 303


async def test_whoever_has_no_password_proves_at_the_provider_who_they_are(signing_on, browser_client):
    async with signing_on(create_people="on") as (organisation, provider, _owner):
        email = unique_email("new")
        here, elsewhere = await browser_client(), await browser_client()
        for browser in (here, elsewhere):
            await come(browser, organisation, provider, email)
        # This provider does not say by itself when it asked: a click at it may have been all.
        led = await here.submit("/account/sessions/end-others")
        assert (led.status_code, led.headers["location"]) == (303, "/account/confirm")
        page = (await here.page("/account/confirm")).text
        assert 'name="password"' not in page
        left = await here.page(html.unescape(re.search(r'href="(/sign-in/with/[^"]+)"', page)[1]))
        asked = parse_qs(urlsplit(left.headers["location"]).query)
        assert (asked["prompt"], asked["max_age"], asked["login_hint"]) == (["login"], ["0"], [email])
        back = await here.page(await provider.go_through(left.headers["location"], email))
        assert back.headers["location"] == "/account"
        assert (await here.submit("/account/sessions/end-others")).headers["location"] == "/account"
        assert (await elsewhere.get("/api/me")).status_code == 401
