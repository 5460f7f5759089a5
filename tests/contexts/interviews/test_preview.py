"""Trying an interview as a candidate, and the map of its paths: pages that work as plain forms and store nothing."""

from __future__ import annotations

import re
from html import unescape

import pytest

from colloquy.contexts.identity.public import Role

CHOICE = {
    "text": "May you work here?",
    "kind": "single_choice",
    "options": [{"text": "Yes"}, {"text": "No"}, {"text": "Soon"}],
    "knock_out": {"operator": "is", "value": "b", "message": "Thank you.\nWe will write."},
}
SKILLS = {"text": "Which have you used?", "kind": "multiple_choice", "options": [{"text": "Go"}, {"text": "Rust"}]}
YEARS = {"text": "How many years?", "kind": "number", "number_rule": {"lowest": 0, "highest": 60, "unit": "years"}}


@pytest.fixture
async def organisation(make_organisation):
    return await make_organisation()


@pytest.fixture
async def made(api, sign_in, organisation):
    """`await made(*questions, **interview)`: the path of a draft; a question may be a function of the ids before it."""
    await sign_in(organisation)

    async def make(*questions, **interview) -> str:
        response = await api.post("/api/interviews", json={"title": "Try", **interview})
        home = f"/interviews/{response.json()['id']}"
        ids: list[str] = []
        for question in questions:
            body = question(ids) if callable(question) else question
            answer = await api.post(f"/api{home}/questions", json=body)
            assert answer.status_code == 201, answer.text
            ids.append(answer.json()["id"])
        return home

    return make


@pytest.fixture
async def branching(made) -> str:
    """Work permit (ends with "No"), years, a video for those with two years, a file that may be left out."""

    def video(ids):
        rule = {"conditions": [{"question_id": ids[1], "operator": "at_least", "value": 2}]}
        return {"text": "Show us.", "assessed": False, "show_if": rule}

    return await made(CHOICE, YEARS, video, {"text": "A file?", "kind": "file", "required": False})


def shown(page) -> str:
    """The question on the page, or its heading."""
    question = re.search(r'<legend>(.*?)</legend>|<label for="f-a\d+">(.*?)<|<h1[^>]*>(.*?)</h1>', page.text, re.DOTALL)
    return unescape(next(group for group in question.groups() if group)).strip()


async def walk(browser, home: str, *answers: tuple[int, str | None]) -> object:
    """Follows the forms: each answer is sent with what the page before carried along."""
    page = await browser.page(f"{home}/preview?at=1")
    for number, value in answers:
        assert f'name="past" value="{number}"' in page.text, shown(page)
        form = re.search(r'<form class="form" action="[^"]*/preview".*?</form>', page.text, re.DOTALL)[0]
        own = f"a{number}"
        kept = [pair for pair in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form) if pair[0] != own]
        query = [*kept, *([(own, value)] if value is not None else [])]
        page = await browser.get(f"{home}/preview", params=query, headers={"accept": "text/html"})
        assert page.status_code == 200
    return page


async def test_answers_decide_which_question_comes_next(branching, organisation, browser_client):
    browser = await browser_client(organisation)

    assert shown(await walk(browser, branching)) == "May you work here?"
    assert shown(await walk(browser, branching, (1, "a"))) == "How many years?"
    assert shown(await walk(browser, branching, (1, "a"), (2, "2"))) == "Show us."
    assert shown(await walk(browser, branching, (1, "a"), (2, "1,5"))) == "A file?"
    assert shown(await walk(browser, branching, (1, "c"), (2, "2"), (3, "1"))) == "A file?"
    assert shown(await walk(browser, branching, (1, "c"), (2, "2"), (3, "1"), (4, None))) == "Handed in"


async def test_a_knock_out_shows_the_message_and_that_a_person_decides(branching, organisation, browser_client):
    page = await walk(await browser_client(organisation), branching, (1, "b"))

    assert shown(page) == "The interview ends here"
    assert '<p lang="en">Thank you.</p>' in page.text
    assert "not rejected by this" in page.text
    browser = await browser_client(organisation)
    assert shown(await browser.page(f"{branching}/preview?at=2&a1=b")) == "The interview ends here"
    assert shown(await browser.page(f"{branching}/preview?at=1&a1=b")) == "May you work here?"


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        (((1, None),), "Choose an answer."),
        (((1, "z"),), "Choose an answer."),
        (((1, "a"), (2, None)), "Write a number."),
        (((1, "a"), (2, "many")), "Write a number between 0 and 60."),
        (((1, "a"), (2, "61")), "Write a number between 0 and 60."),
    ],
)
async def test_an_answer_that_is_none_keeps_one_where_one_is(branching, organisation, browser_client, answers, says):
    page = await walk(await browser_client(organisation), branching, *answers)

    assert says in page.text
    assert f'name="past" value="{answers[-1][0]}"' in page.text


