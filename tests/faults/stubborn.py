"""Clients that go on when they are told to come back, and write down everything that they were told."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
from tests.factories.answered import STRONG
from tests.factories.interviews import MadeInterview
from tests.faults.candidates import RECORDING
from tests.faults.ledger import Ledger

from colloquy.kit.ids import new_id

PASSING = {503, 507}
LONGEST_WAIT_SECONDS = 1.0
"""A client in a hurry: `Retry-After` is looked at, and not always waited for."""
GIVES_UP_SECONDS = 120.0


@dataclass
class Told:
    """Answers by status, and those that nobody should ever see."""

    statuses: Counter[int] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)

    @property
    def refused(self) -> int:
        """How often somebody was told to come back."""
        return sum(self.statuses[status] for status in PASSING)

    def note(self, response: httpx.Response) -> None:
        """Counts an answer; one that says to come back has to say when, and what the matter is."""
        self.statuses[response.status_code] += 1
        if response.status_code == 500 or (response.status_code > 500 and response.status_code not in PASSING):
            self.wrong[f"{response.status_code} {response.request.method} {_shape(response.request.url.path)}"] += 1
        elif response.status_code in PASSING:
            if not response.headers.get("retry-after", "").isdigit():
                self.wrong[f"{response.status_code} without Retry-After"] += 1
            kind = response.headers.get("content-type", "")
            if not kind.startswith("text/html") and not response.json().get("detail"):
                self.wrong[f"{response.status_code} without a word"] += 1

    def said(self) -> str:
        """For the table at the end."""
        passing = ", ".join(
            f"{status} × {self.statuses[status]}" for status in sorted(PASSING) if self.statuses[status]
        )
        return f"{self.statuses.total()} answers, of them {passing or 'no 503 or 507'}, wrong {dict(self.wrong) or 0}"


def _shape(path: str) -> str:
    return "/".join("…" if len(part) >= 20 else part for part in path.split("/"))


@dataclass
class Stubborn:
    """One candidate's or reader's connection to the product."""

    client: httpx.AsyncClient
    told: Told
    headers: dict[str, str] = field(default_factory=dict)
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def ask(self, method: str, path: str, **kwargs: Any) -> tuple[httpx.Response, bool]:
        """The answer that is not "come back", and whether an earlier try may have been done unseen."""
        in_doubt = False
        headers = {**self.headers, **kwargs.pop("headers", {})}
        async with asyncio.timeout(GIVES_UP_SECONDS):
            while True:
                try:
                    response = await self.client.request(method, path, headers=headers, **kwargs)
                except httpx.TransportError as error:
                    self.told.wrong[f"{type(error).__name__} {method} {_shape(path)}"] += 1
                    wait = LONGEST_WAIT_SECONDS
                else:
                    self.told.note(response)
                    if response.status_code < 500:
                        return response, in_doubt
                    wait = min(float(response.headers.get("retry-after", 1)), LONGEST_WAIT_SECONDS)
                in_doubt = True
                await asyncio.sleep(wait)

    async def act(self, path: str, body: dict[str, Any]) -> Any:
        """A step that is done once: its answer, or None when it seems to have been done by a try that was in doubt."""
        response, in_doubt = await self.ask("POST", f"/api/public{path}", json=body)
        if response.is_success:
            return response.json() if response.content else {}
        if not in_doubt:
            self.told.wrong[f"{response.status_code} {_shape(path)}: {response.text[:200]}"] += 1
        return None


async def answer(address: str, told: Told, made: MadeInterview, ledger: Ledger, *, spoken: bool = False) -> None:
    """Somebody new goes through an interview of one question, whatever happens; only what was acknowledged is noted."""
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        await _answer(Stubborn(client, told), made, ledger, spoken=spoken)


async def _answer(one: Stubborn, made: MadeInterview, ledger: Ledger, *, spoken: bool) -> None:
    name = new_id().hex[-12:]
    started = None
    for attempt in range(50):  # the try that was in doubt may have begun it: then as somebody new
        who = {"name": "Ada Lovelace", "email": f"ada.{name}.{attempt}@example.com"}
        started = await one.act(f"/interview/{made.token}/start", who)
        if started is not None:
            break
    assert started is not None
    one.client.cookies.clear()  # a program, by its key
    session_id = UUID(started["session_id"])
    one.headers = {"Authorization": f"Candidate {started['key']}"}
    await one.act("/consent", {"record": True, "ai_evaluation": True})
    room, _ = await one.ask("GET", "/api/public/room")
    question = room.json()["up_next"] or room.json()["question"]
    await one.act("/room/open", {"question_id": question["id"]})
    if spoken:
        await _record(one, ledger, session_id, question)
    else:
        words = f"{STRONG} That was ticket {name}."
        if await one.act("/room/answers", {"question_id": question["id"], "text": words}) is not None:
            ledger.answered(session_id, 1, words)
    if await one.act("/complete-interview", {}) is not None:
        ledger.handed_in(session_id)


async def _record(one: Stubborn, ledger: Ledger, session_id: UUID, question: dict[str, Any]) -> None:
    data, take = RECORDING.read_bytes(), None
    while take is None:
        take = await one.act("/room/takes", {"question_id": question["id"], "kind": "audio"})
    at = 0
    while at < len(data):
        piece = data[at : at + 50_000]
        headers = {
            "Tus-Resumable": "1.0.0",
            "Upload-Offset": str(at),
            "Content-Type": "application/offset+octet-stream",
            **({"Upload-Length": str(len(data))} if at + len(piece) == len(data) else {}),
        }
        response, _ = await one.ask("PATCH", take["upload_url"], content=piece, headers=headers)
        if response.status_code != 204:
            response, _ = await one.ask("HEAD", take["upload_url"], headers={"Tus-Resumable": "1.0.0"})
        offset = int(response.headers["upload-offset"])
        if offset < at:
            one.told.wrong[f"byte {at} was acknowledged, the server has {offset}"] += 1
        at = offset
    await one.act(f"/room/takes/{take['take_id']}/finish", {"duration_seconds": 30.0})
    body = {"question_id": question["id"], "take_id": take["take_id"]}
    if await one.act("/room/answers", body) is not None:
        ledger.recorded(session_id, 1, data)


async def read(one: Stubborn, path: str, *, page: bool, stop: asyncio.Event) -> None:
    """Reads a page or a list over and over."""
    while not stop.is_set():
        accept = "text/html" if page else "application/json"
        response, _ = await one.ask("GET", path, headers={"accept": accept})
        if response.status_code != 200:
            one.told.wrong[f"{response.status_code} GET {_shape(path)}"] += 1
        await asyncio.sleep(0.1)
