"""Published interviews and candidates who answer them, through the product's own API."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
TUS = {"Tus-Resumable": "1.0.0"}


@dataclass
class CandidateClient:
    """A candidate's program: speaks the public API with its key in a header."""

    client: httpx.AsyncClient
    token: str
    session_id: str
    key: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Candidate {self.key}"}

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(f"/api/public{path}", headers=self.headers)

    async def post(self, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        return await self.client.post(f"/api/public{path}", json=body or {}, headers=self.headers)

    async def agree(self, *, ai_evaluation: bool = True) -> None:
        response = await self.post("/consent", {"record": True, "ai_evaluation": ai_evaluation})
        assert response.status_code == 204, response.text

    async def look(self) -> dict[str, Any]:
        """The room as it is; a question that waits to be opened stays closed."""
        response = await self.get("/room")
        assert response.status_code == 200, response.text
        return response.json()

    async def room(self) -> dict[str, Any]:
        """The room with the next question open."""
        room = await self.look()
        if room["up_next"] is None:
            return room
        return await self.open(room["up_next"])

    async def open(self, question: dict[str, Any]) -> dict[str, Any]:
        response = await self.post("/room/open", {"question_id": question["id"]})
        assert response.status_code == 200, response.text
        return response.json()

    async def open_take(self, question: dict[str, Any]) -> dict[str, Any]:
        kind = "audio" if question["kind"] == "audio" else "video"
        response = await self.post("/room/takes", {"question_id": question["id"], "kind": kind})
        assert response.status_code == 201, response.text
        return response.json()

    async def send(self, take: dict[str, Any], data: bytes, *, pieces: int = 3) -> None:
        """All bytes, in pieces, with the length said at the end as a browser's recorder does."""
        size = max(1, -(-len(data) // pieces))
        for at in range(0, len(data), size):
            piece = data[at : at + size]
            headers = {**TUS, "Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"}
            if at + len(piece) == len(data):
                headers["Upload-Length"] = str(len(data))
            response = await self.client.patch(take["upload_url"], content=piece, headers=headers)
            assert response.status_code == 204, response.text

    async def answer_with(self, question: dict[str, Any], data: bytes) -> str:
        """Records `data` as a take and uses it; returns the take's id."""
        take = await self.open_take(question)
        await self.send(take, data)
        finished = await self.post(f"/room/takes/{take['take_id']}/finish", {"duration_seconds": 30.0})
        assert finished.json() == {"state": "saved"}, finished.text
        used = await self.post("/room/answers", {"question_id": question["id"], "take_id": take["take_id"]})
        assert used.status_code == 200, used.text
        return take["take_id"]

    async def choose(self, question: dict[str, Any], value: Any) -> dict[str, Any]:
        """Answers with a choice, a number or a link; returns the room after it."""
        response = await self.post("/room/answers", {"question_id": question["id"], "value": value})
        assert response.status_code == 200, response.text
        return response.json()["next"]

    async def write(self, question: dict[str, Any], text: str) -> None:
        response = await self.post("/room/answers", {"question_id": question["id"], "text": text})
        assert response.status_code == 200, response.text

    async def complete(self) -> None:
        response = await self.post("/complete-interview")
        assert response.status_code == 200, response.text


async def begin(
    client: httpx.AsyncClient, token: str, *, name: str = "Ada Lovelace", email: str = "ada@example.com"
) -> CandidateClient:
    """A candidate who filled in the form."""
    response = await client.post(f"/api/public/interview/{token}/start", json={"name": name, "email": email})
    assert response.status_code == 201, response.text
    started = response.json()
    client.cookies.clear()
    return CandidateClient(client, token, started["session_id"], started["key"])


def metadata(**values: str) -> str:
    """tus metadata."""
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items())
