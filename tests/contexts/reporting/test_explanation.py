"""A candidate sees what they were evaluated by, says what is wrong, and a person answers."""

from __future__ import annotations

import html
import re
from uuid import uuid4

import pytest
from sqlalchemy import text
from tests.factories.answered import STRONG, begin_answering

from colloquy.contexts.identity.public import Role
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.reporting.service import explanation as explaining
from colloquy.contexts.scoring import public as scoring
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.errors import Forbidden

WRONG = "I said that I wrote the test, not that I was given it."


@pytest.fixture
def evaluated(runtime, api, make_organisation, run_jobs):
    async def make(**options):
        one = await begin_answering(runtime, api, await make_organisation(), **options)
        await one.write(f"{STRONG} {uuid4()}")
        await one.complete()
        await run_jobs()
        return one

    return make


def home(one):
    return f"/{one.candidate.token}/my-data/explanation"


def cookie(one):
    return f"colloquy_candidate={one.candidate.key}.{one.candidate.token}"


async def page(one):
    api = one.candidate.client
    api.cookies.clear()
    shown = await api.get(home(one), headers={"cookie": cookie(one)})
    api.cookies.clear()
    return shown


async def send(one, **given):
    shown = await page(one)
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown.text).group(1)
    cookies = "; ".join([cookie(one), *(f"{k}={v}" for k, v in shown.cookies.items() if "candidate" not in k)])
    data = {"csrf_token": token, "about": "rating", "answer": "whole", "text": WRONG, **given}
    sent = await one.candidate.client.post(home(one), data=data, headers={"cookie": cookies})
    one.candidate.client.cookies.clear()
    return sent


async def contests(one):
    async with one.transaction() as db:
        return await scoring.contests(db, one.scope, one.id)


async def test_it_names_the_criteria_the_words_and_the_levels_and_keeps_the_rubric(evaluated):
    one = await evaluated()
    shown = await page(one)
    assert shown.status_code == 200
    [stored] = (await one.judgements()).values()
    for judgement in stored.judgements:
        assert judgement.quotes[0].text.split(".")[0][:30] in shown.text
        assert f"level {judgement.level} of 5" in shown.text
        assert judgement.reason not in shown.text
    assert "Problem solving" in shown.text
    async with one.transaction() as db:
        interview = await interviews.interview(db, one.scope, one.made.id)
    for competency in interview.competencies:
        for anchor in competency.anchors:
            assert anchor.text not in shown.text
    for point in interview.questions[0].expected_points:
        assert point not in shown.text


async def test_who_asked_for_people_is_told_that_no_program_evaluates(evaluated):
    one = await evaluated(ai_evaluation=False)
    shown = await page(one)
    assert "People alone evaluate your answers." in shown.text
    assert "of 5" not in shown.text
    assert "Your words that it relied on" not in shown.text


async def test_a_contest_reaches_people_and_the_answer_comes_back(evaluated, sign_in, api, run_jobs, runtime):
    one = await evaluated()
    answer = await one.answer()
    assert (await send(one, answer=str(answer.id))).status_code == 303
    [said] = await contests(one)
    assert (said.answer_id, said.about, said.text, said.outcome) == (answer.id, "rating", WRONG, None)
    assert len(await one.announced("Contested")) == 1

    actor = one.organisation.owner
    async with one.transaction() as db:
        await scoring.answer_contest(
            db, actor, one.id, said.id, scoring.ContestOutcome.CORRECTED, "You are right, I raised the level."
        )
    shown = await page(one)
    assert "You are right, I raised the level." in shown.text
    assert actor.name in shown.text
    await run_jobs()
    async with one.transaction() as db:
        kinds = set(await db.scalars(text("select kind from sendings where about_id = :id"), {"id": one.id}))
    assert {"contested", "contest_answered"} <= kinds


async def test_saying_it_twice_is_one_message(evaluated):
    one = await evaluated()
    await send(one)
    await send(one)
    assert len(await contests(one)) == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"text": "no"}, "at least 10 characters"),
        ({"about": ""}, "Choose what is wrong."),
        ({"answer": "7"}, "Choose an answer from the list."),
        ({"answer": str(uuid4())}, "There is no such answer."),
    ],
)
async def test_what_cannot_be_sent_says_why_and_loses_nothing(evaluated, given, words):
    one = await evaluated()
    refused = await send(one, **{"text": "Something is wrong here.", **given})
    assert refused.status_code == 422
    shown = html.unescape(refused.text)
    assert [text for text in (words, given.get("text", "Something is wrong here.")) if text not in shown] == []
    assert await contests(one) == ()


async def test_an_answer_is_given_once_by_somebody_who_decides(evaluated, make_member, make_organisation):
    one = await evaluated()
    await send(one)
    [said] = await contests(one)
    reviewer = await make_member(one.organisation, Role.REVIEWER)
    stranger = (await make_organisation()).owner
    explained = scoring.ContestOutcome.EXPLAINED

    async def reply(actor, words="This is why it stays so."):
        async with one.runtime.database.begin(actor.scope) as db:
            await scoring.answer_contest(db, actor, one.id, said.id, explained, words)

    with pytest.raises(Forbidden):
        await reply(reviewer)
    with pytest.raises(scoring.ContestNotFound):
        await reply(stranger)
    await reply(one.organisation.owner)
    await reply(one.organisation.owner)
    with pytest.raises(scoring.ContestOver):
        await reply(one.organisation.owner, "Something else altogether.")


async def test_nobody_else_sees_or_says_anything(evaluated, runtime):
    one = await evaluated()
    key = sessions.Key(one.scope.org_id, one.id, "somebody else's")
    async with one.transaction() as db:
        with pytest.raises(sessions.NotYourSession):
            await explaining.explanation(db, key)


async def test_before_handing_in_there_is_nothing_to_contest(runtime, api, make_organisation):
    one = await begin_answering(runtime, api, await make_organisation())
    shown = await page(one)
    assert "You have not handed the interview in." in shown.text
    assert "Send to a person" not in shown.text
