"""A candidate's program in a conversation: sends messages and reads the stream of events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
import uvicorn
from fastapi import FastAPI
from tests.factories.candidates import CandidateClient, begin
from tests.factories.identity import MadeOrganisation
from tests.factories.interviews import MadeInterview, publish_interview

from colloquy.contexts.conversations.public import Move, Plan, Said
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.interviews.policy.drafts import QuestionDraft
from colloquy.kit.ids import new_id
from colloquy.roles.runtime import Runtime

TOPICS = ("Tell me about a fault in production that you found.", "How do you work with people who disagree with you?")
ANSWER = (
    "Last spring our payment service lost orders at night. I found a missing lock in the import job, wrote a test "
    "that showed it, and deployed a fix. Lost orders fell from 40 a week to none."
)


def conversation(*topics: str, seconds: int = 600, follow_ups: int = 1) -> QuestionDraft:
    """A question that is a conversation about these topics."""
    return QuestionDraft(
        "A conversation about your work.",
        interviews.AnswerKind.CONVERSATION,
        answer_seconds=seconds,
        follow_ups=follow_ups,
        topics=tuple(interviews.Topic(new_id(), text, ("Names a secret point",)) for text in topics or TOPICS),
    )


async def publish(
    runtime: Runtime, organisation: MadeOrganisation, *drafts: QuestionDraft, language: str = "en"
) -> MadeInterview:
    """An interview that is a conversation, or these questions."""
    return await publish_interview(runtime, organisation, *(drafts or (conversation(),)), language=language)


class Quiet(uvicorn.Server):
    """Leaves signals to pytest."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """The application on a socket of its own; yields its address."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False, lifespan="off",
                            timeout_graceful_shutdown=2, timeout_keep_alive=60)  # fmt: skip
    server = Quiet(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event to wait for
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


@dataclass(frozen=True)
class Event:
    """One server-sent event."""

    name: str
    id: str | None
    data: dict[str, Any]


async def events(response: httpx.Response) -> AsyncIterator[Event]:
    """The events of a stream as they come."""
    name, event_id, data = "", None, ""
    async for line in response.aiter_lines():
        if not line:
            if name:
                yield Event(name, event_id, json.loads(data))
            name, event_id, data = "", None, ""
        elif line.startswith("event: "):
            name = line[7:]
        elif line.startswith("id: "):
            event_id = line[4:]
        elif line.startswith("data: "):
            data += line[6:]


@dataclass
class Page:
    """What a page would show: pieces appended, replaced texts replaced; `last` is the last event's id."""

    texts: dict[int, str] = field(default_factory=dict)
    done: list[dict[str, Any]] = field(default_factory=list)
    said: list[dict[str, Any]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    last: str | None = None

    def take(self, event: Event) -> None:
        self.names.append(event.name)
        if event.id:
            self.last = event.id
        if event.name == "token":
            self.texts[event.data["seq"]] = self.texts.get(event.data["seq"], "") + event.data["text"]
        elif event.name == "replace":
            self.texts[event.data["seq"]] = event.data["text"]
        elif event.name == "done":
            self.done.append(event.data)
        elif event.name == "message":
            self.said.append(event.data)

    @property
    def reply(self) -> dict[str, Any]:
        return self.done[-1]["message"]

    @property
    def standing(self) -> dict[str, Any]:
        return self.done[-1]["conversation"]


@dataclass
class Talker:
    """A candidate in their conversation."""

    candidate: CandidateClient
    conversation_id: str = ""

    @property
    def client(self) -> httpx.AsyncClient:
        return self.candidate.client

    @property
    def headers(self) -> dict[str, str]:
        return self.candidate.headers

    def body(self, text: str | None = None, client_id: UUID | None = None, **more: Any) -> dict[str, Any]:
        body: dict[str, Any] = {"conversation_id": self.conversation_id, **more}
        if text is not None:
            body |= {"text": text, "client_message_id": str(client_id or uuid4())}
        return body

    async def open(self) -> dict[str, Any]:
        response = await self.client.post("/api/interview/chat", json={}, headers=self.headers)
        assert response.status_code == 200, response.text
        self.conversation_id = response.json()["conversation"]["id"]
        return response.json()

    def stream(self, body: dict[str, Any], last: str | None = None) -> Any:
        headers = self.headers if last is None else {**self.headers, "Last-Event-ID": last}
        return self.client.stream("POST", "/api/interview/chat/stream", json=body, headers=headers)

    async def read(self, body: dict[str, Any], page: Page | None = None, last: str | None = None) -> Page:
        page = page or Page()
        async with self.stream(body, last) as response:
            if response.status_code != 200:
                await response.aread()
            assert response.status_code == 200, response.text
            async for event in events(response):
                page.take(event)
        return page

    async def go_on(self) -> Page:
        return await self.read(self.body())

    async def say(self, text: str, client_id: UUID | None = None) -> Page:
        return await self.read(self.body(text, client_id))

    async def refused(self, body: dict[str, Any], path: str = "/chat/stream") -> tuple[int, str]:
        response = await self.client.post(f"/api/interview{path}", json=body, headers=self.headers)
        return response.status_code, response.json().get("code", "")

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        response = await self.client.post(f"/api/interview{path}", json=body, headers=self.headers)
        assert response.is_success, response.text
        return response.json()

    async def history(self, after: int = 0) -> dict[str, Any]:
        response = await self.client.get(
            f"/api/interview/{self.conversation_id}/history", params={"after": after}, headers=self.headers
        )
        assert response.status_code == 200, response.text
        return response.json()

    async def texts(self) -> list[tuple[str, str]]:
        return [(message["who"], message["text"]) for message in (await self.history())["messages"]]


async def talker(
    client: httpx.AsyncClient, interview: MadeInterview, *, ai_evaluation: bool = True, email: str = "ada@example.com"
) -> Talker:
    """A candidate whose conversation is open; nothing has been said."""
    candidate = await begin(client, interview.token, email=email)
    await candidate.agree(ai_evaluation=ai_evaluation)
    await candidate.room()
    talking = Talker(candidate)
    await talking.open()
    return talking


class Scripted:
    """An interviewer for tests: says `words`, or what `speaks` gives, a word every `pause` seconds, after `think`."""

    name = "scripted:1"

    def __init__(self, words: str = "", *, pause: float = 0.0, think: float = 0.0, fails: Exception | None = None):
        self.words, self.pause, self.think, self.fails = words, pause, think, fails
        self.asked: list[tuple[Plan, Sequence[Said], Move]] = []

    async def speak(self, plan: Plan, said: Sequence[Said], move: Move) -> AsyncIterator[str]:
        self.asked.append((plan, said, move))
        await asyncio.sleep(self.think)
        for word in (self.words or move.text or "").split(" "):
            yield f"{word} "
            await asyncio.sleep(self.pause)
        if self.fails is not None:
            raise self.fails
