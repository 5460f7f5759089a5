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
from colloquy.web.qr import qr_code
from colloquy.web.templating import build_environment

TOKEN = "token-of-the-page"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; media-src 'self' blob:; form-action 'self'; base-uri 'none'"
)
RECORDED = ("video", "audio")


def question(
    text: str, kind: str = "video", *, think: int = 0, answer: int = 60, takes: int = 3, **more: Any
) -> dict[str, Any]:
    """A question as the room shows it; `more` replaces what is usual."""
    return {
        "text": text, "kind": kind, "think_seconds": think, "answer_seconds": answer, "takes_allowed": takes,
        "max_characters": 5000, "required": True, "source": "camera", "upload_allowed": False, "options": [],
        "number_rule": {"lowest": None, "highest": None, "unit": ""}, "text_allowed": False, "captions_allowed": False,
        **more,
    }  # fmt: skip


@dataclass
class Take:
    id: str
    question: int
    number: int
    mime_type: str
    wanted: dict[str, Any] = field(default_factory=dict)
    data: bytearray = field(default_factory=bytearray)
    length: int | None = None
    seconds: float | None = None
    patches: int = 0
    device: str = "Linux · Chrome"
    here: bool = True
    captions: str = ""
    deleted: bool = False

    @property
    def state(self) -> str:
        return "saved" if self.seconds is not None else "recording"


