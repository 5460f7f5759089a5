"""People fill in scorecards and decide, with a reason; nothing they did is lost."""

from __future__ import annotations

import pytest
from tests.factories.answered import STRONG, begin_answering

from colloquy.contexts.identity.public import Role
from colloquy.contexts.scoring import public as scoring
from colloquy.kit.ids import new_id

REASON = "Solved a real incident and measured the result."


@pytest.fixture
async def answering(runtime, api, make_organisation):
    return await begin_answering(runtime, api, await make_organisation())


@pytest.fixture
async def handed_in(answering):
    """A session whose candidate has finished. People need not wait for the numbers."""
    await answering.write(STRONG)
    await answering.complete()
    return answering


def address(one, what: str) -> str:
    return f"/api/sessions/{one.id}/{what}"


async def test_a_reviewer_saves_a_scorecard(api, sign_in, handed_in):
    reviewer = await sign_in(handed_in.organisation, Role.REVIEWER)
    card = {"levels": {"problem_solving": 4, "ownership": None}, "comment": "  Clear and concrete.  "}

    response = await api.post(address(handed_in, "review"), json=card)

    assert response.status_code == 200, response.text
    shown = (await api.get(address(handed_in, "reviews"))).json()
    assert shown["reviews"] == [response.json()]
    assert response.json() | {"at": None} == {
        "person_id": str(reviewer.person_id),
        "name": reviewer.name,
        "at": None,
        "levels": {"problem_solving": 4},
        "comment": "Clear and concrete.",
        "independent": False,
        "changed_after_reveal": False,
        "earlier": [],
    }
    assert (shown["decision"], shown["decisions"]) == (None, [])


async def test_a_changed_scorecard_replaces_the_earlier_one_which_is_kept(api, sign_in, handed_in):
    await sign_in(handed_in.organisation, Role.REVIEWER)
    for level in (2, 5):
        await api.post(address(handed_in, "review"), json={"levels": {"ownership": level}})

    [review] = (await api.get(address(handed_in, "reviews"))).json()["reviews"]
    assert review["levels"] == {"ownership": 5}
    assert await handed_in.count("reviews") == 2
    assert len(await handed_in.announced("ReviewSaved")) == 2


async def test_the_same_scorecard_sent_again_changes_nothing(api, sign_in, handed_in):
    await sign_in(handed_in.organisation, Role.REVIEWER)
    answers = [await api.post(address(handed_in, "review"), json={"levels": {"ownership": 3}}) for _ in range(3)]

    assert len({answer.text for answer in answers}) == 1
    assert await handed_in.count("reviews") == 1
    assert len(await handed_in.announced("ReviewSaved")) == 1


async def test_each_person_has_a_scorecard(api, sign_in, make_member, handed_in):
    people = [await make_member(handed_in.organisation, Role.REVIEWER) for _ in range(2)]
    for level, person in enumerate(people, 1):
        await sign_in(person)
        await api.post(address(handed_in, "review"), json={"levels": {"ownership": level}})

    reviews = (await api.get(address(handed_in, "reviews"))).json()["reviews"]
    assert [(one["name"], one["levels"]["ownership"]) for one in reviews] == [
        (people[0].name, 1),
        (people[1].name, 2),
    ]


@pytest.mark.parametrize(
    ("card", "field"),
    [
        ({"levels": {"charisma": 3}}, "levels"),
        ({"levels": {"ownership": 6}}, "body.levels.ownership"),
        ({"levels": {"ownership": 0}}, "body.levels.ownership"),
        ({"levels": {"ownership": True}}, "body.levels.ownership"),
        ({"levels": {"ownership": "3"}}, "body.levels.ownership"),
        ({"levels": {"ownership": 3.5}}, "body.levels.ownership"),
        ({"levels": {"ownership": None}}, "levels"),
        ({"levels": {}, "comment": "  "}, "levels"),
        ({"comment": "x" * 4001}, "body.comment"),
        ({"comment": "nothing\0"}, "body.comment"),
        ({"comment": "Good.", "score": 90}, "body.score"),
    ],
)
async def test_a_scorecard_that_makes_no_sense_is_refused_by_field(api, sign_in, handed_in, card, field):
    await sign_in(handed_in.organisation, Role.REVIEWER)

    response = await api.post(address(handed_in, "review"), json=card)

    assert (response.status_code, list(response.json()["fields"])) == (422, [field])
    assert await handed_in.count("reviews") == 0


