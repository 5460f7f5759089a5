"""Whose language a page is in, and that its words, numbers and dates are."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from jinja2 import DictLoader
from tests.factories.interviews import TEXT, publish_interview

from colloquy.contexts.identity.public import Role
from colloquy.kit import i18n
from colloquy.web import i18n as pages_i18n
from colloquy.web.templating import build_environment

RUSSIAN = {"accept-language": "ru-RU,ru;q=0.9,en;q=0.8", "accept": "text/html"}
HTML = {"accept": "text/html"}


@pytest.fixture(autouse=True)
async def somebody(make_organisation):
    """A new installation has no sign-in page."""
    return await make_organisation()


def language_of(answer) -> str:
    found = re.search(r'<html lang="([^"]+)"', answer.text)
    assert found, answer.text[:200]
    assert answer.headers["content-language"] == found[1]
    return found[1]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("ru", "ru"),
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("de-DE,de;q=0.9,ru;q=0.5", "ru"),
        ("en-GB,en;q=0.9,ru;q=0.8", "en"),
        ("ru;q=0,en;q=0.1", "en"),
        ("ru;q=many", "en"),
        ("*", "en"),
    ],
)
async def test_a_visitor_is_spoken_to_as_the_browser_asks(browser_client, accepted, language):
    browser = await browser_client()
    answer = await browser.get("/sign-in", headers={**HTML, "accept-language": accepted})
    assert language_of(answer) == language
    assert {"Accept-Language", "Cookie"} <= {part.strip() for part in answer.headers["vary"].split(",")}
    assert ("Войти" in answer.text) is (language == "ru")


async def test_a_choice_is_kept_by_the_browser_and_stands_above_what_it_asks_for(browser_client):
    browser = await browser_client()
    assert language_of(await browser.page("/sign-in?lang=ru")) == "ru"
    assert language_of(await browser.page("/sign-in")) == "ru"
    assert language_of(await browser.get("/sign-in?lang=en", headers=RUSSIAN)) == "en"
    assert language_of(await browser.get("/sign-in", headers=RUSSIAN)) == "en"


@pytest.mark.parametrize("nonsense", ["xx", "", "../../etc", "ru'--"])
async def test_a_language_that_there_is_not_is_no_choice(browser_client, nonsense):
    browser = await browser_client()
    answer = await browser.get("/sign-in", params={"lang": nonsense}, headers=RUSSIAN)
    assert language_of(answer) == "ru"
    assert "colloquy_language" not in answer.headers.get("set-cookie", "")


async def test_the_switch_is_links_that_keep_the_rest_of_the_address(browser_client):
    browser = await browser_client()
    page = (await browser.page("/sign-in?next=/team")).text
    switch = re.findall(
        r'<a class="" href="([^"]+)" lang="(\w+)" hreflang="\w+"( aria-current="true")?>([^<]+)</a>', page
    )
    assert [(tag, name, bool(current)) for _, tag, current, name in switch] == [
        ("en", "English", True),
        ("ru", "Русский", False),
    ]
    answer = await browser.page("/sign-in" + switch[1][0].replace("&amp;", "&"))
    assert language_of(answer) == "ru"
    assert 'value="/team"' in answer.text


async def test_a_person_is_spoken_to_in_their_language_until_the_browser_chooses(
    make_organisation, make_member, browser_client
):
    member = await make_member(await make_organisation(), Role.REVIEWER, name="Rita Reviewer")
    browser = await browser_client(member)
    assert language_of(await browser.get("/account", headers=RUSSIAN)) == "en"
    await browser.submit("/account/profile", {"name": "Rita", "language": "ru"})
    page = await browser.page("/account")
    assert language_of(page) == "ru"
    assert "Сохранено." in page.text
    assert "Рецензент" in page.text
    assert language_of(await browser.page("/account?lang=en")) == "en"
    # What is saved in the account is newer than what was pressed before, so it counts.
    await browser.submit("/account/profile", {"name": "Rita", "language": "ru"})
    assert language_of(await browser.page("/account")) == "ru"


async def test_a_candidate_is_spoken_to_in_the_language_of_the_interview(runtime, make_organisation, browser_client):
    organisation = await make_organisation()
    russian = await publish_interview(runtime, organisation, TEXT, language="ru")
    english = await publish_interview(runtime, organisation, TEXT)
    browser = await browser_client()
    assert language_of(await browser.get(f"/{english.token}", headers=RUSSIAN)) == "en"
    answer = await browser.page(f"/{russian.token}")
    assert language_of(answer) == "ru"
    assert "1 вопрос<" in answer.text
    answer = await browser.submit(f"/{russian.token}", {"name": "", "email": ""})
    assert answer.status_code == 422
    assert "Нужно исправить" in answer.text
    assert language_of(await browser.page(f"/{russian.token}?lang=en")) == "en"
    assert language_of(await browser.page(f"/{russian.token}")) == "en"


async def test_refusals_are_in_the_readers_language_and_their_codes_are_not(api):
    english = (await api.get("/api/interviews")).json()
    answer = await api.get("/api/interviews", headers={"accept-language": "ru"})
    russian = answer.json()
    assert answer.headers["content-language"] == "ru"
    assert (english["title"], russian["title"]) == ("Not signed in", "Вход не выполнен")
    assert russian["detail"].startswith("Сначала войдите")
    assert english["code"] == russian["code"] == "not_signed_in"


async def test_a_bug_is_said_in_the_readers_language(app, transport, browser_client):
    async def broken() -> None:
        raise ZeroDivisionError

    app.add_api_route("/broken-for-a-test", broken)
    app.router.routes.insert(0, app.router.routes.pop())
    try:
        transport.raise_app_exceptions = False
        browser = await browser_client()
        answer = await browser.get("/broken-for-a-test", headers=RUSSIAN)
    finally:
        app.router.routes.pop(0)
    assert answer.status_code == 500
    assert "Это наша вина." in answer.text
    assert '<html lang="ru">' in answer.text


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 вопросов"), (1, "1 вопрос"), (2, "2 вопроса"), (5, "5 вопросов"), (11, "11 вопросов"), (21, "21 вопрос")],
)
def test_russian_has_three_plural_forms(number, said):
    with i18n.using_language("ru"):
        assert i18n.ngettext("%(num)s question", "%(num)s questions", number) == said


def test_a_language_is_spoken_inside_its_block_only():
    with i18n.using_language("ru"):
        assert i18n.gettext("Save") == "Сохранить"
        with i18n.using_language("de"):  # a language that we have not: English
            assert (i18n.language(), i18n.gettext("Save")) == ("en", "Save")
        assert i18n.language() == "ru"
    assert i18n.gettext("Save") == "Save"


def test_values_are_put_in_and_a_percent_sign_without_values_is_itself():
    with i18n.using_language("ru"):
        assert i18n.gettext("Welcome to %(name)s.", name="50%") == "Добро пожаловать в «50%»."
        assert i18n.gettext("100% of nothing") == "100% of nothing"


def test_words_of_a_macro_file_are_not_kept_from_the_first_reader():
    environment = build_environment()
    environment.loader = DictLoader(
        {
            "words.html": '{% set WORDS = {"save": _("Save")} %}',
            "page.html": '{% import "words.html" as words %}{{ words.WORDS.save }}',
        }
    )
    page = environment.get_template("page.html")
    said = []
    for language in ("en", "ru", "en"):
        with i18n.using_language(language):
            said.append(page.render())
    assert said == ["Save", "Сохранить", "Save"]


def test_what_is_put_into_a_message_is_escaped():
    environment = build_environment()
    page = environment.from_string('{{ _("Welcome to %(name)s.", name=name) }}')
    with i18n.using_language("ru"):
        assert page.render(name="<b>") == "Добро пожаловать в «&lt;b&gt;»."


def test_scripts_get_their_messages_with_the_form_of_each_plural_category():
    assert pages_i18n.script_messages() == ""
    with i18n.using_language("ru"):
        everything = json.loads(pages_i18n.script_messages())
        recruiters = json.loads(pages_i18n.script_messages(room=False))
    assert everything["plural"] == {"one": 0, "few": 1, "many": 2}
    one, few, many = everything["messages"]["You may record %(num)s more take."]
    assert ("попытку" in one, "попытки" in few, "попыток" in many) == (True, True, True)
    assert everything["messages"]["Copied"] == recruiters["messages"]["Copied"] == "Скопировано"
    assert "You may record %(num)s more take." not in recruiters["messages"]
    assert "Not signed in" not in everything["messages"]


def test_numbers_sizes_and_dates_are_written_as_the_language_writes_them():
    at = datetime(2026, 3, 1, 9, 5, tzinfo=UTC)
    written = {}
    for language in ("en", "ru"):
        with i18n.using_language(language):
            written[language] = (
                pages_i18n.number(20000),
                pages_i18n.filesize(4.1e6),
                pages_i18n.filesize(640e3),
                pages_i18n.percent(0.42),
                pages_i18n.moment(at),
                pages_i18n.long_moment(at),
                pages_i18n.day(at),
            )
    assert written["en"] == (
        "20,000",
        "4.1 MB",
        "640 KB",
        "42%",
        "1 Mar 2026, 09:05 UTC",
        "1 March 2026, 09:05 UTC",
        "1 March 2026",
    )
    assert [text.replace("\xa0", " ").replace("\u202f", " ") for text in written["ru"]] == [
        "20 000",
        "4,1 МБ",
        "640 КБ",
        "42 %",
        "1 мар. 2026, 09:05 UTC",
        "1 марта 2026, 09:05 UTC",
        "1 марта 2026 г.",
    ]
