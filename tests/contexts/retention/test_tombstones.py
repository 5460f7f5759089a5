"""What was erased stays erased when yesterday's backup is restored."""

from __future__ import annotations

import asyncio
import json
from uuid import UUID

from tests.contexts.reporting.candidates import hand_in
from tests.contexts.sessions.erased import session

from colloquy.contexts.retention import public as retention
from colloquy.contexts.retention.service import tombstones
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.ids import new_id


async def test_a_restored_session_is_erased_again(runtime, api, make_organisation, sign_in, run_jobs, owner_connection):
    organisation = await make_organisation()
    done = await hand_in(runtime, api, organisation)
    await run_jobs()
    row = owner_connection.execute(
        "select to_jsonb(s) from sessions s where id = %s", [UUID(done.session_id)]
    ).fetchone()
    await sign_in(organisation)
    assert (await api.delete(f"/api/sessions/{done.session_id}")).status_code == 204
    await run_jobs()
    file = runtime.provided.get(retention.TombstoneFile).path
    line = next(one for one in file.read_text().splitlines() if done.session_id in one)
    assert set(json.loads(line)) == {"org", "session", "interview", "link", "recordings", "why", "at", "signature"}

    owner_connection.execute(
        "insert into sessions select (jsonb_populate_record(null::sessions, %s)).*", [json.dumps(row[0])]
    )
    assert await session(runtime, organisation.scope, done.session_id) is not None
    secret = runtime.provided.get(Secret)
    replayed = await sessions.replay_tombstones(runtime.database, secret, file)
    assert replayed.erased == 1
    assert await session(runtime, organisation.scope, done.session_id) is None
    again = await sessions.replay_tombstones(runtime.database, secret, file)
    assert (again.erased, again.unreadable, again.tombstones) == (0, 0, replayed.tombstones)


async def test_a_line_that_we_did_not_write_erases_nothing(runtime, api, make_organisation, tmp_path):
    organisation = await make_organisation()
    done = await hand_in(runtime, api, organisation)
    forged = {
        "org": str(organisation.id),
        "session": done.session_id,
        "interview": done.session_id,
        "link": None,
        "recordings": [],
        "why": "request",
        "at": "2026-11-21T10:00:00+00:00",
        "signature": "x" * 43,
    }
    file = tmp_path / "tombstones.jsonl"
    file.write_text(json.dumps(forged) + '\n{"cut": sho\n\n[]\n"text"\n')
    replayed = await sessions.replay_tombstones(runtime.database, runtime.provided.get(Secret), file)
    assert (replayed.erased, replayed.unreadable) == (0, 4)
    assert await session(runtime, organisation.scope, done.session_id) is not None
    nowhere = await sessions.replay_tombstones(runtime.database, runtime.provided.get(Secret), tmp_path / "none")
    assert nowhere.tombstones == 0


def test_tombstones_outlive_the_secret_that_signed_them(tmp_path):
    """Before a secret is retired its tombstones are signed again: otherwise a restore would bring people back."""
    old, new = bytes(32), bytes([1]) * 32
    file = retention.TombstoneFile(tmp_path / "tombstones.jsonl")
    erased = [_tombstone() for _ in range(3)]
    file.append([tombstones.line(Secret(old), one) for one in erased])
    both = Secret(new, old)
    assert {one.session_id for one in retention.signed_by_former(both, file.path)} == {one.session_id for one in erased}
    assert list(tombstones.read(Secret(new), file.path)) == [None] * 3

    assert asyncio.run(retention.sign_again(both, file)) == 3

    assert retention.signed_by_former(both, file.path) == []
    assert asyncio.run(retention.sign_again(both, file)) == 0
    alone = [one for one in tombstones.read(Secret(new), file.path) if one is not None]
    assert {one.session_id for one in alone} == {one.session_id for one in erased}


def _tombstone() -> retention.Tombstone:
    return retention.Tombstone(new_id(), new_id(), new_id(), None, (new_id(),), "request", clock.now())