async def test_a_recruiter_decides_with_a_reason(api, sign_in, handed_in):
    recruiter = await sign_in(handed_in.organisation, Role.RECRUITER)

    response = await api.post(address(handed_in, "decision"), json={"outcome": "advance", "reason": f" {REASON} "})

    assert response.status_code == 200, response.text
    shown = (await api.get(address(handed_in, "reviews"))).json()
    assert shown["decision"] == response.json() == shown["decisions"][0]
    assert (response.json()["outcome"], response.json()["reason"]) == ("advance", REASON)
    assert response.json()["name"] == recruiter.name
    [event] = await handed_in.announced("DecisionMade")
    assert (event["outcome"], event["person_id"]) == ("advance", str(recruiter.person_id))


async def test_the_last_decision_holds_and_the_earlier_ones_are_kept(api, sign_in, handed_in):
    await sign_in(handed_in.organisation, Role.RECRUITER)
    for outcome in ("hold", "decline", "decline"):
        await api.post(address(handed_in, "decision"), json={"outcome": outcome, "reason": REASON})

    shown = (await api.get(address(handed_in, "reviews"))).json()
    assert [one["outcome"] for one in shown["decisions"]] == ["decline", "hold"]
    assert len(await handed_in.announced("DecisionMade")) == 2
    async with handed_in.transaction() as db:
        decision = await scoring.decision(db, handed_in.scope, handed_in.id)
        by_session = await scoring.decisions_of(db, handed_in.scope, [handed_in.id, new_id()])
    assert decision.outcome is scoring.Outcome.DECLINE
    assert by_session == {handed_in.id: decision}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"outcome": "advance", "reason": "Too short"}, "body.reason"),
        ({"outcome": "advance", "reason": "         ok         "}, "body.reason"),
        ({"outcome": "advance", "reason": "x" * 2001}, "body.reason"),
        ({"outcome": "advance", "reason": f"{REASON}\0"}, "body.reason"),
        ({"outcome": "advance"}, "body.reason"),
        ({"outcome": "hire", "reason": REASON}, "body.outcome"),
    ],
)
async def test_a_decision_without_a_proper_reason_is_refused(api, sign_in, handed_in, given, field):
    await sign_in(handed_in.organisation, Role.RECRUITER)

    response = await api.post(address(handed_in, "decision"), json=given)

    assert (response.status_code, list(response.json()["fields"])) == (422, [field])
    assert await handed_in.count("decisions") == 0


async def test_a_reviewer_may_not_decide(api, sign_in, handed_in):
    await sign_in(handed_in.organisation, Role.REVIEWER)

    response = await api.post(address(handed_in, "decision"), json={"outcome": "decline", "reason": REASON})

    assert (response.status_code, response.json()["code"]) == (403, "forbidden")
    assert await handed_in.count("decisions") == 0


REQUESTS = [
    ("GET", "reviews", None),
    ("POST", "review", {"levels": {"ownership": 3}}),
    ("POST", "decision", {"outcome": "hold", "reason": REASON}),
]


@pytest.mark.parametrize(("method", "what", "body"), REQUESTS)
async def test_another_organisation_is_told_that_there_is_nothing(
    api, sign_in, make_organisation, handed_in, method, what, body
):
    await sign_in(await make_organisation())

    theirs = await api.request(method, address(handed_in, what), json=body)
    nobodys = await api.request(method, f"/api/sessions/{new_id()}/{what}", json=body)

    assert (theirs.status_code, theirs.json()["code"]) == (404, "session_not_found")
    assert theirs.json() | {"request_id": ""} == nobodys.json() | {"request_id": ""}
    assert (await handed_in.count("reviews"), await handed_in.count("decisions")) == (0, 0)


@pytest.mark.parametrize(("method", "what", "body"), REQUESTS)
async def test_nobody_signed_in_is_refused(api, handed_in, method, what, body):
    response = await api.request(method, address(handed_in, what), json=body, headers={"authorization": "Bearer x"})

    assert (response.status_code, response.json()["code"]) == (401, "not_signed_in")


@pytest.mark.parametrize(("method", "what", "body"), REQUESTS[1:])
async def test_a_candidate_who_is_still_answering_is_left_in_peace(api, sign_in, answering, method, what, body):
    await sign_in(answering.organisation)

    response = await api.request(method, address(answering, what), json=body)

    assert (response.status_code, response.json()["code"]) == (409, "not_handed_in")


@pytest.mark.parametrize(("method", "what", "body"), REQUESTS[1:])
async def test_a_browser_needs_the_token_of_our_page(browser_client, handed_in, method, what, body):
    browser = await browser_client(handed_in.organisation)

    without = await browser.request(method, address(handed_in, what), json=body)
    token = {"x-csrf-token": await browser.csrf()}
    with_it = await browser.request(method, address(handed_in, what), json=body, headers=token)

    assert (without.status_code, without.json()["code"]) == (403, "csrf_failed")
    assert with_it.status_code == 200, with_it.text
