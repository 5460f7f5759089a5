"""The page "Models and keys" and its forms."""

import re

import pytest
from tests.contexts.inference.conftest import Form

from colloquy.contexts.identity.public import Role
from colloquy.contexts.inference.public import Inference
from colloquy.contexts.inference.service.vendors import Vendors
from colloquy.providers.llm.structured import ModelRefused, ModelUnavailable
from colloquy.providers.llm.structured_fake import FakeStructured

HOME = "/settings/models"
KEY = "sk-unmistakable-7Q4Z"
MODEL = {
    "vendor": "openai",
    "model": "gpt-5-mini",
    "base_url": "",
    "tier": "standard",
    "tasks": ["evaluate", "draft"],
    "position": "0",
}
KEY_FORM = {"vendor": "openai", "base_url": "", "label": "Team account", "key": KEY, "per_minute": "60"}


@pytest.fixture
async def organisation(make_organisation):
    return await make_organisation()


@pytest.fixture
async def browser(browser_client, organisation):
    return await browser_client(organisation)


@pytest.fixture
def vendor(runtime):
    """What every vendor of this product says meanwhile."""
    fake = FakeStructured("fake:x", says=lambda request, _key: request.output(ok=True))
    inference = runtime.provided.get(Inference)
    before = inference.vendors
    inference.vendors = Vendors(lambda _vendor, _model, _url: fake, inference.parts.seconds)
    object.__setattr__(inference.parts, "vendors", inference.vendors)
    yield fake
    inference.vendors = before
    object.__setattr__(inference.parts, "vendors", before)


async def with_key(browser, **changes):
    await browser.submit(HOME, MODEL)
    response = await browser.submit(f"{HOME}/keys", {**KEY_FORM, **changes})
    assert response.headers["location"] == HOME, response.text
    page = (await browser.page(HOME)).text
    return re.search(rf"{HOME}/keys/([0-9a-f-]+)/test", page)[1], page


async def test_settings_lead_there(browser):
    assert f'href="{HOME}"' in (await browser.page("/settings")).text
    page = (await browser.page(HOME)).text
    assert "No model yet" in page
    assert "No key yet" in page


async def test_a_model_without_a_key_leads_to_the_form_for_one(browser):
    response = await browser.submit(HOME, MODEL)
    assert response.headers["location"] == f"{HOME}/keys/new?vendor=openai"
    page = (await browser.page(HOME)).text
    assert "gpt-5-mini" in page
    assert "Needs a key" in page
    assert "$0.25" in page
    assert "$2.00" in page


async def test_a_key_is_in_use_and_is_never_on_any_page(browser):
    key_id, page = await with_key(browser)
    assert "Ready" in page
    assert "In use" in page
    assert "…7Q4Z" in page
    for address in (HOME, f"{HOME}/keys/{key_id}", f"{HOME}/keys/new"):
        assert KEY not in (await browser.page(address)).text


@pytest.mark.parametrize(
    "wrong", [{"label": ""}, {"per_minute": "many"}, {"base_url": "ftp://x"}, {"vendor": "nobody"}]
)
async def test_a_mistake_beside_a_key_does_not_send_it_back(browser, wrong):
    response = await browser.submit(f"{HOME}/keys", {**KEY_FORM, **wrong})
    assert response.status_code == 422
    assert KEY not in response.text


@pytest.mark.parametrize("bad", ["", "short", "with a space in it", "ключ-ключ-ключ", "x" * 501])
async def test_what_is_no_key_is_said_in_words(browser, bad):
    response = await browser.submit(f"{HOME}/keys", {**KEY_FORM, "key": bad})
    assert response.status_code == 422
    assert "does not look like a key" in response.text


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("model", "", "Fill this in"),
        ("model", "x" * 201, "at most 200"),
        ("vendor", "nobody", "Choose one of the list"),
        ("tier", "golden", "Choose one of the list"),
        ("tasks", [], "Choose at least one"),
        ("position", "first", "whole number"),
        ("position", "100", "whole number"),
        ("base_url", "http://169.254.169.254/latest", "address of a server"),
        ("base_url", "https://me:secret@example.com", "address of a server"),
    ],
)
async def test_a_mistake_in_a_model_changes_nothing(browser, field, value, says):
    response = await browser.submit(HOME, {**MODEL, field: value})
    assert response.status_code == 422
    assert says in response.text
    assert "No model yet" in (await browser.page(HOME)).text


