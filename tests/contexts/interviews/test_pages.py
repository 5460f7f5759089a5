"""The recruiter's pages, used as plain forms without scripts."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from colloquy.contexts.identity.public import Role

PATHS = (
    "",
    "?add=video",
    "?add=text",
    "?add=conversation",
    "/paths",
    "/preview?at=1",
    "/competencies",
    "/competencies?add=own",
    "/details",
    "/invite",
    "/preview",
)


def flash_of(page) -> str:
    found = re.search(r'class="toast".*?<span class="grow">(.*?)</span>', page.text, re.DOTALL)
    return found[1] if found else ""


async def questions_of(api, interview_id: UUID | str) -> list[dict]:
    return (await api.get(f"/api/interviews/{interview_id}")).json()["questions"]


@pytest.fixture
def question_form():
    return {
        "text": "What did you build last?",
        "kind": "video",
        "think_seconds": "30",
        "answer_seconds": "120",
        "max_characters": "2000",
        "takes": "3",
        "weight": "2",
        "not_assessed": "on",
        "expected_points": "Names the system\r\n\r\nSays what was hard",
    }


@pytest.mark.parametrize("starter", [None, "software_engineer"])
@pytest.mark.parametrize("published", [False, True])
async def test_every_page_opens(make_organisation, browser_client, make_interview, starter, published):
    organisation = await make_organisation()
    interview_id = await make_interview(organisation, template=starter, published=published)
    browser = await browser_client(organisation)

    for path in PATHS:
        page = await browser.page(f"/interviews/{interview_id}{path}")
        assert page.status_code == 200, (path, page.text)
    assert "Backend developer" in (await browser.page("/interviews")).text


async def test_an_interview_is_made_from_a_template_by_forms_alone(
    api, sign_in, make_organisation, browser_client, queued
):
    organisation = await make_organisation()
    browser = await browser_client(organisation, Role.RECRUITER)
    assert "No interviews yet" in (await browser.page("/interviews")).text
    assert "Software engineer" in (await browser.page("/interviews/new")).text

    made = await browser.submit(
        "/interviews", {"title": "Backend", "role_title": "", "template": "software_engineer", "language": "en"}
    )
    assert made.status_code == 303, made.text
    home = made.headers["location"]
    published = await browser.submit(f"{home}/publish")
    assert published.headers["location"] == f"{home}/invite"
    page = await browser.page(f"{home}/invite")

    assert flash_of(page) == "Interview published. Now invite candidates."
    await sign_in(organisation)
    assert (await api.get(f"/api{home}")).json()["state"] == "published"


async def test_a_form_that_is_refused_keeps_what_was_written(make_organisation, browser_client):
    browser = await browser_client(await make_organisation())

    page = await browser.submit(
        "/interviews", {"title": "", "role_title": "Developer", "template": "blank", "language": "ru"}
    )

    assert page.status_code == 422
    assert "Give the interview a title" in page.text
    assert 'value="Developer"' in page.text
    assert '<option value="ru" selected>' in page.text


async def test_a_question_is_added_changed_removed_and_brought_back(
    api, sign_in, make_organisation, browser_client, make_interview, question_form
):
    organisation = await make_organisation()
    interview_id = await make_interview(organisation)
    browser = await browser_client(organisation)
    await sign_in(organisation)
    home = f"/interviews/{interview_id}"

    assert (await browser.submit(f"{home}/questions", question_form)).status_code == 303
    [question] = await questions_of(api, interview_id)
    assert question["expected_points"] == ["Names the system", "Says what was hard"]
    assert "Video · 30 s to think · 2 min · 3 takes" in (await browser.page(home)).text

    changed = {**question_form, "kind": "text", "max_characters": "500", "takes": "nonsense"}
    answer = await browser.submit(f"{home}/questions/{question['id']}", changed)
    assert answer.headers["location"] == f"{home}#question-{question['id']}"
    assert "Text · up to 500 characters" in (await browser.page(home)).text

    removed = await browser.submit(f"{home}/questions/{question['id']}/remove")
    page = await browser.page(removed.headers["location"])
    undo = re.search(r'<form action="([^"]*restore)"', page.text)
    assert flash_of(page) == "Question removed."
    assert await questions_of(api, interview_id) == []

    await browser.submit(undo[1])
    [again] = await questions_of(api, interview_id)
    assert (again["id"], again["max_characters"]) == (question["id"], 500)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"text": "  "}, "Write the question."),
        ({"text": "x" * 4001}, "Use at most 4000 characters"),
        ({"answer_seconds": "5"}, "Choose between 10 and 1800 seconds."),
        ({"think_seconds": "soon"}, "Write a whole number."),
        ({"takes": "11"}, "Choose between 1 and 10 takes."),
        ({"kind": "text", "max_characters": "20"}, "Choose between 50 and 10000 characters."),
        ({"kind": "dance"}, "Choose how candidates answer."),
        ({"expected_points": "a\n" * 21}, "Keep to 20 points"),
    ],
)
async def test_a_question_outside_its_limits_is_told_beside_the_field(
    api, sign_in, make_organisation, browser_client, make_interview, question_form, change, words
):
    organisation = await make_organisation()
    interview_id = await make_interview(organisation)
    browser = await browser_client(organisation)

    page = await browser.submit(f"/interviews/{interview_id}/questions", {**question_form, **change})

    assert page.status_code == 422
    assert words in page.text
    await sign_in(organisation)
    assert await questions_of(api, interview_id) == []


async def test_questions_move_without_dragging(api, sign_in, make_organisation, browser_client, make_interview):
    organisation = await make_organisation()
    interview_id = await make_interview(organisation, template="sales_customer")
    browser = await browser_client(organisation)
    await sign_in(organisation)
    before = [question["id"] for question in await questions_of(api, interview_id)]

    await browser.submit(f"/interviews/{interview_id}/questions/{before[0]}/move/down")
    assert [q["id"] for q in await questions_of(api, interview_id)] == [before[1], before[0], *before[2:]]
    await browser.submit(f"/interviews/{interview_id}/questions/{before[0]}/move/up")
    await browser.submit(f"/interviews/{interview_id}/questions/{before[0]}/move/up")  # the first stays first
    assert [q["id"] for q in await questions_of(api, interview_id)] == before


async def test_a_change_that_would_leave_an_open_interview_incomplete_changes_nothing(
    api, sign_in, make_organisation, browser_client, make_interview, question_form
):
    organisation = await make_organisation()
    interview_id = await make_interview(organisation, published=True)
    browser = await browser_client(organisation)
    await sign_in(organisation)
    [question] = await questions_of(api, interview_id)

    form = {**question_form, "text": "Changed", "not_assessed": ""}
    page = await browser.submit(f"/interviews/{interview_id}/questions/{question['id']}", form)
    assert page.status_code == 409
    assert "Choose what question 1 is to find out" in page.text
    assert ">Changed</textarea>" in page.text

    await browser.submit(f"/interviews/{interview_id}/questions/{question['id']}/remove")
    assert await questions_of(api, interview_id) == [question]


async def test_competencies_are_chosen_written_changed_and_removed(
    api, sign_in, make_organisation, browser_client, make_interview
):
    organisation = await make_organisation()
    interview_id = await make_interview(organisation)
    browser = await browser_client(organisation)
    await sign_in(organisation)
    address = f"/interviews/{interview_id}/competencies"

    await browser.submit(f"{address}/from-library", {"keys": ["teamwork", "problem_solving"]})
    form = {"name": "Data modelling", "description": "", "kind": "technical", "weight": "4"}
    page = await browser.submit(address, {**form, "anchor_1": "a", "anchor_3": ""})
    assert page.status_code == 422
    assert "Say what an answer on level 3 sounds like." in page.text
    levels = {"anchor_1": "Guesses", "anchor_3": "Names tables", "anchor_5": "Weighs designs"}
    await browser.submit(address, {**form, **levels})

    found = (await api.get(f"/api/interviews/{interview_id}")).json()["competencies"]
    assert [(c["key"], c["weight"]) for c in found] == [
        ("teamwork", 2),
        ("problem_solving", 2),
        ("own-data-modelling", 4),
    ]
    assert [anchor["level"] for anchor in found[2]["anchors"]] == [1, 3, 5]
    same = await browser.submit(address, {**form, **levels})
    assert (same.status_code, "already" in same.text) == (409, True)

    await browser.submit(f"{address}/{found[0]['id']}/remove")
    page = await browser.page(address)
    undo = re.search(r'<form action="([^"]*restore)"', page.text)
    await browser.submit(undo[1])
    again = (await api.get(f"/api/interviews/{interview_id}")).json()["competencies"]
    assert again == found


async def test_details_are_saved_and_a_day_becomes_its_end(
    api, sign_in, make_organisation, browser_client, make_interview
):
    organisation = await make_organisation()
    interview_id = await make_interview(organisation)
    browser = await browser_client(organisation)
    await sign_in(organisation)
    form = {
        "title": "Платформа",
        "role_title": "Разработчик",
        "description": "Мы строим.\r\nВместе.",
        "language": "ru",
        "retention_days": "90",
        "last_day": "2099-12-30",
    }

    assert (await browser.submit(f"/interviews/{interview_id}/details", form)).status_code == 303

    saved = (await api.get(f"/api/interviews/{interview_id}")).json()
    assert saved["closes_at"] == "2099-12-31T00:00:00Z"
    assert (saved["title"], saved["description"], saved["retention_days"]) == ("Платформа", "Мы строим.\nВместе.", 90)
    assert 'value="2099-12-30"' in (await browser.page(f"/interviews/{interview_id}/details")).text
    past = await browser.submit(f"/interviews/{interview_id}/details", {**form, "last_day": "2020-01-01"})
    assert (past.status_code, "Choose a time in the future" in past.text) == (422, True)


async def test_a_draft_is_deleted_only_by_the_word(api, sign_in, make_organisation, browser_client, make_interview):
    organisation = await make_organisation()
    interview_id = await make_interview(organisation, template="software_engineer")
    browser = await browser_client(organisation)
    await sign_in(organisation)

    await browser.submit(f"/interviews/{interview_id}/delete", {"confirmation": "yes"})
    assert (await api.get(f"/api/interviews/{interview_id}")).status_code == 200
    await browser.submit(f"/interviews/{interview_id}/delete", {"confirmation": "delete"})
    assert (await api.get(f"/api/interviews/{interview_id}")).status_code == 404


async def test_the_list_keeps_its_filter_in_the_address(make_organisation, browser_client, make_interview):
    organisation = await make_organisation()
    await make_interview(organisation, "Open one", published=True)
    await make_interview(organisation, "Draft 100%")
    browser = await browser_client(organisation)

    opened = (await browser.page("/interviews?state=published")).text
    found = (await browser.page("/interviews?q=100%25&state=draft")).text
    nothing = (await browser.page("/interviews?q=1000%25")).text

    assert ("Open one" in opened, "Draft 100%" in opened) == (True, False)
    assert ("Open one" in found, "Draft 100%" in found) == (False, True)
    assert 'href="/interviews?q=100%25"' in found
    assert "Nothing matches" in nothing


async def test_the_preview_shows_the_notice_and_every_question_in_its_language(
    make_organisation, browser_client, make_interview
):
    organisation = await make_organisation("Acme & Söhne")
    interview_id = await make_interview(organisation, template="software_engineer")
    browser = await browser_client(organisation)

    page = (await browser.page(f"/interviews/{interview_id}/preview")).text

    assert "Acme &amp; Söhne" in page
    assert "You may choose people only" in page
    steps = [(await browser.page(f"/interviews/{interview_id}/preview?at={number}")).text for number in range(1, 6)]
    assert all(f"{number} of 5" in step for number, step in enumerate(steps, 1))
    assert all('class="stepper"' in step for step in steps)


async def test_reviewers_look_and_change_nothing(make_organisation, browser_client, make_interview, question_form):
    organisation = await make_organisation()
    interview_id = await make_interview(organisation, template="software_engineer")
    browser = await browser_client(organisation, Role.REVIEWER)
    home = f"/interviews/{interview_id}"

    for path in ("", "/competencies", "/details", "/preview", "/paths"):
        page = await browser.page(home + path)
        assert page.status_code == 200
        main = page.text[page.text.index("<main") : page.text.index("</main>")]
        assert "<form" not in main, path
    assert (await browser.page(f"{home}/invite")).status_code == 403
    assert (await browser.page("/interviews/new")).status_code == 403
    for path in ("/questions", "/publish", "/competencies", "/details", "/duplicate", "/invite", "/invite/public-link"):
        refused = await browser.submit(home + path, {**question_form, "people": "a@example.com", "days": "14"})
        assert refused.status_code in {403, 422}, path


@pytest.mark.parametrize("path", PATHS)
async def test_another_tenant_sees_nothing(make_organisation, browser_client, make_interview, path):
    interview_id = await make_interview(await make_organisation("Theirs"), "Secret plan", template="sales_customer")
    browser = await browser_client(await make_organisation("Ours"))

    page = await browser.page(f"/interviews/{interview_id}{path}")

    assert page.status_code == 404
    assert "Secret plan" not in page.text


async def test_names_are_text_not_markup(make_organisation, browser_client, make_interview, question_form):
    organisation = await make_organisation()
    script = "<script>alert(1)</script>{{ 7*7 }}"
    interview_id = await make_interview(organisation, script)
    browser = await browser_client(organisation)
    await browser.submit(f"/interviews/{interview_id}/questions", {**question_form, "text": script})

    for path in ("/interviews", f"/interviews/{interview_id}", f"/interviews/{interview_id}/preview"):
        page = (await browser.page(path)).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in page