async def test_an_address_shows_the_same_to_a_colleague(branching, organisation, browser_client):
    reviewer = await browser_client(organisation, Role.REVIEWER)

    page = await reviewer.page(f"{branching}/preview?at=3&a1=a&a2=7")
    assert shown(page) == "Show us."
    assert "3 of 4" in page.text
    # The answer that leads here was changed: the question is not on this path, and what comes next is shown.
    assert shown(await reviewer.page(f"{branching}/preview?at=3&a1=a&a2=1")) != "Show us."
    for odd in ("at=99", "at=x", "past=9999999", "at=3&a3=%07", "past=2&a2=nan", "past=2&a2=1e999"):
        assert (await reviewer.page(f"{branching}/preview?{odd}")).status_code == 200, odd


async def test_in_free_order_one_chooses(made, organisation, browser_client):
    home = await made(YEARS, SKILLS, order="free")
    browser = await browser_client(organisation)

    page = await browser.page(f"{home}/preview?at=0")
    assert shown(page) == "Choose what you answer next"
    again = await browser.page(f"{home}/preview?past=2&a2=a&a2=b")
    assert shown(again) == "Choose what you answer next"
    assert again.text.count("answered") > page.text.count("answered")


async def test_every_kind_is_shown_and_nothing_is_stored(made, organisation, browser_client, owner_connection):
    talk = {"text": "Let us talk.", "kind": "conversation", "topics": [{"text": "A system you built."}]}
    kinds = [{"text": f"A {kind}?", "kind": kind} for kind in ("video", "audio", "text", "file", "link")]
    home = await made(*kinds, talk, SKILLS, YEARS, CHOICE, {"text": "Screen?", "source": "screen"})
    browser = await browser_client(organisation)
    before = owner_connection.execute("select count(*) from sessions").fetchone()

    pages = [(await browser.page(f"{home}/preview?at={number}")) for number in range(1, 11)]

    assert [page.status_code for page in pages] == [200] * 10
    assert "A system you built." in pages[5].text
    assert "their screen as it is recorded" in pages[9].text
    assert owner_connection.execute("select count(*) from sessions").fetchone() == before


async def test_the_map_draws_and_says_the_same(branching, organisation, browser_client):
    page = await (await browser_client(organisation, Role.REVIEWER)).page(f"{branching}/paths")

    assert page.status_code == 200
    assert "1 question at least, 4 at most" in re.sub(r"\s+", " ", page.text)
    drawing = re.search(r"<svg class=\"paths-map\".*?</svg>", page.text, re.DOTALL)[0]
    assert "Q2 is at least 2 years" in drawing
    assert "ends when “No”" in drawing
    assert drawing.count('class="paths-node') == 4
    assert "Asked when Q2 is at least 2 years." in page.text
    assert "The interview ends here when the answer is: “No”. A person decides what follows." in page.text


async def test_the_map_escapes_what_recruiters_write(made, organisation, browser_client):
    bold = {"text": "<b>Bold & brave?</b>", "kind": "single_choice", "options": [{"text": "<i>"}, {"text": "</svg>"}]}

    def then(ids):
        return {"text": "?", "show_if": {"conditions": [{"question_id": ids[0], "operator": "is", "value": "b"}]}}

    page = await (await browser_client(organisation)).page(f"{await made(bold, then)}/paths")

    assert "<b>Bold" not in page.text
    assert page.text.count("</svg>") == page.text.count("<svg")


async def test_an_interview_without_questions_has_no_map_yet(made, organisation, browser_client):
    browser, home = await browser_client(organisation), await made()

    assert "No questions yet" in (await browser.page(f"{home}/paths")).text
    assert shown(await browser.page(f"{home}/preview?at=1")) == "Handed in"


async def test_another_tenant_sees_neither(branching, make_organisation, browser_client):
    browser = await browser_client(await make_organisation())
    for path in ("/paths", "/preview?at=1", "/preview"):
        assert (await browser.page(branching + path)).status_code == 404
