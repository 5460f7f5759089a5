"""The machine dies (SIGKILL for everything, the data folder gone): what was acknowledged comes back, who was erased
does not.

Acts go through the product's own API, each written to a ledger outside, with its hash, once it was acknowledged. The
scheduler role copies from a process of its own, as in earnest.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import httpx
import psutil
import psycopg
import pytest
from tests.factories.candidates import SAMPLES, begin
from tests.factories.identity import make_organisation
from tests.factories.interviews import TEXT, VIDEO, publish_interview

from colloquy.contexts.retention import public as retention
from colloquy.contexts.sessions.service import erase
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.providers.storage.port import ObjectStore
from colloquy.roles import postgres
from colloquy.roles.backup import mirror
from colloquy.roles.backup.drill import drill
from colloquy.roles.backup.place import Place
from colloquy.roles.backup.restore import restore
from colloquy.roles.backup.watch import last_drill
from colloquy.roles.runtime import addresses, running
from colloquy.roles.web import application
from colloquy.settings import Settings

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600), pytest.mark.xdist_group("faults")]

LONG = os.environ.get("COLLOQUY_FAULTS") == "long"
PROMISED_SECONDS, BACK_SECONDS = 60, 120


@dataclass
class Ledger:
    """Acts that were acknowledged, on a disk that does not die: (answer's session, hash of its text, time)."""

    path: Path
    acts: list[tuple[str, str, datetime]] = field(default_factory=list)

    def note(self, session_id: str, text: str) -> None:
        act = (session_id, sha256(text.encode()).hexdigest(), datetime.now(UTC))
        self.acts.append(act)
        with self.path.open("a") as file:
            file.write(json.dumps([act[0], act[1], act[2].isoformat()]) + "\n")
            file.flush()
            os.fsync(file.fileno())


def found(data_dir: Path) -> dict[str, str]:
    """Hashes of the answers that a restored installation has, by session; sessions without an answer have ''."""
    _, owner = postgres.start(data_dir)
    try:
        with psycopg.connect(owner) as connection:
            rows = connection.execute(
                "select s.id, a.text from sessions s left join answers a on a.session_id = s.id"
                " order by a.text nulls first"
            )
            return {str(key): sha256(text.encode()).hexdigest() if text else "" for key, text in rows}
    finally:
        postgres.stop(data_dir)


def lost(ledger: Ledger, came_back: dict[str, str], before: datetime, *, but: str) -> list[str]:
    """Acts from before that time which are not there as they were acknowledged."""
    return [one for one, text, at in ledger.acts if at < before and one != but and came_back.get(one) != text]


def wait_for(what, seconds: float) -> None:
    ends = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.2)


def start_copying(settings: Settings) -> subprocess.Popen[bytes]:
    """The scheduler role; in the short form it takes a point every two seconds, so that nobody waits long for one."""
    often = "" if LONG else "keeper.POINT_SECONDS = 2; "
    command = f"from colloquy.roles.backup import keeper; {often}from colloquy.cli import app; app(['scheduler'])"
    environment = os.environ | {
        "COLLOQUY_DATA_DIR": str(settings.data_dir),
        "COLLOQUY_BACKUP_DIR": str(settings.backup_dir),
    }
    return subprocess.Popen([sys.executable, "-c", command], env=environment, stdout=subprocess.DEVNULL)


