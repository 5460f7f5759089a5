"""GET /api/interviews and GET /api/interviews/{id}."""

from __future__ import annotations

from datetime import timedelta

import pytest

from colloquy.contexts.identity.public import Role
from colloquy.contexts.interviews import public as interviews
from colloquy.kit import clock
from colloquy.kit.ids import new_id


async def titles(api, query: str = "") -> list[str]:
    response = await api.get(f"/api/interviews{query}")
    assert response.status_code == 200, response.text
    return [item["title"] for item in response.json()["items"]]


async def test_pages_follow_each_other_without_gap_or_overlap(api, make_organisation, sign_in, make_interview):
    organisation = await make_organisation()
    made = [f"Interview {number}" for number in range(7)]
    for title in made:
        await make_interview(organisation, title)
        # Ids are ordered by millisecond; two of the same one may stand either way.
    await sign_in(organisation, Role.REVIEWER)

    seen, cursor = [], ""
    for _ in range(4):
        page = (await api.get(f"/api/interviews?limit=3{cursor}")).json()
        seen += [item["title"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"

    assert sorted(seen) == made
    assert seen[0] == "Interview 6"
    assert seen[-1] == "Interview 0"


async def test_they_are_filtered_by_state_and_words(api, make_organisation, sign_in, make_interview):
    organisation = await make_organisation()
    await make_interview(organisation, "Draft one")
    await make_interview(organisation, "Open_one", published=True)
    await sign_in(organisation)

    assert await titles(api, "?state=draft") == ["Draft one"]
    assert await titles(api, "?state=published") == ["Open_one"]
    assert await titles(api, "?state=closed") == []
    assert await titles(api, "?q=ONE") == ["Open_one", "Draft one"]
    assert await titles(api, "?q=n_o") == ["Open_one"]  # an underscore is a letter here, no wildcard
    assert await titles(api, "?q=%25") == []


async def test_a_passed_closing_time_closes(api, make_organisation, sign_in, make_interview):
    organisation = await make_organisation()
    interview_id = await make_interview(organisation, "Until tomorrow", published=True)
    await sign_in(organisation)
    closes_at = (clock.now() + timedelta(hours=1)).isoformat()
    assert (await api.patch(f"/api/interviews/{interview_id}", json={"closes_at": closes_at})).status_code == 200
    assert await titles(api, "?state=published") == ["Until tomorrow"]

    with clock.travelled(timedelta(hours=2)):
        await sign_in(organisation)
        assert await titles(api, "?state=published") == []
        assert await titles(api, "?state=closed") == ["Until tomorrow"]
        assert (await api.get(f"/api/interviews/{interview_id}")).json()["state"] == "closed"


@pytest.mark.parametrize("query", ["cursor=nonsense", "cursor=", "limit=0", "limit=101", "state=open", "limit=many"])
async def test_a_query_that_cannot_be_understood_is_refused(api, make_organisation, sign_in, query):
    await sign_in(await make_organisation())

    response = await api.get(f"/api/interviews?{query}")

    assert (response.status_code, response.json()["code"]) == (422, "malformed")


async def test_another_tenant_and_an_unknown_id_get_the_same_answer(api, make_organisation, sign_in, make_interview):
    interview_id = await make_interview(await make_organisation("Theirs"), template="software_engineer")
    await sign_in(await make_organisation("Ours"))

    theirs = await api.get(f"/api/interviews/{interview_id}")
    unknown = await api.get(f"/api/interviews/{new_id()}")

    assert theirs.status_code == 404
    assert {k: v for k, v in theirs.json().items() if k != "request_id"} == {
        k: v for k, v in unknown.json().items() if k != "request_id"
    }
    assert await titles(api) == []


async def test_the_front_door_reads_what_the_api_shows(api, make_organisation, sign_in, make_interview, database):
    organisation = await make_organisation("Acme")
    interview_id = await make_interview(organisation, "Backend", template="software_engineer")
    await sign_in(organisation)
    shown = (await api.get(f"/api/interviews/{interview_id}")).json()

    async with database.begin(organisation.scope) as db:
        found = await interviews.interview(db, organisation.scope, interview_id)
        names = await interviews.interview_titles(db, organisation.scope, [interview_id, new_id()])

    assert (found.title, found.company, found.rubric_version) == ("Backend", "Acme", shown["rubric_version"])
    assert [question.number for question in found.questions] == [1, 2, 3, 4, 5]
    assert found.answer_kinds == {"video", "audio", "text"}
    assert names == {interview_id: "Backend"}


async def test_the_library_is_there_to_choose_from(api, make_organisation, sign_in):
    await sign_in(await make_organisation(), Role.REVIEWER)

    templates = (await api.get("/api/interview-templates?language=ru")).json()
    competencies = (await api.get("/api/competency-library")).json()

    assert [template["question_count"] for template in templates] == [5, 4, 5]
    assert len(competencies) >= 10
    assert {len(competency["anchors"]) for competency in competencies} == {5}