async def test_a_server_of_ones_own_needs_its_address(browser):
    response = await browser.submit(HOME, {**MODEL, "vendor": "vllm"})
    assert response.status_code == 422
    assert "write its address" in response.text


async def test_the_same_model_twice_is_refused_in_words(browser):
    await browser.submit(HOME, MODEL)
    response = await browser.submit(HOME, MODEL)
    assert response.status_code == 409
    assert "in the list already" in response.text


async def test_a_model_is_changed_switched_off_and_on_and_removed(browser):
    await browser.submit(HOME, MODEL)
    model_id = re.search(rf"{HOME}/([0-9a-f-]+)/disable", (await browser.page(HOME)).text)[1]
    edit = (await browser.page(f"{HOME}/{model_id}")).text
    assert 'value="evaluate" checked' in edit
    await browser.submit(f"{HOME}/{model_id}", {"tier": "best", "tasks": ["converse"], "position": "3"})
    assert "Words conversations" in (await browser.page(HOME)).text
    await browser.submit(f"{HOME}/{model_id}/disable")
    assert f"{HOME}/{model_id}/enable" in (await browser.page(HOME)).text
    await browser.submit(f"{HOME}/{model_id}/enable")
    await browser.submit(f"{HOME}/{model_id}/remove")
    assert "No model yet" in (await browser.page(HOME)).text


async def test_testing_a_key_really_asks_and_says_what_came_of_it(browser, vendor):
    key_id, _page = await with_key(browser)
    await browser.submit(f"{HOME}/keys/{key_id}/test")
    assert vendor.keys == [KEY]
    assert "The key works: openai:gpt-5-mini answered in" in (await browser.page(HOME)).text
    vendor.says = lambda _request, _key: ModelRefused("key", "No.")
    await browser.submit(f"{HOME}/keys/{key_id}/test")
    page = (await browser.page(HOME)).text
    assert "does not accept this key" in page
    assert "Refused" in page
    vendor.says = lambda request, _key: request.output(ok=True)
    await browser.submit(f"{HOME}/keys/{key_id}/test")
    assert "In use" in (await browser.page(HOME)).text


async def test_a_key_without_a_model_to_test_it_on_is_told_apart(browser):
    await browser.submit(f"{HOME}/keys", KEY_FORM)
    key_id = re.search(rf"{HOME}/keys/([0-9a-f-]+)/test", (await browser.page(HOME)).text)[1]
    await browser.submit(f"{HOME}/keys/{key_id}/test")
    assert "Add a model of this vendor first" in (await browser.page(HOME)).text


async def test_a_key_is_renamed_replaced_and_retired(browser):
    key_id, _page = await with_key(browser)
    await browser.submit(f"{HOME}/keys/{key_id}", {"label": "Old account", "per_minute": ""})
    assert "Old account" in (await browser.page(HOME)).text
    await browser.submit(f"{HOME}/keys/{key_id}/replace", {"key": "sk-another-one-NEW1"})
    page = (await browser.page(HOME)).text
    assert "…NEW1" in page
    assert "Retired" in page
    assert f"{HOME}/keys/{key_id}/test" not in page
    assert "This key was retired" in (await browser.page(f"{HOME}/keys/{key_id}")).text


