"""Comments on words and moments: who may write, change and see them; nothing of them is lost."""

from __future__ import annotations

import pytest
from tests.factories.answered import STRONG, begin_answering

from colloquy.contexts.identity.public import Role
from colloquy.contexts.scoring import public as scoring
from colloquy.kit.ids import new_id


@pytest.fixture
async def answered(runtime, api, make_organisation):
    one = await begin_answering(runtime, api, await make_organisation())
    await one.write(STRONG)
    return one


async def note(api, one, **body):
    given = {"answer_id": str((await one.answer()).id), "text": "Here."} | body
    return await api.post(f"/api/sessions/{one.id}/comments", json=given)


async def test_words_of_an_answer_are_found_however_they_are_broken(api, sign_in, answered):
    person = await sign_in(answered.organisation, Role.REVIEWER)
    made = await note(api, answered, text="  Cause found.  ", quote="missing\n  index made one")
    assert made.status_code == 201, made.text
    shown = made.json()
    assert (shown["text"], shown["quote"], shown["name"]) == ("Cause found.", "missing index made one", person.name)
    assert STRONG[shown["start_char"] : shown["end_char"]] == shown["quote"]


async def test_comments_stand_in_the_order_of_the_words(api, sign_in, answered):
    await sign_in(answered.organisation, Role.REVIEWER)
    for quote in ("regression test", "rolled back"):
        await note(api, answered, quote=quote)
    found = (await api.get(f"/api/sessions/{answered.id}/comments")).json()["comments"]
    assert [one["quote"] for one in found] == ["rolled back", "regression test"]


async def test_an_own_comment_is_changed_and_deleted_and_its_versions_stay(api, sign_in, answered):
    await sign_in(answered.organisation, Role.REVIEWER)
    made = (await note(api, answered)).json()
    home = f"/api/sessions/{answered.id}/comments"
    changed = await api.patch(f"{home}/{made['id']}", json={"text": "There."})
    assert (changed.json()["text"], changed.json()["edits"]) == ("There.", 1)
    assert (await api.patch(f"{home}/{made['id']}", json={"text": "There."})).json()["edits"] == 1
    assert (await api.delete(f"{home}/{made['id']}")).status_code == 204
    assert (await api.get(home)).json()["comments"] == []
    assert (await api.delete(f"{home}/{made['id']}")).json()["code"] == "comment_not_found"
    assert await answered.count("comments") == 3


async def test_a_comment_is_its_authors_alone(api, sign_in, make_organisation, answered):
    await sign_in(answered.organisation, Role.REVIEWER)
    made = (await note(api, answered)).json()
    home = f"/api/sessions/{answered.id}/comments"
    await sign_in(answered.organisation)
    assert (await api.patch(f"{home}/{made['id']}", json={"text": "Mine now."})).status_code == 404
    assert (await api.delete(f"{home}/{made['id']}")).status_code == 404
    await sign_in(await make_organisation())
    for refused in (await api.get(home), await api.delete(f"{home}/{made['id']}"), await note(api, answered)):
        assert (refused.status_code, refused.json()["code"]) == (404, "session_not_found")
    assert await answered.count("comments") == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": "  "}, "body.text"),
        ({"text": "nothing\0"}, "body.text"),
        ({"quote": "words that nobody wrote"}, "quote"),
        ({"at_seconds": 3.0}, "at"),
        ({"at_seconds": -1.0}, "body.at_seconds"),
    ],
)
async def test_a_comment_that_points_nowhere_is_refused_by_field(api, sign_in, answered, body, field):
    await sign_in(answered.organisation, Role.REVIEWER)
    response = await note(api, answered, **body)
    assert (response.status_code, list(response.json()["fields"])) == (422, [field])
    assert await answered.count("comments") == 0


async def test_an_answer_of_another_session_is_not_there(api, sign_in, answered):
    await sign_in(answered.organisation, Role.REVIEWER)
    response = await note(api, answered, answer_id=str(new_id()))
    assert (response.status_code, response.json()["code"]) == (404, "answer_not_found")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1:02", 62), ("1:02:03", 3723), ("0:05.5", 5.5), ("62", 62), ("62,5", 62.5), ("1:2", None), ("soon", None)],
)
def test_times_as_people_write_them(text, seconds):
    assert scoring.seconds_of(text) == seconds


async def test_who_is_asked_has_it_on_their_list_until_the_card_is_in(api, sign_in, make_member, answered):
    await answered.complete()
    reviewer = await make_member(answered.organisation, Role.REVIEWER)
    await sign_in(reviewer)
    panel = f"/api/sessions/{answered.id}/panel"
    asked = {"person_ids": [str(reviewer.person_id)]}
    assert (await api.put(panel, json=asked)).status_code == 403
    await sign_in(answered.organisation)
    stranger = await api.put(panel, json={"person_ids": [str(new_id())]})
    assert (stranger.status_code, stranger.json()["code"]) == (409, "not_on_the_team")
    for _ in range(2):
        [one] = (await api.put(panel, json=asked)).json()["panel"]
        assert (one["name"], one["for_this"], one["for_all"]) == (reviewer.name, True, False)
    await sign_in(reviewer)
    [line] = (await api.get("/api/reviews/waiting")).json()["waiting"]
    assert line["session_id"] == str(answered.id)
    await api.post(f"/api/sessions/{answered.id}/review", json={"levels": {"ownership": 3}})
    assert (await api.get("/api/reviews/waiting")).json()["waiting"] == []
    await sign_in(answered.organisation)
    assert (await api.put(panel, json={"person_ids": []})).json()["panel"] == []
