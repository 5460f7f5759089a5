"""A candidate who walked every way there is through an interview, and the strings that only they brought."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID, uuid4

import httpx
from tests.contexts.sessions.erased import takes
from tests.factories.answered import STRONG
from tests.factories.candidates import SAMPLES, TUS, CandidateClient, begin
from tests.factories.identity import unique_email
from tests.factories.interviews import CONVERSATION, FILE, LINK, TEXT, VIDEO, MadeInterview, publish_interview

from colloquy.contexts.scoring import public as scoring
from colloquy.kit.ids import new_id
from colloquy.providers.speech.fake import FakeSpeech
from colloquy.providers.speech.port import SpeechToText

WEBM = (SAMPLES / "weak" / "answer-1.webm").read_bytes()
PIECE = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n"
)


@dataclass(frozen=True, slots=True)
class Walked:
    """One candidate. `canaries` are strings that stand nowhere but in what this candidate brought or was given."""

    candidate: CandidateClient
    made: MadeInterview
    name: str
    email: str
    network: str
    word: str
    canaries: tuple[str, ...]
    recordings: tuple[UUID, ...] = field(default=())

    @property
    def scope(self):
        return self.made.organisation.scope

    @property
    def id(self) -> UUID:
        return UUID(self.candidate.session_id)


def made_up() -> tuple[str, str]:
    """A word that nobody has said, and a network address that nobody came from, not even in another test."""
    number = new_id().bytes
    return "xylq" + "".join(
        chr(ord("a") + one % 26) for one in number[-8:]
    ), f"10.{number[-3]}.{number[-2]}.{number[-1]}"


async def interview(runtime, organisation) -> MadeInterview:
    return await publish_interview(runtime, organisation, VIDEO, LINK, FILE, TEXT, CONVERSATION)


async def walk(runtime, app, api, made: MadeInterview, run_jobs, sign_in) -> Walked:
    """Somebody who says a made-up word in everything, and comes from an address of their own."""
    word, network = made_up()
    email, name = unique_email(word), f"{word.capitalize()} Canary"
    before = runtime.provided.get(SpeechToText)
    runtime.provided.put(SpeechToText, FakeSpeech(f"I said {word} while I measured the problem and changed one thing."))
    transport = httpx.ASGITransport(app=app, client=(network, 50_000))
    await sign_in(made.organisation)
    invited = await api.post(f"/api/interviews/{made.id}/invitations", json={"people": f"{name} <{email}>"})
    link_id = invited.json()["invited"][0]["id"]
    address = (await api.get(f"/api/interviews/{made.id}/invitations/{link_id}/address")).json()["address"]
    await run_jobs()
    signed_in = api.headers.pop("authorization")
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        candidate = await begin(client, address.rpartition("/")[2], name=name, email=email)
        await _answer(client, candidate, word)
        await run_jobs()
        opened = await client.post("/api/interview/chat", json={}, headers=candidate.headers)
        ended = await client.post(
            "/api/interview/chat/end",
            json={"conversation_id": opened.json()["conversation"]["id"]},
            headers=candidate.headers,
        )
        assert ended.status_code == 200, ended.text
        await candidate.complete()
    candidate = CandidateClient(api, candidate.token, candidate.session_id, candidate.key)
    await run_jobs()
    api.headers["authorization"] = signed_in
    reviewed = await api.post(
        f"/api/sessions/{candidate.session_id}/review",
        json={"levels": {"ownership": 4}, "comment": f"{name} said {word} and was calm."},
    )
    assert reviewed.status_code == 200, reviewed.text
    decided = await api.post(
        f"/api/sessions/{candidate.session_id}/decision",
        json={"outcome": "advance", "reason": f"{name} was calm and honest."},
    )
    assert decided.status_code == 200, decided.text
    async with runtime.database.begin(made.organisation.scope) as db:
        words = f"I said {word}, and not what is written there."
        await scoring.contest(
            db, made.organisation.scope, UUID(candidate.session_id), scoring.ContestAbout.WORDS, words
        )
    await run_jobs()
    runtime.provided.put(SpeechToText, before)
    secret = candidate.key.split(".")[2]
    return Walked(
        candidate,
        made,
        name,
        email,
        network,
        word,
        (email, name, word, network, secret, candidate.token),
        tuple(await takes(runtime, made.organisation.scope, candidate.session_id)),
    )


async def _answer(client: httpx.AsyncClient, candidate: CandidateClient, word: str) -> None:
    await candidate.agree()
    question = (await candidate.room())["question"]
    abandoned = await candidate.open_take(question)
    assert (await client.patch(abandoned["upload_url"], content=WEBM[:50_000], headers=PIECE)).status_code == 204
    await candidate.answer_with(question, WEBM)
    question = (await candidate.room())["question"]
    assert question["kind"] == "link"
    await candidate.choose(question, f"https://{word}.example.com/work")
    question = (await candidate.room())["question"]
    assert question["kind"] == "file"
    opened = await candidate.post(
        "/room/takes",
        {"question_id": question["id"], "kind": "file", "source": "upload", "file_name": f"{word}-cv.pdf"},
    )
    assert opened.status_code == 201, opened.text
    await candidate.send(opened.json(), PDF, pieces=1)
    used = await candidate.post("/room/answers", {"question_id": question["id"], "take_id": opened.json()["take_id"]})
    assert used.status_code == 200, used.text
    await candidate.write((await candidate.room())["question"], f"{STRONG} And {word} was the name of it.")
    assert (await candidate.room())["question"]["kind"] == "conversation"
    opened = await client.post("/api/interview/chat", json={}, headers=candidate.headers)
    conversation = opened.json()["conversation"]["id"]
    said = await client.post(
        "/api/interview/upload-voice",
        data={"conversation_id": conversation, "client_message_id": str(uuid4())},
        files={"file": ("voice.webm", WEBM, "audio/webm")},
        headers=candidate.headers,
    )
    assert said.status_code == 202, said.text
    await client.post(f"/api/public/interview/{candidate.token}/continue", json={"email": "somebody.else@example.com"})