async def test_replacing_a_key_by_one_that_is_there_leaves_both(browser):
    key_id, _page = await with_key(browser)
    await browser.submit(f"{HOME}/keys", {**KEY_FORM, "key": "sk-another-one-NEW1"})
    response = await browser.submit(f"{HOME}/keys/{key_id}/replace", {"key": "sk-another-one-NEW1"})
    assert response.status_code == 409
    page = (await browser.page(HOME)).text
    assert "Retired" not in page
    assert f"{HOME}/keys/{key_id}/test" in page


async def test_a_budget_is_written_in_dollars(browser):
    response = await browser.submit(f"{HOME}/budget", {"warning": "5", "soft": "12,50", "hard": "20.00"})
    assert response.headers["location"] == HOME
    page = (await browser.page(HOME)).text
    assert "$12.50" in page
    assert 'value="12.50"' in (await browser.page(f"{HOME}/budget")).text
    await browser.submit(f"{HOME}/budget", {"warning": "", "soft": "", "hard": ""})
    assert "$12.50" not in (await browser.page(HOME)).text


@pytest.mark.parametrize(
    "bad", [{"hard": "much"}, {"hard": "-1"}, {"hard": "nan"}, {"warning": "9", "hard": "5"}, {"hard": "1e9"}]
)
async def test_what_is_no_budget_is_said_in_words(browser, bad):
    response = await browser.submit(f"{HOME}/budget", {"warning": "", "soft": "", "hard": "", **bad})
    assert response.status_code == 422
    assert "error-summary" in response.text


async def test_the_page_tells_how_far_spending_has_come(desk, browser_client):
    await desk.key("sk-first-0001")
    await desk.budget(warning=1, soft=130, hard=300)
    browser = await browser_client(desk.organisation)
    for words in ("reached your warning", "soft limit is reached", "hard limit is reached"):
        await desk.ask(words)
        assert words.replace("is reached", "") in (await browser.page(HOME)).text


async def test_the_page_tells_that_a_vendor_is_left_alone(desk, browser_client):
    await desk.key("sk-first-0001")
    desk.vendor("openai:gpt-5-mini", lambda _request, _key: ModelUnavailable("away"))
    with pytest.raises(Exception, match="failed"):
        await desk.ask()
    browser = await browser_client(desk.organisation)
    assert "Left alone for a moment" in (await browser.page(HOME)).text, "opened in another process"
    desk.vendor("openai:gpt-5-mini", lambda _request, _key: Form(word="back"))
    desk.seconds.at += 60
    await desk.ask("Again.")
    assert "Left alone for a moment" not in (await browser.page(HOME)).text


NOBODY = "01a1fe95-0df6-7196-84d4-30a99d7f64a0"
"""No row has it, and it is the same in every process that collects these tests."""


@pytest.mark.parametrize("path", ["", "/new", "/keys/new", "/budget", f"/{NOBODY}", f"/keys/{NOBODY}"])
async def test_others_are_refused(browser_client, organisation, path):
    recruiter = await browser_client(organisation, Role.RECRUITER)
    assert (await recruiter.page(HOME + path)).status_code == 403
    nobody = await browser_client()
    assert (await nobody.page(HOME + path)).status_code == 303


async def test_others_change_nothing(browser_client, organisation, browser):
    key_id, _page = await with_key(browser)
    recruiter = await browser_client(organisation, Role.RECRUITER)
    for path in (
        "",
        "/keys",
        "/budget",
        f"/keys/{key_id}",
        *(f"/keys/{key_id}/{verb}" for verb in ("replace", "enable", "disable", "retire", "test")),
    ):
        assert (await recruiter.submit(HOME + path, {**MODEL, **KEY_FORM})).status_code == 403, path


async def test_another_organisations_key_is_not_there(browser, browser_client, make_organisation):
    key_id, _page = await with_key(browser)
    stranger = await browser_client(await make_organisation())
    for verb in ("enable", "disable", "retire", "test"):
        assert (await stranger.submit(f"{HOME}/keys/{key_id}/{verb}")).status_code == 404
    assert (await stranger.submit(f"{HOME}/keys/{key_id}/replace", {"key": KEY})).status_code == 404
