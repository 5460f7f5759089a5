"""The form of a question without scripts: every kind, lists that grow, conditions and knock-outs."""

from __future__ import annotations

import re
from html import unescape

import pytest

from colloquy.contexts.identity.public import Role

BASE = {
    "text": "Why?",
    "think_seconds": "30",
    "answer_seconds": "120",
    "max_characters": "2000",
    "takes": "3",
    "weight": "2",
    "conversation_minutes": "15",
    "follow_ups": "2",
    "source": "camera",
    "option_id": ["", ""],
    "option_text": ["", ""],
    "topic_id": [""],
    "topic_text": [""],
    "topic_points": [""],
    "condition_test": [""],
    "condition_number": [""],
    "show_if_every": "all",
}
CHOICE = {**BASE, "kind": "single_choice", "option_id": ["a", "b"], "option_text": ["Yes", "No"]}


@pytest.fixture
async def organisation(make_organisation):
    return await make_organisation()


@pytest.fixture
async def home(organisation, make_interview) -> str:
    return f"/interviews/{await make_interview(organisation)}"


@pytest.fixture
async def browser(organisation, browser_client):
    return await browser_client(organisation, Role.RECRUITER)


@pytest.fixture
async def stored(api, sign_in, organisation, home):
    await sign_in(organisation)

    async def read() -> list[dict]:
        return (await api.get(f"/api{home}")).json()["questions"]

    return read


def fields(page, name: str) -> list[str]:
    """The values of the form's fields of this name, without those of the template for further rows."""
    form = re.sub(r"<template.*?</template>", "", page.text, flags=re.DOTALL)
    found = re.findall(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"|<textarea[^>]*name="{name}"[^>]*>([^<]*)<', form)
    return [unescape(one or other) for one, other in found]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (CHOICE, {"kind": "single_choice", "options": [{"id": "a", "text": "Yes"}, {"id": "b", "text": "No"}]}),
        ({**CHOICE, "kind": "multiple_choice", "optional": "on"}, {"kind": "multiple_choice", "required": False}),
        (
            {**BASE, "kind": "number", "number_lowest": "0,5", "number_highest": "", "number_unit": " years "},
            {"number_rule": {"lowest": 0.5, "highest": None, "unit": "years"}},
        ),
        (
            {**BASE, "kind": "conversation", "topic_text": ["A system."], "topic_points": ["own part\r\n\r\nresult"]},
            {"answer_seconds": 900, "follow_ups": 2},
        ),
        (
            {**BASE, "kind": "video", "source": "screen", "upload_allowed": "on"},
            {"source": "screen", "upload_allowed": True},
        ),
        ({**BASE, "kind": "file"}, {"kind": "file", "assessed": False}),
        ({**BASE, "kind": "link", "takes": "nonsense", "conversation_minutes": "x"}, {"kind": "link"}),
    ],
)
async def test_every_kind_is_written_and_opens_again(home, browser, stored, sent, kept):
    answer = await browser.submit(f"{home}/questions", sent)
    assert answer.status_code == 303, answer.text

    [question] = await stored()
    assert {name: question[name] for name in kept} == kept
    again = await browser.page(f"{home}?edit={question['id']}")
    assert re.search(rf'name="kind" value="{question["kind"]}" checked', again.text)
    assert fields(again, "option_text") == ([option["text"] for option in question["options"]] or ["", ""])
    saved = await browser.submit(f"{home}/questions/{question['id']}", sent)
    assert saved.status_code == 303
    [same] = await stored()
    ignored = {"topics", "options"} if "topic_text" in kept else {"topics"}
    assert {key: value for key, value in same.items() if key not in ignored} == {
        key: value for key, value in question.items() if key not in ignored
    }


