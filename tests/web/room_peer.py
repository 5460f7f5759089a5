"""The browser's peer in these tests: the room's contract and a tus server, kept in memory.

It refuses what the real server refuses (wrong offsets, unknown tabs, a take too many), so that a front end that
passes here speaks the protocol, and it can be told to fail.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route

from colloquy.web.assets import MOUNT_PATH, ReleasedFiles
from colloquy.web.templating import build_environment

TOKEN = "token-of-the-page"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; media-src 'self' blob:; form-action 'self'; base-uri 'none'"
)


def question(text: str, kind: str = "video", *, think: int = 0, answer: int = 60, takes: int = 3) -> dict[str, Any]:
    return {
        "text": text, "kind": kind, "think_seconds": think, "answer_seconds": answer, "takes_allowed": takes,
    }  # fmt: skip


@dataclass
class Take:
    id: str
    question: int
    number: int
    mime_type: str
    data: bytearray = field(default_factory=bytearray)
    length: int | None = None
    seconds: float | None = None
    patches: int = 0

    @property
    def state(self) -> str:
        return "uploaded" if self.seconds is not None else "recording"


@dataclass
class Peer:
    """What the candidate meets, and what has arrived so far."""

    questions: list[dict[str, Any]]
    tab: str = ""
    takes: list[Take] = field(default_factory=list)
    answers: dict[int, str] = field(default_factory=dict)
    drafts: dict[int, str] = field(default_factory=dict)
    completed: bool = False
    opened: dict[int, datetime] = field(default_factory=dict)
    down: bool = False
    """While true, uploads are answered with 503."""
    lose_answers: int = 0
    """So many PATCH requests are stored but their answers are lost (500 after the fact)."""
    echoed: list[str] = field(default_factory=list)
    """Bodies posted to /echo."""
    renewed: int = 0
    """How often /live was fetched."""
    unsigned: list[str] = field(default_factory=list)
    """Unsafe requests that came without the CSRF token."""

    def room(self) -> dict[str, Any]:
        at = next((n for n in range(len(self.questions)) if n not in self.answers), None)
        saved = {"answers_done": len(self.answers), "answers_total": len(self.questions)}
        session = {"id": "session-1", "state": "in_progress", "tab": self.tab}
        if at is None:
            return {"session": session, "question": None, "takes": [], "saved": saved}
        now = datetime.now(UTC)
        shown = self.questions[at]
        opened = self.opened.setdefault(at, now)
        takes = [take for take in self.takes if take.question == at]
        return {
            "session": session,
            "saved": saved,
            "question": {
                **shown,
                "id": f"q{at}",
                "number": at + 1,
                "of": len(self.questions),
                "takes_used": len(takes),
                "opened_at": opened.isoformat(),
                "think_until": (opened + timedelta(seconds=shown["think_seconds"])).isoformat(),
                "server_now": now.isoformat(),
                "draft": self.drafts.get(at, ""),
            },
            "takes": [
                {
                    "id": take.id,
                    "number": take.number,
                    "state": take.state,
                    "duration_seconds": take.seconds,
                    "upload_url": None if take.seconds is not None else f"/api/public/uploads/{take.id}",
                    "chosen": False,
                }
                for take in takes
            ],
        }

    def take(self, take_id: str) -> Take:
        return next(take for take in self.takes if take.id == take_id)


def refused(code: str) -> JSONResponse:
    return JSONResponse({"code": code, "title": code, "detail": code}, 409)


# An endpoint each, side by side; the rules add them up.
def build(peer: Peer, pages: dict[str, str], files: dict[str, Path]) -> Starlette:  # noqa: C901, PLR0915
    """`pages` (path to HTML) under the policy of the product, `files`, and the room's endpoints."""
    environment = build_environment()

    def page(html: str) -> Response:
        return HTMLResponse(html, headers={"Content-Security-Policy": POLICY})

    async def room_page(_request: Request) -> Response:
        html = environment.get_template("sessions/room.html").render(
            interview={"title": "Backend engineer", "company": "Acme Rail"},
            candidate={"name": "Ada"},
            session={},
            csrf_token=TOKEN,
            room_json=json.dumps(peer.room()).replace("<", "\\u003c"),
        )
        return page(html)

    async def get_room(_request: Request) -> Response:
        return JSONResponse(peer.room())

    async def claim(request: Request) -> Response:
        peer.tab = (await request.json())["tab"]
        return JSONResponse({})

    async def open_take(request: Request) -> Response:
        wanted = await request.json()
        if wanted["tab"] != peer.tab:
            return refused("opened_elsewhere")
        at = int(wanted["question_id"][1:])
        number = sum(take.question == at for take in peer.takes) + 1
        if number > peer.questions[at]["takes_allowed"]:
            return refused("no_takes_left")
        take = Take(f"take-{len(peer.takes) + 1}", at, number, wanted["mime_type"])
        peer.takes.append(take)
        now = datetime.now(UTC)
        stop = now + timedelta(seconds=peer.questions[at]["answer_seconds"] + 5)
        body = {
            "take_id": take.id, "number": number, "upload_url": f"/api/public/uploads/{take.id}",
            "must_stop_at": stop.isoformat(), "server_now": now.isoformat(),
        }  # fmt: skip
        return JSONResponse(body, 201)

    async def upload(request: Request) -> Response:
        if peer.down:
            return JSONResponse({"code": "down"}, 503)
        take = peer.take(request.path_params["upload"])
        if request.method == "PATCH":
            body = await request.body()
            if int(request.headers["upload-offset"]) != len(take.data) or take.length == len(take.data):
                return refused("wrong_offset")
            if "upload-length" in request.headers:
                take.length = int(request.headers["upload-length"])
            take.data += body
            take.patches += 1
            if peer.lose_answers:
                peer.lose_answers -= 1
                return JSONResponse({"code": "lost"}, 500)
        length = {"Upload-Defer-Length": "1"} if take.length is None else {"Upload-Length": str(take.length)}
        headers = {"Upload-Offset": str(len(take.data)), "Tus-Resumable": "1.0.0", **length}
        return Response(status_code=200 if request.method == "HEAD" else 204, headers=headers)

    async def finish(request: Request) -> Response:
        take = peer.take(request.path_params["take"])
        if take.length != len(take.data):
            return refused("not_uploaded")
        take.seconds = (await request.json())["duration_seconds"]
        return JSONResponse({"state": take.state})

    async def answer(request: Request) -> Response:
        given = await request.json()
        if given["tab"] != peer.tab:
            return refused("opened_elsewhere")
        if "take_id" in given and peer.take(given["take_id"]).state != "uploaded":
            return refused("not_uploaded")
        peer.answers[int(given["question_id"][1:])] = given.get("text") or given["take_id"]
        return JSONResponse({"next": peer.room()})

    async def draft(request: Request) -> Response:
        given = await request.json()
        peer.drafts[int(given["question_id"][1:])] = given["text"]
        return JSONResponse({})

    async def complete(request: Request) -> Response:
        if (await request.json())["tab"] != peer.tab:
            return refused("opened_elsewhere")
        peer.completed = True
        return JSONResponse({"redirect": "/done"})

    def fixed(html: str) -> Any:
        async def serve(_request: Request) -> Response:
            return page(html)

        return serve

    async def echo(request: Request) -> Response:
        peer.echoed.append((await request.body()).decode())
        return JSONResponse({"detail": "Not now."}, 503) if peer.down else JSONResponse({})

    async def live(_request: Request) -> Response:
        peer.renewed += 1
        return page(pages["/live-part"])

    def file(path: Path) -> Any:
        async def serve(_request: Request) -> Response:
            return FileResponse(path)

        return serve

    def signed(endpoint: Any) -> Any:
        async def serve(request: Request) -> Response:
            if request.method not in {"GET", "HEAD"} and request.headers.get("x-csrf-token") != TOKEN:
                peer.unsigned.append(f"{request.method} {request.url.path}")
            return await endpoint(request)

        return serve

    api = "/api/public"
    return Starlette(
        routes=[
            Mount(MOUNT_PATH, ReleasedFiles()),
            Route("/room", room_page),
            Route("/done", fixed("<!doctype html><html lang=en><title>Done</title><h1>Done</h1></html>")),
            Route("/echo", signed(echo), methods=["POST", "PATCH"]),
            Route(f"{api}/room", get_room),
            Route(f"{api}/room/tab", signed(claim), methods=["POST"]),
            Route(f"{api}/room/takes", signed(open_take), methods=["POST"]),
            Route(f"{api}/room/takes/{{take}}/finish", signed(finish), methods=["POST"]),
            Route(f"{api}/room/answers", signed(answer), methods=["POST"]),
            Route(f"{api}/room/drafts", signed(draft), methods=["POST"]),
            Route(f"{api}/complete-interview", signed(complete), methods=["POST"]),
            Route(f"{api}/uploads/{{upload}}", signed(upload), methods=["HEAD", "PATCH", "DELETE"]),
            Route("/live", live),
            *(Route(path, fixed(html)) for path, html in pages.items()),
            *(Route(path, file(where)) for path, where in files.items()),
        ]
    )
