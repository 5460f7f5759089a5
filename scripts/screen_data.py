"""Fills an installation for `screenshots.py`: the demo's two candidates, then what a used installation has besides.

Everything goes through the command line and the API; nothing is written into the database.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from screen_trust import fill_trust

from colloquy.cli.demo import OWNER, PASSWORD

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"
START_SECONDS = 60
SETTLE_SECONDS = 240
TUS = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
COLLEAGUES = (
    ("Katarzyna Nowak", "katarzyna@larkspur.example", "recruiter"),
    ("Tom Ellery", "tom@larkspur.example", "reviewer"),
)
LATE = (
    "\nElif Kaya <elif@example.com>\nPriya Raman <priya@example.com>\nLukas Brandt, lukas@example.com\nnina@example.com"
)
COMMENT = "Calm, and concrete about what was measured first. I would like to hear more about the other teams involved."
REASON = "Clear evidence of owning a hard incident from measurement to result; ready for the technical conversation."


@dataclass(frozen=True, slots=True)
class Filled:
    """What the screens are about."""

    address: str
    interview: str
    draft: str
    russian: str
    empty: str
    strong: str
    weak: str
    people_only: str
    link: str
    russian_link: str
    join: str
    trust: Mapping[str, str]
    email: str = OWNER
    password: str = PASSWORD


@contextmanager
def installation(data_dir: Path) -> Iterator[Filled]:
    """A running copy of the filled installation, which is made on first use.

    A copy, because the candidates of one round of pictures should not stand on the board of the next.
    """
    demo, marker, copy = data_dir / "demo" / "installation", data_dir / "filled.json", data_dir / "copy"
    if not marker.exists():
        shutil.rmtree(data_dir, ignore_errors=True)
        environment = {**_plain(), "COLLOQUY_DATA_DIR": str(data_dir)}
        subprocess.run([sys.executable, "-m", "colloquy", "demo"], env=environment, check=True)
        with _running(demo) as address, httpx.Client(base_url=address, timeout=60) as client:
            filled = fill(client)
        marker.write_text(json.dumps(filled))
    shutil.rmtree(copy, ignore_errors=True)
    # Not shutil: started by root, the embedded server runs as a user of its own, to whom its files must belong.
    subprocess.run(["cp", "-a", str(demo), str(copy)], check=True)
    kept = json.loads(marker.read_text())
    with _running(copy) as address:
        trust = kept.pop("trust")
        plain = {key: text.replace("ADDRESS", address) for key, text in kept.items()}
        yield Filled(address=address, trust={**plain, **trust}, **plain)


def _plain() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("COLLOQUY_")}


@contextmanager
def _running(data_dir: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        "COLLOQUY_LIMITS": "false",  # one browser that looks at every screen is a crowd
        **_plain(),
        "COLLOQUY_DATA_DIR": str(data_dir.resolve()),
        "COLLOQUY_PORT": str(port),
        "COLLOQUY_WHISPER_FETCH": "false",
        "COLLOQUY_LOG_FORM": "text",
        "COLLOQUY_LOG_LEVEL": "warning",
    }
    process = subprocess.Popen([sys.executable, "-m", "colloquy", "everything"], env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        _until_ready(address, process)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{address}/readyz").is_success:
                return
        time.sleep(0.2)
    raise SystemExit("The product did not start; its complaints are above.")


def fill(client: httpx.Client) -> dict[str, Any]:
    """Adds colleagues, invitations, other interviews, candidates at every stage; returns what `Filled` needs."""
    given = {"email": OWNER, "password": PASSWORD}
    client.headers["authorization"] = f"Bearer {_post(client, '/auth/login', given)['access_token']}"
    interview = _get(client, "/interviews")["items"][0]["id"]
    lines = _get(client, f"/interviews/{interview}/sessions")["items"]
    sessions = {line["candidate_email"].split("@")[0]: line["id"] for line in lines}
    link = _get(client, f"/interviews/{interview}/public-link")["address"]
    join = _colleagues(client)
    _post(client, f"/interviews/{interview}/invitations", {"people": LATE})
    levels = {one["key"]: 4 for one in _get(client, f"/interviews/{interview}")["competencies"][:4]}
    _post(client, f"/sessions/{sessions['strong']}/review", {"levels": levels, "comment": COMMENT})
    _post(client, f"/sessions/{sessions['strong']}/decision", {"outcome": "advance", "reason": REASON})
    people_only = _answer(client, link, "Aino Virtanen", "aino@example.com", answers=3, evaluation=False)
    _answer(client, link, "Samuel Okafor", "samuel@example.com", answers=1)
    _settled(client, interview, people_only)
    draft = _from_template(client, "Team lead, warehouse", "team_lead_operations")
    russian = _from_template(client, "Менеджер по продажам", "sales_customer", language="ru")
    _post(client, f"/interviews/{russian}/publish")
    russian_link = _post(client, f"/interviews/{russian}/public-link", {})["address"]
    empty = _post(client, "/interviews", {"title": "Designer, parcel tracking"})["id"]
    made = {"interview": interview, "draft": draft, "russian": russian, "empty": empty, "people_only": people_only}
    links = {"link": link, "russian_link": russian_link, "join": join}
    movable = {name: "ADDRESS" + httpx.URL(url).path for name, url in links.items()}
    made |= {"strong": sessions["strong"], "weak": sessions["weak"]}
    leaves = _answer(client, link, "Ilse Maurer", "ilse@example.com", answers=1)
    return {**made, **movable, "trust": fill_trust(client, made, leaves)}


def _get(client: httpx.Client, path: str) -> Any:
    return client.get(f"/api{path}").raise_for_status().json()


def _post(client: httpx.Client, path: str, body: dict[str, Any] | None = None) -> Any:
    response = client.post(f"/api{path}", json=body or {})
    if not response.is_success:
        raise SystemExit(f"{path}: {response.status_code} {response.text}")
    return response.json()


def _colleagues(client: httpx.Client) -> str:
    """Two colleagues who were invited and joined, one who has not; returns the link that waits."""
    for name, email, role in COLLEAGUES:
        path = httpx.URL(_post(client, "/team/invitations", {"email": email, "role": role})["link"]).path
        with httpx.Client(base_url=client.base_url, headers={"accept": "text/html"}) as browser:
            page = browser.get(path).text
            csrf = page.split('name="csrf_token" value="')[1].split('"')[0]
            form = {"csrf_token": csrf, "name": name, "email": email, "password": PASSWORD}
            joined = browser.post(path, data=form)
            if joined.status_code != httpx.codes.SEE_OTHER:
                raise SystemExit(f"{name} could not join: {joined.status_code}")
    return str(_post(client, "/team/invitations", {"email": "jo@larkspur.example", "role": "recruiter"})["link"])


def _from_template(client: httpx.Client, title: str, template: str, language: str = "en") -> str:
    made = _post(client, "/interviews", {"title": title, "template": template, "language": language})
    return str(made["id"])


def _answer(client: httpx.Client, link: str, name: str, email: str, *, answers: int, evaluation: bool = True) -> str:
    """A candidate who answers so many questions with the samples; with all three they hand in."""
    token = httpx.URL(link).path.strip("/")
    with httpx.Client(base_url=client.base_url, timeout=60) as candidate:
        started = _post(candidate, f"/public/interview/{token}/start", {"name": name, "email": email})
        candidate.cookies.clear()
        candidate.headers["authorization"] = f"Candidate {started['key']}"
        agreed = {"record": True, "ai_evaluation": evaluation}
        candidate.post("/api/public/consent", json=agreed).raise_for_status()
        for number in range(1, answers + 1):
            room = _get(candidate, "/public/room")
            question = room["up_next"] or room["question"]
            _post(candidate, "/public/room/open", {"question_id": question["id"]})
            path = next((SAMPLES / "strong").glob(f"answer-{number}.[wm]*"))
            take = _post(candidate, "/public/room/takes", {"question_id": question["id"], "kind": question["kind"]})
            data = path.read_bytes()
            headers = {**TUS, "Upload-Length": str(len(data))}
            candidate.patch(take["upload_url"], content=data, headers=headers).raise_for_status()
            _post(candidate, f"/public/room/takes/{take['take_id']}/finish", {"duration_seconds": 40.0})
            _post(candidate, "/public/room/answers", {"question_id": question["id"], "take_id": take["take_id"]})
        if answers == 3:  # noqa: PLR2004 - the vacancy's three questions
            _post(candidate, "/public/complete-interview")
    return str(started["session_id"])


def _settled(client: httpx.Client, interview: str, session_id: str) -> None:
    ends = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < ends:
        lines = _get(client, f"/interviews/{interview}/sessions")["items"]
        state = next(line["state"] for line in lines if line["id"] == session_id)
        if state not in {"in_progress", "completed"}:
            return
        time.sleep(1)
    raise SystemExit("The last candidate's answers are still being processed; run it again in a minute.")