def die(scheduler: subprocess.Popen[bytes], data_dir: Path) -> None:
    """Nobody gets a chance to finish anything."""
    server = int((data_dir / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    doomed = [psutil.Process(scheduler.pid), psutil.Process(server)]
    doomed += [child for one in doomed for child in one.children(recursive=True)]
    for one in doomed:
        one.send_signal(signal.SIGKILL)
    scheduler.wait()


async def test_what_was_acknowledged_comes_back_and_who_was_erased_does_not(  # noqa: PLR0915 - one story, told once
    tmp_path, request, capsys
):
    settings = Settings(data_dir=tmp_path / "var", backup_dir=tmp_path / "place", _env_file=None)
    place = Place(settings.backup_dir)
    where = addresses(settings)
    ledger = Ledger(tmp_path / "ledger.jsonl")
    async with running(settings, where=where) as runtime:
        scheduler = start_copying(settings)
        request.addfinalizer(scheduler.kill)
        transport = httpx.ASGITransport(application(runtime), client=("10.9.8.7", 50_000))
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as api:
            organisation = await make_organisation(runtime.database)
            made = await publish_interview(runtime, organisation, TEXT, VIDEO)

            async def act(number: int) -> str:
                candidate = await begin(api, made.token, name=f"Ada {number}", email=f"ada.{number}@example.com")
                await candidate.agree()
                room = await candidate.room()
                text = f"I solved problem {number} in production, and its cost fell by {number} percent."
                await candidate.write(room["question"], text)
                ledger.note(candidate.session_id, text)
                return candidate.session_id

            erased = await act(0)
            recorded = await begin(api, made.token, name="Rec Orded", email="rec@example.com")
            await recorded.agree()
            await recorded.write((await recorded.room())["question"], "Words before the recording.")
            take = await recorded.open_take((await recorded.room())["question"])
            await recorded.send(take, (SAMPLES / "weak" / "answer-1.webm").read_bytes())
            key = f"{organisation.id}/recordings/{take['take_id']}/original"
            await runtime.provided.get(ObjectStore).put_bytes(key, b"sealed")
            with psycopg.connect(where.migrating, autocommit=True) as connection:
                connection.execute("update recordings set original_key = %s", (key,))
            wait_for(place.found, 60)
            for number in range(1, 200 if LONG else 6):
                await act(number)
            wait_for(lambda: [one for one in place.all_points() if one.at > ledger.acts[-1][2]], 60)
            before_erasure = clock.now()
            async with runtime.database.begin(organisation.scope) as db:
                await erase.erase(db, organisation.scope, UUID(erased), why=erase.Why.REQUEST)
            secret, file = runtime.provided.get(Secret), runtime.provided.get(retention.TombstoneFile)
            assert await retention.write_out(runtime.database, secret, file, organisation.scope) == 1
            wait_for(lambda: erased in (place.tombstones.read_text() if place.tombstones.exists() else ""), 60)
            if LONG:  # the worst moment is just before a point
                ends = time.monotonic() + 75
                number = 1000
                while time.monotonic() < ends:
                    await act(number := number + 1)
        result, _ = await drill(place, settings, within=tmp_path)
        assert result.problems == ()
        assert last_drill(place) == result
        died = datetime.now(UTC)
        die(scheduler, settings.data_dir)
    gone = settings.data_dir.rename(tmp_path / "gone")
    keys = gone / "keys"

    newest = await restore(place, settings, tmp_path / "newest", keys=keys)
    came_back = found(tmp_path / "newest")
    loss = (died - newest.moment).total_seconds()
    with capsys.disabled():
        sys.stdout.write(f"\n{len(ledger.acts)} acts; at most {loss:.1f} s lost; back after {newest.seconds:.1f} s\n")
    assert newest.problems == ()
    assert newest.objects >= 2  # the upload under way and the object
    assert loss <= PROMISED_SECONDS
    assert newest.seconds <= BACK_SECONDS
    assert lost(ledger, came_back, newest.moment, but=erased) == []
    assert came_back[recorded.session_id]
    assert erased not in came_back

    earlier = await restore(place, settings, tmp_path / "earlier", at=before_erasure, keys=keys)
    assert earlier.moment <= before_erasure
    assert (earlier.replayed.tombstones, earlier.replayed.erased) == (1, 1)
    came_back = found(tmp_path / "earlier")
    assert erased not in came_back
    assert lost(ledger, came_back, earlier.moment, but=erased) == []

    # Without the stream, and without tombstones, the same looks must find fault.
    bare = Place(shutil.copytree(place.root, tmp_path / "bare"))
    bare.points.unlink()
    bare.tombstones.unlink()
    alone = await restore(bare, settings, tmp_path / "alone", keys=keys)
    came_back = found(tmp_path / "alone")
    assert len(lost(ledger, came_back, newest.moment, but=erased)) >= 5
    assert erased in came_back
    assert alone.replayed.tombstones == 0
    assert mirror.read_journal(bare).keys() >= {f"media/{key}"}
