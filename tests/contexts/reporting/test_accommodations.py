"""What one candidate is granted: who may grant it, what it changes, and that no score ever knows of it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.factories.answered import STRONG
from tests.factories.candidates import SAMPLES, CandidateClient, begin
from tests.factories.identity import unique_email
from tests.factories.interviews import TEXT, VIDEO, publish_interview

from colloquy.contexts.identity.public import Role
from colloquy.contexts.interviews.public import Accommodation
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock
from colloquy.kit.clock import travelled
from colloquy.providers.speech.fake import FakeSpeech
from colloquy.providers.speech.port import SpeechToText

WEBM = (SAMPLES / "weak" / "answer-1.webm").read_bytes()


@pytest.fixture
async def hears_the_same(runtime, run_jobs) -> AsyncIterator[None]:
    """Whatever is recorded, these words are heard."""
    await run_jobs()
    before = runtime.provided.get(SpeechToText)
    runtime.provided.put(SpeechToText, FakeSpeech(STRONG))
    yield
    runtime.provided.put(SpeechToText, before)


@dataclass(frozen=True)
class Judged:
    """What came of an answer, without anything that is the candidate's own."""

    levels: tuple
    quotes: tuple
    numbers: tuple


async def recorded(candidate: CandidateClient, question: dict) -> None:
    await candidate.answer_with(question, WEBM)


async def third_take(candidate: CandidateClient, question: dict) -> None:
    for _ in range(2):
        await candidate.send(await candidate.open_take(question), WEBM)
    await candidate.answer_with(question, WEBM)


async def without_picture(candidate: CandidateClient, question: dict) -> None:
    assert question["kind"] == "audio"
    await candidate.answer_with(question, WEBM)


async def written(candidate: CandidateClient, question: dict) -> None:
    await candidate.write(question, STRONG)


async def with_captions(candidate: CandidateClient, question: dict) -> None:
    take = await candidate.open_take(question)
    await candidate.send(take, WEBM)
    given = await candidate.post(f"/room/takes/{take['take_id']}/captions", {"text": STRONG, "format": "txt"})
    assert given.status_code < 300, given.text
    used = await candidate.post("/room/answers", {"question_id": question["id"], "take_id": take["take_id"]})
    assert used.status_code == 200, used.text


WAYS: dict[str, tuple[Accommodation, Callable[[CandidateClient, dict], Awaitable[None]]]] = {
    "more time": (Accommodation(time_multiplier=2.0), recorded),
    "extra takes": (Accommodation(extra_takes=1), third_take),
    "no camera": (Accommodation(no_camera=True), without_picture),
    "text instead": (Accommodation(text_instead=True), written),
    "own captions": (Accommodation(own_captions=True), with_captions),
}


@pytest.mark.usefixtures("hears_the_same")
async def test_the_same_words_give_the_same_levels_and_numbers_with_every_accommodation(
    runtime, api, make_organisation, sign_in, run_jobs
):
    made = await publish_interview(runtime, await make_organisation(), VIDEO)

    async def judged(granted: Accommodation, answer) -> Judged:
        api.headers.pop("authorization", None)
        candidate = await begin(api, made.token, email=unique_email("candidate"))
        if granted != Accommodation():
            async with runtime.database.begin(made.organisation.scope) as db:
                await sessions.accommodate(db, made.organisation.owner, UUID(candidate.session_id), granted)
        await candidate.agree()
        await answer(candidate, (await candidate.room())["question"])
        await candidate.complete()
        await run_jobs()
        await sign_in(made.organisation)
        report = (await api.get(f"/api/sessions/{candidate.session_id}")).json()
        scores = report["answers"][0]["scores"]
        return Judged(
            tuple((one["key"], one["level"], one["reason"]) for one in scores),
            tuple(quote["text"] for one in scores for quote in one["quotes"]),
            tuple(report[name] for name in ("overall_score", "technical_score", "communication_score", "judged_share")),
        )

    ordinary = await judged(Accommodation(), recorded)
    assert ordinary.numbers[0] is not None, "there is something to compare"
    assert ordinary.quotes
    for name, (granted, answer) in WAYS.items():
        assert await judged(granted, answer) == ordinary, name


@pytest.fixture
async def begun(runtime, api, make_organisation):
    """A candidate who has agreed and not begun; the interview has a video question."""
    made = await publish_interview(runtime, await make_organisation(), VIDEO, TEXT, time_limit_minutes=60)
    candidate = await begin(api, made.token, email=unique_email("begun"))
    await candidate.agree()
    return made, candidate


def chosen(page: str) -> set[str]:
    return {match[1] for match in re.finditer(r'name="([a-z_]+)"[^>]*checked', page)}


