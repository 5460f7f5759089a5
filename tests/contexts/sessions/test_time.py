"""Time by the server's clock: thinking, answering, the whole interview, and what happens when it is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.factories.candidates import SAMPLES
from tests.factories.interviews import SINGLE_CHOICE, TEXT, VIDEO

from colloquy.contexts.identity.public import Role
from colloquy.contexts.interviews.public import QuestionOrder
from colloquy.contexts.sessions import public as sessions
from colloquy.contexts.sessions.service import accommodate
from colloquy.kit import clock
from colloquy.kit.errors import Forbidden

ANSWER = "In March our payment service lost orders. I measured it, found a lock, and cut failures by forty percent."


@pytest.fixture
def clock_strikes(runtime, run_jobs):
    """`await clock_strikes(candidate)`: the jobs that wait for this session's time to end are due, and done."""

    async def strike(candidate) -> None:
        async with runtime.database.begin() as db:
            await db.execute(
                text(
                    "update procrastinate_jobs set scheduled_at = null where status = 'todo'"
                    " and task_name in ('sessions.end_time', 'sessions.expire') and args->>'session_id' = :id"
                ),
                {"id": candidate.session_id},
            )
        await run_jobs()

    return strike


def _moment(value: str) -> datetime:
    return datetime.fromisoformat(value)


async def test_seeing_a_timed_question_is_the_candidates_own_step(answering):
    _, candidate = await answering(VIDEO)
    room = await candidate.look()
    assert room["question"] is None
    assert room["up_next"] == {
        "id": room["questions"][0]["id"],
        "number": 1,
        "of": 1,
        "kind": "video",
        "source": "camera",
        "required": True,
        "think_seconds": 30,
        "answer_seconds": 120,
        "takes_allowed": 2,
    }
    assert VIDEO.text not in str(room)


async def test_a_reload_does_not_give_think_time_back(answering):
    _, candidate = await answering(VIDEO)
    first = (await candidate.room())["question"]
    with clock.travelled(timedelta(seconds=20)):
        reloaded = (await candidate.room())["question"]
        opened_again = (await candidate.open(reloaded))["question"]
    assert first["think_until"] == reloaded["think_until"] == opened_again["think_until"]
    assert _moment(first["think_until"]) - _moment(first["opened_at"]) == timedelta(seconds=30)


@pytest.mark.parametrize(("after", "late"), [(25, 0.0), (38, 0.0), (95, 65.0)])
async def test_a_late_start_is_measured_by_the_server(answering, session_of, after, late):
    made, candidate = await answering(VIDEO)
    question = (await candidate.room())["question"]
    with clock.travelled(timedelta(seconds=after)):
        await candidate.answer_with(question, (SAMPLES / "strong" / "answer-1.webm").read_bytes())
    assert (await session_of(made, candidate)).answers[0].late_seconds == pytest.approx(late, abs=2)


async def test_the_same_request_is_the_same_take(answering):
    _, candidate = await answering(VIDEO)
    question = (await candidate.room())["question"]
    body = {"question_id": question["id"], "kind": "video", "request_id": "01890a5d-ac96-774b-bcce-b302099a8057"}
    takes = [(await candidate.post("/room/takes", body)).json() for _ in range(3)]
    assert len({(take["take_id"], take["upload_url"], take["must_stop_at"]) for take in takes}) == 1
    assert (await candidate.look())["question"]["takes_used"] == 1


async def test_the_whole_interview_has_a_limit_that_starts_with_the_first_question(answering):
    _, candidate = await answering(VIDEO, TEXT, time_limit_minutes=10)
    assert (await candidate.look())["session"]["must_end_at"] is None
    room = await candidate.room()
    ends = _moment(room["session"]["must_end_at"]) - _moment(room["session"]["server_now"])
    assert ends == pytest.approx(timedelta(minutes=10), abs=timedelta(seconds=5))
    with clock.travelled(timedelta(minutes=10, seconds=30)):
        late = await candidate.post("/room/takes", {"question_id": room["question"]["id"], "kind": "video"})
    assert (late.status_code, late.json()["code"]) == (409, "time_over")


async def test_when_the_time_is_over_what_is_there_is_handed_in(answering, session_of, clock_strikes):
    made, candidate = await answering(TEXT, VIDEO, TEXT, SINGLE_CHOICE, order=QuestionOrder.FREE, time_limit_minutes=10)
    ids = [str(one) for one in made.question_ids]
    await candidate.open({"id": ids[0]})
    await candidate.post("/room/drafts", {"question_id": ids[0], "text": ANSWER})
    await candidate.open({"id": ids[3]})
    await candidate.post("/room/drafts", {"question_id": ids[3], "value": "a"})
    question = (await candidate.open({"id": ids[1]}))["question"]
    take = await candidate.open_take(question)
    await candidate.send(take, (SAMPLES / "strong" / "answer-1.webm").read_bytes())
    await candidate.post(f"/room/takes/{take['take_id']}/finish", {"duration_seconds": 20})
    with clock.travelled(timedelta(minutes=11)):
        await clock_strikes(candidate)
    session = await session_of(made, candidate)
    assert session.state.handed_in
    assert (session.answers[0].text, session.answers[3].value) == (ANSWER, "a")
    assert (session.answers[1].take, session.answers[1].state) == (1, sessions.AnswerState.SCORED)
    assert (session.answers[2].state, session.answers[2].reason_code) == (sessions.AnswerState.MISSING, "time_over")
    assert "Question 3 has no answer." in (session.state_reason or "")