@dataclass
class Peer:
    """What the candidate meets, and what has arrived so far."""

    questions: list[dict[str, Any]]
    tab: str = ""
    takes: list[Take] = field(default_factory=list)
    answers: dict[int, Any] = field(default_factory=dict)
    drafts: dict[int, Any] = field(default_factory=dict)
    completed: bool = False
    opened: dict[int, datetime] = field(default_factory=dict)
    order: str = "fixed"
    chosen: int | None = None
    """The question chosen last, in the free order."""
    must_end_at: datetime | None = None
    device: dict[str, Any] | None = None
    """The other device that has the room: `label` and `since`."""
    handed_in: bool = False
    """The server has handed in what was there."""
    down: bool = False
    """While true, uploads are answered with 503."""
    down_after: int | None = None
    """So many PATCH requests are answered before `down`."""
    lose_answers: int = 0
    """So many PATCH requests are stored but their answers are lost (500 after the fact)."""
    lose_takes: int = 0
    """So many POST /takes are carried out but their answers are lost."""
    echoed: list[str] = field(default_factory=list)
    """Bodies posted to /echo."""
    renewed: int = 0
    """How often /live was fetched."""
    unsigned: list[str] = field(default_factory=list)
    """Unsafe requests that came without the CSRF token."""

    def current(self) -> int | None:
        """The question that may be answered now."""
        left = [at for at in range(len(self.questions)) if at not in self.answers]
        if self.order == "free":
            return self.chosen if self.chosen in left else None
        return left[0] if left else None

    def waits(self, at: int) -> bool:
        """Whether seeing the question starts a clock, and nobody has asked for that yet."""
        shown = self.questions[at]
        timed = (shown["kind"] in RECORDED and shown["think_seconds"] > 0) or shown["kind"] == "conversation"
        return timed and at not in self.opened

    def open(self, at: int) -> None:
        self.opened.setdefault(at, datetime.now(UTC))
        self.chosen = at

    def over(self) -> bool:
        if self.must_end_at is not None and datetime.now(UTC) > self.must_end_at:
            self.handed_in = True
        return self.handed_in or self.completed

    def room(self) -> dict[str, Any]:
        over = self.over()
        at = None if over else self.current()
        fixed = self.order == "fixed"
        if at is not None and fixed and not self.waits(at):
            self.open(at)
        opened = at is not None and at in self.opened
        return {
            "session": {
                "id": "session-1",
                "state": "completed" if over else "in_progress",
                "tab": self.tab,
                "device": self.device,
                "must_end_at": None if self.must_end_at is None else self.must_end_at.isoformat(),
                "server_now": datetime.now(UTC).isoformat(),
                "practice": False,
                "human_only": False,
            },
            "order": self.order,
            "questions": [self.line(n) for n in range(len(self.questions))],
            "up_next": self.announced(at) if at is not None and fixed and not opened else None,
            "question": self.shown(at) if at is not None and opened else None,
            "takes": [self.row(take) for take in self.takes if take.question == at and not take.deleted],
            "saved": {"answers_done": len(self.answers), "answers_total": len(self.questions)},
        }

    def line(self, at: int) -> dict[str, Any]:
        state = "waiting" if at not in self.opened else "open"
        if at in self.answers:
            state = "skipped" if self.answers[at] is None else "answered"
        known = state in {"open", "answered"}
        shown = self.questions[at]
        return {
            "id": f"q{at}", "number": at + 1, "kind": shown["kind"], "state": state, "required": shown["required"],
            "text": shown["text"] if known else None,
        }  # fmt: skip

    def announced(self, at: int) -> dict[str, Any]:
        shown = self.questions[at]
        rules = {key: shown[key] for key in ("kind", "think_seconds", "answer_seconds", "takes_allowed", "source")}
        return {**rules, "id": f"q{at}", "number": at + 1, "of": len(self.questions), "required": shown["required"]}

    def shown(self, at: int) -> dict[str, Any]:
        shown = self.questions[at]
        draft = self.drafts.get(at)
        return {
            **shown,
            "id": f"q{at}",
            "number": at + 1,
            "of": len(self.questions),
            "takes_used": sum(take.question == at and not take.deleted for take in self.takes),
            "opened_at": self.opened[at].isoformat(),
            "think_until": (self.opened[at] + timedelta(seconds=shown["think_seconds"])).isoformat(),
            "server_now": datetime.now(UTC).isoformat(),
            "draft": draft if isinstance(draft, str) and shown["kind"] in {"text", *RECORDED} else "",
            "value": draft if shown["kind"] not in {"text", *RECORDED} else None,
        }

    def row(self, take: Take) -> dict[str, Any]:
        return {
            "id": take.id,
            "number": take.number,
            "state": take.state,
            "duration_seconds": take.seconds,
            "upload_url": None if take.seconds is not None else f"/api/public/uploads/{take.id}",
            "device": take.device,
            "here": take.here,
            "source": take.wanted.get("source", "camera"),
        }

    def take(self, take_id: str) -> Take:
        return next(take for take in self.takes if take.id == take_id)

    def begin(self, wanted: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """A take, or the same one again when the request is the same; the answer and its status."""
        at = int(wanted["question_id"][1:])
        before = [take for take in self.takes if take.wanted["request_id"] == wanted["request_id"]]
        number = sum(take.question == at for take in self.takes) + 1
        allowed = 10 if self.questions[at]["kind"] == "file" else self.questions[at]["takes_allowed"]
        if not before and number > allowed:
            return {"code": "no_takes_left", "detail": "no_takes_left"}, 409
        take = before[0] if before else Take(f"take-{len(self.takes) + 1}", at, number, wanted["mime_type"], wanted)
        if not before:
            self.takes.append(take)
            self.open(at)
        now = datetime.now(UTC)
        stop = now + timedelta(seconds=self.questions[at]["answer_seconds"] + 5)
        timed = wanted["kind"] != "file" and wanted.get("source") != "upload"
        return {
            "take_id": take.id, "number": take.number, "upload_url": f"/api/public/uploads/{take.id}",
            "must_stop_at": stop.isoformat() if timed else None, "server_now": now.isoformat(),
        }, 201  # fmt: skip


def elsewhere(peer: Peer) -> JSONResponse:
    device = peer.device or {"label": "", "since": None}
    return refused("opened_elsewhere", device=device["label"], since=device["since"])


def refused(code: str, status: int = 409, **extra: Any) -> JSONResponse:
    return JSONResponse({"code": code, "title": code, "detail": code, **extra}, status)


# An endpoint each, side by side; the rules add them up.
def build(peer: Peer, pages: dict[str, str], files: dict[str, Path]) -> Starlette:  # noqa: C901, PLR0915
    """`pages` (path to HTML) under the policy of the product, `files`, and the room's endpoints."""
    environment = build_environment()

    def page(html: str) -> Response:
        return HTMLResponse(html, headers={"Content-Security-Policy": POLICY})

    async def room_page(request: Request) -> Response:
        html = environment.get_template("sessions/room.html").render(
            interview={"title": "Backend engineer", "company": "Acme Rail"},
            candidate={"name": "Ada"},
            session={"practice": False},
            token="room-of",
            continue_address=f"{request.base_url}room-of/continue",
            continue_qr=qr_code(f"{request.base_url}room-of/continue"),
            contact="jobs@acme.example",
            csrf_token=TOKEN,
            room_json=json.dumps(peer.room()).replace("<", "\\u003c"),
        )
        return page(html)

    async def get_room(_request: Request) -> Response:
        return JSONResponse(peer.room())

    def away(given: dict[str, Any]) -> Response | None:
        """Why this tab may not do that."""
        if peer.over() and not peer.completed:
            return refused("time_over")
        if given["tab"] != peer.tab:
            return elsewhere(peer)
        return None

    async def claim(request: Request) -> Response:
        peer.tab = (await request.json())["tab"]
        peer.device = None
        return Response(status_code=204)

    async def open_question(request: Request) -> Response:
        given = await request.json()
        at = int(given["question_id"][1:])
        if no := away(given):
            return no
        if at in peer.answers or (peer.order == "fixed" and at != peer.current()):
            return refused("question_closed")
        peer.open(at)
        return JSONResponse(peer.room())

    async def open_take(request: Request) -> Response:
        wanted = await request.json()
        if no := away(wanted):
            return no
        body, status = peer.begin(wanted)
        if peer.lose_takes:
            peer.lose_takes -= 1
            return JSONResponse({"code": "lost"}, 500)
        return JSONResponse(body, status)

    async def upload(request: Request) -> Response:
        if peer.down:
            return JSONResponse({"code": "down"}, 503)
        take = peer.take(request.path_params["upload"])
        if request.method == "DELETE":
            take.deleted = True
            return Response(status_code=204)
        if request.method == "PATCH":
            body = await request.body()
            if int(request.headers["upload-offset"]) != len(take.data) or take.length == len(take.data):
                return refused("wrong_offset")
            if "upload-length" in request.headers:
                take.length = int(request.headers["upload-length"])
            take.data += body
            take.patches += 1
            peer.down = take.patches == peer.down_after or peer.down
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

    async def captions(request: Request) -> Response:
        given = await request.json()
        if given["format"] == "vtt" and not given["text"].startswith("WEBVTT"):
            return refused("malformed", 422, fields={"text": "The first line must be WEBVTT."})
        peer.take(request.path_params["take"]).captions = given["text"]
        return Response(status_code=204)

    async def answer(request: Request) -> Response:
        given = await request.json()
        if no := away(given):
            return no
        at = int(given["question_id"][1:])
        if at in peer.answers:
            return refused("question_closed")
        if "take_id" in given and peer.take(given["take_id"]).state != "saved":
            return refused("take_not_saved")
        if given.get("value") == "https://refused.example":
            return refused("malformed", 422, fields={"value": "This address leads nowhere."})
        peer.answers[at] = next(given[key] for key in ("text", "value", "take_id") if key in given)
        return JSONResponse({"next": peer.room()})

    async def skip(request: Request) -> Response:
        given = await request.json()
        if no := away(given):
            return no
        peer.answers[int(given["question_id"][1:])] = None
        return JSONResponse({"next": peer.room()})

    async def draft(request: Request) -> Response:
        given = await request.json()
        peer.drafts[int(given["question_id"][1:])] = given["text"] if "text" in given else given["value"]
        return Response(status_code=204)

    async def complete(request: Request) -> Response:
        if (await request.json())["tab"] != peer.tab:
            return elsewhere(peer)
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
    titled = "<!doctype html><html lang=en><title>{0}</title><h1>{0}</h1></html>"
    return Starlette(
        routes=[
            Mount(MOUNT_PATH, ReleasedFiles()),
            Route("/room", room_page),
            Route("/done", fixed(titled.format("Done"))),
            Route("/chat", fixed(titled.format("Chat"))),
            Route("/echo", signed(echo), methods=["POST", "PATCH"]),
            Route(f"{api}/room", get_room),
            Route(f"{api}/room/tab", signed(claim), methods=["POST"]),
            Route(f"{api}/room/open", signed(open_question), methods=["POST"]),
            Route(f"{api}/room/takes", signed(open_take), methods=["POST"]),
            Route(f"{api}/room/takes/{{take}}/finish", signed(finish), methods=["POST"]),
            Route(f"{api}/room/takes/{{take}}/captions", signed(captions), methods=["POST"]),
            Route(f"{api}/room/answers", signed(answer), methods=["POST"]),
            Route(f"{api}/room/skip", signed(skip), methods=["POST"]),
            Route(f"{api}/room/drafts", signed(draft), methods=["POST"]),
            Route(f"{api}/complete-interview", signed(complete), methods=["POST"]),
            Route(f"{api}/uploads/{{upload}}", signed(upload), methods=["HEAD", "PATCH", "DELETE"]),
            Route("/live", live),
            *(Route(path, fixed(html)) for path, html in pages.items()),
            *(Route(path, file(where)) for path, where in files.items()),
        ]
    )