async def test_a_recruiter_changes_the_rules_and_reads_what_the_candidate_notices(begun, browser_client):
    made, candidate = begun
    browser = await browser_client(made.organisation, Role.RECRUITER)
    address = f"/sessions/{candidate.session_id}/accommodations"
    assert "Nothing: the rules are those of everybody." in (await browser.page(address)).text

    sent = {"time_multiplier": "1.5", "extra_takes": "2", "text_instead": "on", "no_camera": "on"}
    saved = await browser.submit(address, sent)

    assert saved.status_code == 303, saved.text
    page = (await browser.page(address)).text
    for words in (
        "45 seconds to think and 180 to answer instead of 30 and 120",
        "The whole interview may take 90 minutes.",
        "tried 2 more times",
        "a field to write in instead",
        "the camera is never opened",
    ):
        assert words in page, words
    assert {"text_instead", "no_camera", "time_multiplier"} <= chosen(page)
    question = (await candidate.room())["question"]
    assert (question["kind"], question["think_seconds"], question["takes_allowed"]) == ("audio", 45, 4)
    assert question["text_allowed"]


@pytest.mark.parametrize(
    "sent", [{"time_multiplier": "17"}, {"extra_takes": "11"}, {"extra_takes": "-1"}, {"extra_takes": "many"}]
)
async def test_what_is_not_offered_changes_nothing(begun, browser_client, runtime, sent):
    made, candidate = begun
    browser = await browser_client(made.organisation)
    address = f"/sessions/{candidate.session_id}/accommodations"

    refused = await browser.submit(address, {"time_multiplier": "2", "extra_takes": "0", **sent})

    assert refused.status_code == 422
    async with runtime.database.begin(made.organisation.scope) as db:
        session = await sessions.session(db, made.organisation.scope, UUID(candidate.session_id))
    assert session.accommodation == Accommodation()


async def test_reviewers_neither_see_nor_change_them(begun, browser_client, runtime):
    made, candidate = begun
    async with runtime.database.begin(made.organisation.scope) as db:
        granted = Accommodation(time_multiplier=3.0, own_captions=True)
        await sessions.accommodate(db, made.organisation.owner, UUID(candidate.session_id), granted)
    browser = await browser_client(made.organisation, Role.REVIEWER)
    home = f"/sessions/{candidate.session_id}"

    review = await browser.page(home)

    assert review.status_code == 200
    assert "ccommodation" not in review.text
    assert (await browser.page(f"{home}/accommodations")).status_code == 403
    assert (await browser.submit(f"{home}/accommodations", {"time_multiplier": "1"})).status_code == 403
    assert (await browser.submit(f"{home}/extend", {"days": "3"})).status_code == 403


async def test_another_tenant_finds_no_such_session(begun, browser_client, make_organisation):
    _, candidate = begun
    browser = await browser_client(await make_organisation("Elsewhere"))

    assert (await browser.page(f"/sessions/{candidate.session_id}/accommodations")).status_code == 404


async def test_once_handed_in_there_is_nothing_to_change(runtime, api, make_organisation, browser_client):
    made = await publish_interview(runtime, await make_organisation(), TEXT)
    candidate = await begin(api, made.token, email=unique_email("over"))
    await candidate.agree()
    await candidate.write((await candidate.room())["question"], STRONG)
    await candidate.complete()
    browser = await browser_client(made.organisation)
    home = f"/sessions/{candidate.session_id}"

    assert "This interview is over" in (await browser.page(f"{home}/accommodations")).text
    late = await browser.submit(f"{home}/extend", {"days": "3"})
    assert late.headers["location"] == home
    assert "nothing to extend" in (await browser.page(home)).text


@pytest.fixture
def expire(runtime, run_jobs):
    """`await expire(organisation)`: the ends of its sessions are looked at, a hundred days from now."""

    async def do(organisation) -> None:
        with travelled(timedelta(days=100)):
            async with runtime.database.begin() as db:
                await db.execute(
                    text(
                        "update procrastinate_jobs set scheduled_at = null where status = 'todo'"
                        " and task_name = 'sessions.expire' and args->>'org_id' = :org"
                    ),
                    {"org": str(organisation.id)},
                )
            await run_jobs()

    return do


