"""Candidates of one organisation who answer while things break, and note in the ledger whatever is acknowledged."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import httpx
from tests.factories.answered import STRONG
from tests.factories.candidates import SAMPLES, begin
from tests.factories.interviews import AUDIO, TEXT, MadeInterview, publish_interview
from tests.faults.ledger import Ledger

from colloquy.contexts.webhooks.policy.drafts import EndpointDraft
from colloquy.contexts.webhooks.schemas.happenings import CATALOGUE
from colloquy.contexts.webhooks.service import change
from colloquy.kit.crypto import Secret
from colloquy.kit.ids import new_id
from colloquy.roles.runtime import Runtime

RECORDING = SAMPLES / "weak" / "answer-1.webm"


@dataclass
class Receiver:
    """A receiver of webhooks; `heard` has the id of every message, as often as it came.

    While `answers` is not set nobody is answered, and their calls hang.
    """

    url: str
    heard: list[str] = field(default_factory=list)
    answers: threading.Event = field(default_factory=threading.Event)
    came: threading.Event = field(default_factory=threading.Event)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver in a thread: whatever the test does, it answers."""
    made = Receiver("")
    made.answers.set()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            made.heard.append(self.headers["webhook-id"])
            made.came.set()
            made.answers.wait()
            with suppress(ConnectionError):  # whoever asked was killed meanwhile
                self.send_response(204)
                self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        made.url = f"http://127.0.0.1:{server.server_port}/hooks"
        yield made
    finally:
        made.answers.set()
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Crowd:
    """An organisation with an interview in writing and one by voice, whose webhook is `receiver`."""

    written: MadeInterview
    spoken: MadeInterview

    @property
    def org_id(self) -> UUID:
        return self.written.organisation.id


async def crowd(runtime: Runtime, organisation: Any, receiver: Receiver | None, *, aloud: Any = AUDIO) -> Crowd:
    """Made, and nobody has answered yet."""
    if receiver is not None:
        async with runtime.database.begin(organisation.scope) as db:
            draft = EndpointDraft(receiver.url, "", tuple(CATALOGUE))
            await change.add_endpoint(db, runtime.provided.get(Secret), organisation.owner, draft)
    return Crowd(
        await publish_interview(runtime, organisation, TEXT),
        await publish_interview(runtime, organisation, aloud),
    )


async def answers(
    client: httpx.AsyncClient, made: MadeInterview, ledger: Ledger, *, spoken: bool = False, data: bytes = b""
) -> UUID:
    """Somebody new opens the interview, answers and hands in, through a product that answers.

    `data` is what they record, where it is not the sample.
    """
    name = new_id().hex[-12:]
    candidate = await begin(client, made.token, name="Ada Lovelace", email=f"ada.{name}@example.com")
    session_id = UUID(candidate.session_id)
    await candidate.agree()
    question = (await candidate.room())["question"]
    if spoken:
        data = data or RECORDING.read_bytes()
        await candidate.answer_with(question, data)
        ledger.recorded(session_id, 1, data)
    else:
        words = f"{STRONG} That was ticket {name}."
        await candidate.write(question, words)
        ledger.answered(session_id, 1, words)
    await candidate.complete()
    ledger.handed_in(session_id)
    return session_id