async def test_a_take_that_is_still_arriving_is_waited_for_and_then_used(answering, session_of, clock_strikes):
    made, candidate = await answering(VIDEO, time_limit_minutes=10)
    data = (SAMPLES / "strong" / "answer-1.webm").read_bytes()
    question = (await candidate.room())["question"]
    take = await candidate.open_take(question)
    head = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}
    half = len(data) * 3 // 4
    sent = await candidate.client.patch(take["upload_url"], content=data[:half], headers=head | {"Upload-Offset": "0"})
    assert sent.status_code == 204
    with clock.travelled(timedelta(minutes=11)):
        await clock_strikes(candidate)
        assert (await session_of(made, candidate)).state is sessions.SessionState.IN_PROGRESS
        rest = {"Upload-Offset": str(half), "Upload-Length": str(len(data))}
        sent = await candidate.client.patch(take["upload_url"], content=data[half:], headers=head | rest)
        assert sent.status_code == 204
        await clock_strikes(candidate)
    session = await session_of(made, candidate)
    assert (session.state.handed_in, session.answers[0].take) == (True, 1)


async def test_a_take_that_never_arrives_wholly_counts_as_far_as_it_came(answering, session_of, clock_strikes):
    made, candidate = await answering(VIDEO, time_limit_minutes=10)
    data = (SAMPLES / "strong" / "answer-1.webm").read_bytes()
    take = await candidate.open_take((await candidate.room())["question"])
    head = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
    await candidate.client.patch(take["upload_url"], content=data[: len(data) * 3 // 4], headers=head)
    with clock.travelled(timedelta(minutes=30)):
        await clock_strikes(candidate)
        await clock_strikes(candidate)
    answer = (await session_of(made, candidate)).answers[0]
    assert answer.take == 1
    assert answer.state in {sessions.AnswerState.SCORED, sessions.AnswerState.ANALYSED}


async def test_who_answered_everything_and_forgot_the_last_press_is_handed_in(answering, session_of, clock_strikes):
    made, candidate = await answering(TEXT)
    await candidate.write((await candidate.room())["question"], ANSWER)
    with clock.travelled(timedelta(days=100)):
        await clock_strikes(candidate)
    assert (await session_of(made, candidate)).state.handed_in


async def test_an_unfinished_interview_expires_and_says_so(answering, session_of, clock_strikes):
    made, candidate = await answering(TEXT, TEXT)
    await candidate.write((await candidate.room())["question"], ANSWER)
    question = (await candidate.room())["question"]
    with clock.travelled(timedelta(days=100)):
        await clock_strikes(candidate)
        late = await candidate.post("/room/answers", {"question_id": question["id"], "text": ANSWER})
        assert (late.status_code, late.json()["code"], late.json()["state"]) == (410, "session_ended", "expired")
    session = await session_of(made, candidate)
    assert (session.state, session.answered) == (sessions.SessionState.EXPIRED, 1)


async def test_more_time_brings_an_expired_interview_back(runtime, answering, session_of, clock_strikes):
    made, candidate = await answering(TEXT, TEXT)
    scope, owner = made.organisation.scope, made.organisation.owner
    await candidate.write((await candidate.room())["question"], ANSWER)
    with clock.travelled(timedelta(days=100)):
        await clock_strikes(candidate)
        until = clock.now() + timedelta(days=2)
        async with runtime.database.begin(scope) as db:
            await accommodate.extend(db, owner, UUID(candidate.session_id), until)
        await clock_strikes(candidate)
        assert (await session_of(made, candidate)).state is sessions.SessionState.IN_PROGRESS
        await candidate.write((await candidate.room())["question"], ANSWER)
        await candidate.complete()
    assert (await session_of(made, candidate)).state.handed_in


async def test_who_may_not_decide_may_not_give_time(runtime, answering, make_member):
    made, candidate = await answering(TEXT)
    reviewer = await make_member(made.organisation, Role.REVIEWER)
    async with runtime.database.begin(made.organisation.scope) as db:
        with pytest.raises(Forbidden):
            await accommodate.extend(db, reviewer, UUID(candidate.session_id), datetime.now(UTC) + timedelta(days=1))


async def test_nothing_is_extended_after_handing_in_or_into_the_past(runtime, answering):
    made, candidate = await answering(TEXT)
    scope, owner, id_ = made.organisation.scope, made.organisation.owner, UUID(candidate.session_id)
    async with runtime.database.begin(scope) as db:
        with pytest.raises(sessions.NotExtendable):
            await accommodate.extend(db, owner, id_, clock.now() - timedelta(minutes=1))
    await candidate.write((await candidate.room())["question"], ANSWER)
    await candidate.complete()
    async with runtime.database.begin(scope) as db:
        with pytest.raises(sessions.NotExtendable):
            await accommodate.extend(db, owner, id_, clock.now() + timedelta(days=1))
