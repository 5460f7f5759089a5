"""Whatever candidates' tabs send in whatever order: no illegal state, and nothing acknowledged is ever lost.

Random commands from three tabs and a walking clock go to the real API; a model keeps what was acknowledged and what
must never change. `make faults` tries far more of them.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, event, given, settings, target
from hypothesis import strategies as st
from tests.factories.candidates import CandidateClient, begin
from tests.factories.interviews import (
    FILE,
    LINK,
    NUMBER,
    SINGLE_CHOICE,
    TEXT,
    VIDEO,
    MadeInterview,
    asked_when,
    ending_when,
    publish_interview,
)

from colloquy.contexts.interviews.public import QuestionOrder
from colloquy.contexts.sessions import jobs
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock
from colloquy.kit.ids import new_id
from colloquy.providers.storage.spool import UploadSpool

EXAMPLES = int(os.environ.get("COLLOQUY_EXAMPLES", "12"))
TABS = (None, "laptop-tab-1", "laptop-tab-2", "phone-tab-1")
TEXTS = ("I measured it and cut failures by forty percent.", "I asked the team, then I wrote a test.", " ")
VALUES: tuple[Any, ...] = ("a", "b", 3, 400, "https://example.org/work", "not a link", ["a"])
QUESTIONS = 7
REFUSALS = {
    "opened_elsewhere", "question_closed", "no_takes_left", "take_not_saved", "take_unusable", "answers_missing",
    "session_over", "session_ended", "time_over", "question_required", "malformed", "answer_not_found",
    "consent_missing", "not_your_session",
}  # fmt: skip
NEXT = {
    "consented": {"in_progress", "expired", "withdrawn"},
    "in_progress": {"completed", "expired", "withdrawn", "needs_human"},
    "completed": {"withdrawn", "needs_human", "scored"},
}

which = st.integers(0, QUESTIONS - 1)
tab = st.sampled_from(TABS)
command = st.one_of(
    st.tuples(st.just("claim"), st.sampled_from(TABS[1:])),
    *[st.tuples(st.just("forward"), st.sampled_from(VALUES[:2]))] * 16,
    st.tuples(st.just("open"), which, tab),
    st.tuples(st.just("next"), tab),
    st.tuples(st.just("take"), st.sampled_from((0, 1, 1, 1, 1, 6)), tab, st.booleans()),
    st.tuples(st.just("send"), st.integers(0, 5), st.booleans()),
    st.tuples(st.just("finish"), st.integers(0, 5)),
    st.tuples(st.just("use"), st.integers(0, 5), tab),
    st.tuples(st.just("write"), which, st.sampled_from(TEXTS), tab),
    st.tuples(st.just("value"), which, st.sampled_from(VALUES), tab),
    st.tuples(st.just("draft"), which, st.sampled_from(TEXTS)),
    st.tuples(st.just("skip"), which, tab),
    st.tuples(st.just("again")),
    st.tuples(st.just("complete"), tab),
    st.tuples(st.just("wait"), st.sampled_from((1, 20, 45, 200))),
    st.tuples(st.just("time")),
)


@dataclass
class Take:
    """A take that was acknowledged."""

    id: str
    question: int
    upload_url: str
    sent: int = 0
    whole: bool = False


@dataclass
class Model:
    """What the candidate was told, and what must therefore hold."""

    made: MadeInterview
    candidate: CandidateClient
    takes: list[Take] = field(default_factory=list)
    answers: dict[int, tuple[str, Any]] = field(default_factory=dict)
    opened_at: dict[str, str] = field(default_factory=dict)
    must_end_at: str | None = None
    tab: str | None = None
    state: str = "consented"
    last: tuple[str, dict[str, Any], int] | None = None

    @property
    def questions(self) -> list[str]:
        return [str(one) for one in self.made.question_ids]

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        response = await self.candidate.post(path, {key: value for key, value in body.items() if value is not None})
        self.last = (path, body, response.status_code)
        assert response.status_code < 500, response.text
        refused = response.status_code >= 400
        assert not refused or response.json()["code"] in REFUSALS, response.text
        sent = body.get("tab")
        if sent is not None and self.tab is not None and sent != self.tab and path != "/room/tab":
            assert refused, (path, body)
            # An ended session may be told first; a tab that lost the room never gets anything done.
        return response

    async def run(self, name: str, *with_: Any) -> None:
        await getattr(self, f"do_{name}")(*with_)

    async def do_claim(self, tab: str) -> None:
        if (await self.post("/room/tab", {"tab": tab})).status_code == 204:
            self.tab = tab

    async def do_forward(self, choice: str) -> None:
        """What an honest page does next, in the tab that has the room."""
        response = await self.candidate.get("/room")
        if response.status_code != 200:
            return
        room = response.json()
        question = room["question"]
        if question is None:
            waiting = [one["id"] for one in room["questions"] if one["state"] in {"waiting", "open"}]
            if waiting:
                await self.do_open(self.questions.index(waiting[0]), self.tab)
            else:
                await self.do_complete(self.tab)
            return
        number = self.questions.index(question["id"])
        match question["kind"]:
            case "video" | "file":
                await self._record(number)
            case "text":
                await self.do_write(number, TEXTS[0], self.tab)
            case kind:
                await self.do_value(number, {"number": 3, "link": VALUES[4]}.get(kind, choice), self.tab)

    async def _record(self, number: int) -> None:
        own = [at for at, take in enumerate(self.takes) if take.question == number]
        if not own:
            await self.do_take(number, self.tab, named=True)
        elif not self.takes[own[-1]].whole:
            await self.do_send(own[-1], last=True)
        else:
            await self.do_use(own[-1], self.tab)

    async def do_open(self, question: int, tab: str | None) -> None:
        await self.post("/room/open", {"question_id": self.questions[question], "tab": tab})

    async def do_next(self, tab: str | None) -> None:
        room = await self.candidate.get("/room")
        if room.status_code == 200 and room.json()["up_next"]:
            await self.post("/room/open", {"question_id": room.json()["up_next"]["id"], "tab": tab})

    async def do_take(self, question: int, tab: str | None, named: bool) -> None:
        kind = "file" if question == 6 else "video"
        body = {"question_id": self.questions[question], "kind": kind, "tab": tab, "file_name": "notes.txt"}
        response = await self.post("/room/takes", body | ({"request_id": str(uuid4())} if named else {}))
        if response.status_code == 201:
            made = response.json()
            self.takes.append(Take(made["take_id"], question, made["upload_url"]))

    def _take(self, number: int) -> Take | None:
        return self.takes[number % len(self.takes)] if self.takes else None

    async def do_send(self, number: int, last: bool) -> None:
        take = self._take(number)
        if take is None or take.whole:
            return
        headers = {
            "Tus-Resumable": "1.0.0",
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": str(take.sent),
        }
        if last:
            headers["Upload-Length"] = str(take.sent + 100)
        response = await self.candidate.client.patch(take.upload_url, content=b"words and " * 10, headers=headers)
        assert response.status_code < 500, response.text
        if response.status_code == 204:
            take.sent, take.whole = take.sent + 100, last

    async def do_finish(self, number: int) -> None:
        take = self._take(number)
        if take is not None:
            await self.post(f"/room/takes/{take.id}/finish", {"duration_seconds": 3.0})

    async def do_use(self, number: int, tab: str | None) -> None:
        take = self._take(number)
        if take is not None:
            body = {"question_id": self.questions[take.question], "take_id": take.id, "tab": tab}
            self._answered(take.question, "take", take.id, await self.post("/room/answers", body))

    async def do_write(self, question: int, text: str, tab: str | None) -> None:
        body = {"question_id": self.questions[question], "text": text, "tab": tab}
        self._answered(question, "text", text, await self.post("/room/answers", body))

    async def do_value(self, question: int, value: Any, tab: str | None) -> None:
        body = {"question_id": self.questions[question], "value": value, "tab": tab}
        self._answered(question, "value", value, await self.post("/room/answers", body))

    async def do_skip(self, question: int, tab: str | None) -> None:
        body = {"question_id": self.questions[question], "tab": tab}
        self._answered(question, "nothing", None, await self.post("/room/skip", body))

    def _answered(self, question: int, how: str, what: Any, response: Any) -> None:
        if response.status_code != 200:
            return
        before = self.answers.setdefault(question, (how, what))
        assert before == (how, what), "an acknowledged answer was replaced"

    async def do_draft(self, question: int, text: str) -> None:
        await self.post("/room/drafts", {"question_id": self.questions[question], "text": text})

    async def do_again(self) -> None:
        """The network sends the last request once more."""
        if self.last is None:
            return
        path, body, before = self.last
        takes = len(self.takes)
        response = await self.post(path, body)
        if path == "/room/takes" and before == 201 and "request_id" in body:
            assert response.status_code in {201, 409, 410}
            if response.status_code == 201:
                assert response.json()["take_id"] == self.takes[-1].id
        elif path == "/room/takes" and response.status_code == 201:
            made = response.json()
            self.takes.append(Take(made["take_id"], self.questions.index(body["question_id"]), made["upload_url"]))
        assert len(self.takes) - takes <= 1

    async def do_complete(self, tab: str | None) -> None:
        await self.post("/complete-interview", {"tab": tab})

    async def check(self, database: Any) -> None:
        """What holds after every command."""
        scope = self.made.organisation.scope
        async with database.begin(scope) as db:
            session = await sessions.session(db, scope, UUID(self.candidate.session_id))
            held = await sessions.held_data(db, scope, UUID(self.candidate.session_id))
        assert session is not None
        assert held is not None
        self._check_state(session)
        self._check_answers(session, held)
        assert len({take.recording_id for take in held.takes}) == len(self.takes)
        room = await self.candidate.get("/room")
        assert room.status_code in {200, 409, 410}, room.text
        if room.status_code == 200:
            self._check_room(room.json(), session)

    def _check_state(self, session: sessions.Session) -> None:
        now = session.state.value
        assert now == self.state or now in NEXT.get(self.state, set()), (self.state, now)
        self.state = now

    def _check_answers(self, session: sessions.Session, held: sessions.HeldData) -> None:
        chosen = {str(take.recording_id): take for take in held.takes}
        for number, (how, what) in self.answers.items():
            answer = session.answers[number]
            assert answer.submitted_at is not None
            if how == "take":
                take = chosen[str(answer.recording_id)]
                own = [one for one in self.takes if one.question == number]
                assert own[take.number - 1].id == what
            elif how == "text":
                assert answer.text == what
            elif how == "value":
                assert answer.value == what
            else:
                assert answer.state is sessions.AnswerState.MISSING
        for number in range(QUESTIONS):
            allowed = {1: 2, 6: 10}.get(number, 0)
            assert sum(take.question == number for take in self.takes) <= allowed
        if session.state.handed_in:
            assert all(answer.submitted_at or answer.state.ended for answer in session.answers)
            assert session.completed_at is not None

    def _check_room(self, room: dict[str, Any], session: sessions.Session) -> None:
        ends = room["session"]["must_end_at"]
        assert self.must_end_at in {None, ends}
        self.must_end_at = ends
        for listed in room["questions"]:
            assert listed["text"] is None or listed["state"] != "waiting", "a question was told before it was opened"
        question = room["question"]
        if question is not None:
            assert self.opened_at.setdefault(question["id"], question["opened_at"]) == question["opened_at"]
            assert not session.state.over


@pytest.fixture(scope="session")
def published() -> dict[QuestionOrder, MadeInterview]:
    """Interviews that the examples share; each example is a candidate of its own."""
    return {}


async def _publish(runtime, organisation, order: QuestionOrder) -> MadeInterview:
    return await publish_interview(
        runtime,
        organisation,
        SINGLE_CHOICE,
        replace(VIDEO, think_seconds=30, answer_seconds=60, takes=2),
        TEXT,
        lambda ids: asked_when(NUMBER, ids[0], "is", "a"),
        ending_when(SINGLE_CHOICE, "is", "b"),
        LINK,
        FILE,
        order=order,
        time_limit_minutes=6,
    )


@pytest.mark.parametrize("order", list(QuestionOrder))
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(commands=st.lists(command, min_size=20, max_size=60))
async def test_whatever_is_sent_nothing_illegal_happens_and_nothing_is_lost(
    runtime, api, make_organisation, published, order, commands
):
    made = published.get(order)
    if made is None:
        made = published[order] = await _publish(runtime, await make_organisation(), order)
    api.cookies.clear()
    candidate = await begin(api, made.token, email=f"{new_id().hex}@example.com")
    await candidate.agree()
    model = Model(made, candidate)
    with ExitStack() as time:
        for name, *rest in commands:
            if name == "wait":
                time.enter_context(clock.travelled(timedelta(seconds=rest[0])))
            elif name == "time":
                await jobs.end_time(
                    runtime.database,
                    runtime.provided.get(UploadSpool),
                    org_id=made.organisation.id,
                    session_id=UUID(candidate.session_id),
                )
            else:
                await model.run(name, *rest)
            await model.check(runtime.database)
    event(f"ended {model.state}")
    target(len(model.answers), label="answers that were acknowledged")