async def test_who_ran_out_of_time_is_on_the_board_and_can_be_given_more(
    runtime, api, make_organisation, browser_client, expire
):
    made = await publish_interview(runtime, await make_organisation(), TEXT, TEXT)
    candidate = await begin(api, made.token, name="Late Lovelace", email=unique_email("late"))
    await candidate.agree()
    await candidate.write((await candidate.room())["question"], STRONG)
    await expire(made.organisation)
    browser = await browser_client(made.organisation, Role.RECRUITER)
    board = f"/interviews/{made.id}/sessions"
    home = f"/sessions/{candidate.session_id}"

    shown = (await browser.page(f"{board}?state=expired")).text
    assert "Late Lovelace" in shown
    assert "1 of 2 answered, time ran out" in shown
    assert f'action="{home}/extend"' in shown
    assert "Late Lovelace" not in (await browser.page(f"{board}?state=answering")).text
    review = (await browser.page(home)).text
    assert "1 of 2 questions are answered; then the time was over." in review

    wrong = await browser.submit(f"{home}/extend", {"days": "0"})
    assert "Choose between 1 and 90 days." in (await browser.page(wrong.headers["location"])).text
    with travelled(timedelta(days=100)):
        async with runtime.database.begin(made.organisation.scope) as db:
            await sessions.extend(db, made.organisation.owner, UUID(candidate.session_id), clock.now() + timedelta(1))
        later = await browser_client(made.organisation, Role.RECRUITER)
        extended = await later.submit(f"{home}/extend", {"days": "7"})

        assert extended.status_code == 303
        async with runtime.database.begin(made.organisation.scope) as db:
            session = await sessions.session(db, made.organisation.scope, UUID(candidate.session_id))
        assert session.state is sessions.SessionState.IN_PROGRESS
        # A day was left: more time is more, it never takes away.
        assert abs(session.expires_at - clock.now() - timedelta(days=8)) < timedelta(minutes=5)
        await candidate.write((await candidate.room())["question"], STRONG)
        await candidate.complete()


async def test_reviewers_see_who_ran_out_of_time_and_give_none(runtime, api, make_organisation, browser_client, expire):
    made = await publish_interview(runtime, await make_organisation(), TEXT)
    candidate = await begin(api, made.token, email=unique_email("late"))
    await expire(made.organisation)
    browser = await browser_client(made.organisation, Role.REVIEWER)

    shown = (await browser.page(f"/interviews/{made.id}/sessions?state=expired")).text

    assert "0 of 1 answered, time ran out" in shown
    assert "/extend" not in shown
    assert "/extend" not in (await browser.page(f"/sessions/{candidate.session_id}")).text


async def test_the_api_knows_the_new_filters(runtime, api, make_organisation, expire, sign_in):
    made = await publish_interview(runtime, await make_organisation(), TEXT)
    await begin(api, made.token, email=unique_email("late"))
    await expire(made.organisation)
    await sign_in(made.organisation)

    page = (await api.get(f"/api/interviews/{made.id}/sessions?state=expired")).json()

    assert [item["state"] for item in page["items"]] == ["expired"]
    assert page["counts"]["expired"] == 1
    assert page["counts"]["withdrawn"] == 0


async def test_programs_grant_the_same(begun, api, sign_in):
    made, candidate = begun
    await sign_in(made.organisation)
    home = f"/api/sessions/{candidate.session_id}"

    changed = await api.put(f"{home}/accommodation", json={"time_multiplier": 1.5, "own_captions": True})
    until = (clock.now() + timedelta(days=200)).isoformat()
    extended = await api.post(f"{home}/extend", json={"until": until})

    assert changed.status_code == 200, changed.text
    assert changed.json()["accommodation"] == {
        "time_multiplier": 1.5,
        "extra_takes": 0,
        "text_instead": False,
        "no_camera": False,
        "own_captions": True,
    }
    assert extended.json()["answer_until"].startswith(until[:19])
    assert (await api.get(f"{home}/accommodation")).json() == extended.json()
    for body in ({"time_multiplier": 9}, {"extra_takes": 99}, {"faster": True}):
        assert (await api.put(f"{home}/accommodation", json=body)).status_code == 422, body
    past = await api.post(f"{home}/extend", json={"until": "2020-01-01T00:00:00Z"})
    assert (past.status_code, past.json()["code"]) == (409, "not_extendable")


async def test_programs_of_reviewers_and_strangers_grant_nothing(begun, api, sign_in, make_organisation):
    made, candidate = begun
    home = f"/api/sessions/{candidate.session_id}"
    await sign_in(made.organisation, Role.REVIEWER)
    assert (await api.get(f"{home}/accommodation")).status_code == 403
    assert (await api.put(f"{home}/accommodation", json={})).status_code == 403
    await sign_in(await make_organisation("Elsewhere"))
    assert (await api.get(f"{home}/accommodation")).status_code == 404
    assert (await api.put(f"{home}/accommodation", json={})).status_code == 404
    assert (await api.post(f"{home}/extend", json={"until": "2030-01-01T00:00:00Z"})).status_code == 404