async def test_topics_keep_their_points(home, browser, stored):
    sent = {**BASE, "kind": "conversation", "topic_id": ["", ""], "topic_text": ["One.", "Two."]}
    await browser.submit(f"{home}/questions", {**sent, "topic_points": ["own part\r\n\r\nresult", ""]})

    [question] = await stored()
    assert [(topic["text"], topic["points"]) for topic in question["topics"]] == [
        ("One.", ["own part", "result"]),
        ("Two.", []),
    ]
    again = await browser.page(f"{home}?edit={question['id']}")
    assert fields(again, "topic_id") == [topic["id"] for topic in question["topics"]]
    assert fields(again, "topic_points") == ["own part\nresult", ""]


@pytest.mark.parametrize(
    ("then", "texts"),
    [
        ("options.add", ["Yes", "No", "Soon", ""]),
        ("options.remove.0", ["No", "Soon"]),
        ("options.up.2", ["Yes", "Soon", "No"]),
        ("options.down.0", ["No", "Yes", "Soon"]),
        ("options.up.0", ["Yes", "No", "Soon"]),
        ("options.down.9", ["Yes", "No", "Soon"]),
        ("nonsense.add", ["Yes", "No", "Soon"]),
    ],
)
async def test_lists_grow_and_move_without_a_script_and_nothing_is_stored(home, browser, stored, then, texts):
    sent = {**CHOICE, "option_id": ["a", "b", "c"], "option_text": ["Yes", "No", "Soon"], "then": then}

    page = await browser.submit(f"{home}/questions", sent)

    assert page.status_code == 200
    assert fields(page, "option_text") == texts
    ids = fields(page, "option_id")
    assert len(set(ids)) == len(ids) == len(texts)
    assert "" not in ids
    assert ">Why?</textarea>" in page.text
    assert await stored() == []


async def test_a_row_that_is_new_does_not_take_the_id_of_one_that_went(home, browser):
    removed = await browser.submit(f"{home}/questions", {**CHOICE, "then": "options.remove.1"})
    sent = {**CHOICE, "option_id": fields(removed, "option_id"), "option_text": ["Yes"], "then": "options.add"}

    page = await browser.submit(f"{home}/questions", sent)

    assert "b" not in fields(page, "option_id")


async def test_there_are_no_more_rows_than_may_be(home, browser):
    full = {"option_id": [f"o{n}" for n in range(20)], "option_text": [str(n) for n in range(20)]}
    page = await browser.submit(f"{home}/questions", {**CHOICE, **full, "then": "options.add"})
    assert len(fields(page, "option_text")) == 20


async def test_reviewers_get_no_form(home, organisation, browser_client):
    reviewer = await browser_client(organisation, Role.REVIEWER)
    assert (await reviewer.submit(f"{home}/questions", {**CHOICE, "then": "options.add"})).status_code == 403
    assert (await reviewer.submit(f"{home}/questions", CHOICE)).status_code == 403


async def test_a_condition_and_a_knock_out_are_chosen_shown_and_taken_away(home, browser, stored):
    ending = {"knock_out_single": "is:b", "knock_out_message": "Thank you."}
    await browser.submit(f"{home}/questions", {**CHOICE, **ending})
    await browser.submit(f"{home}/questions", {**BASE, "kind": "number", "number_unit": "years"})
    choice, years = await stored()
    assert choice["knock_out"] == {"operator": "is", "value": "b", "message": "Thank you."}

    conditions = {
        "condition_test": [f"{choice['id']}:is_not:b", "", f"{years['id']}:at_least"],
        "condition_number": ["", "", "2,5"],
        "show_if_every": "any",
    }
    video = {**BASE, "kind": "video", "not_assessed": "on", **conditions}
    assert (await browser.submit(f"{home}/questions", video)).status_code == 303
    *_, asked = await stored()
    assert asked["show_if"] == {
        "every": False,
        "conditions": [
            {"question_id": choice["id"], "operator": "is_not", "value": "b"},
            {"question_id": years["id"], "operator": "at_least", "value": 2.5},
        ],
    }
    page = (await browser.page(home)).text
    assert "Single choice · 2 options · ends the interview when “No”" in page
    assert "asked when Q1 is not “No” or Q2 is at least 2.5 years" in page
    form = await browser.page(f"{home}?edit={asked['id']}")
    assert f'value="{years["id"]}:at_least" data-number selected' in form.text
    assert fields(form, "condition_number") == ["", "2.5"]

    refused = await browser.submit(f"{home}/questions/{choice['id']}/remove")
    assert refused.headers["location"] == home
    assert "Question 3 is asked only after a certain answer to question 1" in (await browser.page(home)).text
    moved = await browser.submit(f"{home}/questions/{asked['id']}/move/up")
    assert moved.status_code == 303
    assert [question["number"] for question in await stored()] == [1, 2, 3]
    assert (await stored())[2]["id"] == asked["id"]

    await browser.submit(f"{home}/questions/{asked['id']}", {**BASE, "kind": "video", "not_assessed": "on"})
    assert (await stored())[2]["show_if"] is None


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({**CHOICE, "option_text": ["Yes", ""]}, "Write at least 2 options"),
        ({**CHOICE, "option_text": ["Yes", "YES"]}, "“YES” is there twice"),
        ({**BASE, "kind": "number", "number_lowest": "ten"}, "“ten” is not a number"),
        ({**BASE, "kind": "number", "number_lowest": "9", "number_highest": "1"}, "has to be below the highest"),
        ({**BASE, "kind": "number", "knock_out_operator": "at_most", "knock_out_number": ""}, "number to compare with"),
        ({**CHOICE, "knock_out_single": "is:z", "knock_out_message": "x"}, "Choose one of its options"),
        ({**CHOICE, "knock_out_single": "is:b", "knock_out_message": " "}, "Write what the candidate reads"),
        ({**BASE, "kind": "conversation"}, "Write at least one topic"),
        ({**BASE, "kind": "video", "condition_test": ["nonsense"]}, "Choose an earlier question"),
        ({**BASE, "kind": "conversation", "conversation_minutes": "1", "topic_text": ["x"]}, "between 120 and 3600"),
    ],
)
async def test_a_slip_is_told_and_nothing_that_was_written_is_lost(home, browser, stored, sent, says):
    page = await browser.submit(f"{home}/questions", sent)

    assert page.status_code == 422
    assert says in unescape(page.text)
    for name in ("option_text", "number_lowest", "topic_text"):
        written = sent.get(name)
        if written is not None and name in sent and sent["kind"] != "video":
            assert fields(page, name) == (written if isinstance(written, list) else [written])
    assert await stored() == []


async def test_settings_are_saved_by_their_form(home, browser, api, stored):
    sent = {
        "title": "Backend",
        "language": "en",
        "retention_days": "90",
        "order": "free",
        "time_limit_minutes": "45",
        "reminder_hours": ["72", "1"],
        "employment_type": "full_time",
        "vacancy_country": "de",
        "vacancy_remote": "on",
    }
    saved = await browser.submit(f"{home}/details", sent)
    assert saved.status_code == 303, saved.text
    now = (await api.get(f"/api{home}")).json()
    assert (now["order"], now["time_limit_minutes"], now["practice"]) == ("free", 45, False)
    assert now["reminder_hours"] == [72, 1]
    assert now["vacancy"] == {"employment_type": "full_time", "location": "", "country": "DE", "remote": True}
    page = (await browser.page(f"{home}/details")).text
    assert 'name="reminder_hours" value="72" checked' in page
    assert 'name="practice" value="on" checked' not in page

    wrong = {
        **sent,
        "time_limit_minutes": "4",
        "vacancy_country": "Germany",
        "reminder_hours": ["1", "2", "3", "4", "5"],
    }
    refused = await browser.submit(f"{home}/details", {**sent, **wrong})
    assert refused.status_code == 422
    for words in ("Choose between 5 and 480 minutes.", "two letters", "Remind at most 4 times."):
        assert words in refused.text
    assert 'value="Germany"' in refused.text
