"""The line of an erasure: everything of a candidate goes, once, with one certificate and a tombstone that stays."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from tests.contexts.sessions.erased import confirm
from tests.factories.candidates import CandidateClient, begin
from tests.factories.interviews import VIDEO, publish_interview
from tests.faults import killing
from tests.faults.edges import Edge, Stage
from tests.faults.lines import Place, short_clip

from colloquy.contexts.audit import public as audit
from colloquy.contexts.retention import public as retention
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope
from colloquy.providers.mail.kept import KeepsLetters

ERASED = (
    Stage("sessions.erase_requested", "erasure_requests", "erased_sessions"),
    Stage("retention.write_tombstones", "erased_sessions", "erased_sessions", "new.written_at is not null"),
    Stage("media.erase"),
    Stage("events.deliver", "outbox", "event_deliveries", event="interview.session.erased"),
    Stage("notifications.erase"),
    Stage("sessions.certify_erasure", "erasure_requests", "erasure_requests", "new.state = 'done'"),
    Stage("notifications.certificate", "erasure_requests", "erasure_requests", "new.letter = 'sent'"),
)
ENDED = (
    Stage("sessions.end_retention", "sessions", "recordings", "new.files_gone_at is not null"),
    Stage("media.erase"),
    Stage("events.deliver", "outbox", "event_deliveries", event="interview.media.forgotten"),
)


@dataclass(frozen=True)
class Asked:
    """Somebody who has confirmed that everything is to go; nothing has been done about it yet."""

    scope: Scope
    candidate: CandidateClient
    name: str
    objects: Path


async def erased(place: Place, edge: Edge) -> int:
    """Somebody has everything erased, and workers are killed at this edge of every stage of it; how many."""
    one = await asked(place)
    kills = await place.kill(ERASED, edge)
    await is_gone(place, one)
    return kills


async def ended(place: Place, edge: Edge) -> int:
    """The time of recordings is over for somebody: the files go, the rest stays, and the next end is waited for."""
    one = await _somebody(place)
    with killing.connect(place.where) as look:
        mine = (one.candidate.session_id,)
        look.execute(b"update sessions set opened_at = opened_at - interval '91 days' where id = %s", mine)
        look.execute(
            b"update procrastinate_jobs set scheduled_at = null where task_name = 'sessions.end_retention'"
            b" and args->>'session_id' = %s",
            mine,
        )
    kills = await place.kill(ENDED, edge)
    await place.settle(one.scope.org_id)
    assert not _files(one.objects), "files are left"
    with killing.connect(place.where) as look:
        kept = look.execute(
            b"select r.files_gone_at is not null, r.original_key is null, r.duration_seconds > 0, c.media_ended_at is"
            b" not null from sessions s join session_clocks c on c.session_id = s.id join recordings r on"
            b" r.session_id = s.id where s.id = %s",
            mine,
        ).fetchall()
        waiting = look.execute(
            b"select count(*) from procrastinate_jobs where task_name = 'sessions.end_retention' and status = 'todo'"
            b" and args->>'session_id' = %s",
            mine,
        ).fetchone()
    assert kept == [(True, True, True, True)], kept
    assert waiting == (1,), "one job waits for the next clock"
    told = _told(place, one)
    assert told["interview.media.forgotten"] == 1, told
    await _chain_holds(place, one)
    return kills


async def asked(place: Place) -> Asked:
    """A candidate with a recording that was read and rendered, who has confirmed by the link in a letter."""
    one = await _somebody(place)
    response = await one.candidate.post("/my-data/erase", {"confirm": "erase"})
    assert response.status_code == 202, response.text
    await place.settle(one.scope.org_id)
    await confirm(place.runtime, one.candidate)
    return one


async def _somebody(place: Place) -> Asked:
    made = await publish_interview(place.runtime, await place.make_organisation(), VIDEO)
    name = f"zelda{uuid4().hex[:12]}"
    candidate = await begin(place.api, made.token, name=name.capitalize(), email=f"{name}@example.com")
    await candidate.agree()
    await candidate.answer_with((await candidate.room())["question"], short_clip())
    await place.settle(made.organisation.id)
    objects = place.runtime.settings.data_dir / "media" / str(made.organisation.id)
    assert _files(objects)
    return Asked(made.organisation.scope, candidate, name, objects)


async def is_gone(place: Place, one: Asked) -> None:
    """Works on until it is certified, then looks for anything that is left and for anything that came twice."""
    await _certified(place, one.scope)
    await _certificate_once(place, one)
    _nothing_left(place, one)
    await _chain_holds(place, one)
    assert not _files(one.objects), "files are left"


def _files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


async def _certified(place: Place, scope: Scope) -> None:
    for _ in range(10):
        await place.settle(scope.org_id)
        with killing.connect(place.where) as look:
            look.execute(
                b"update procrastinate_jobs set scheduled_at = null where status = 'todo'"
                b" and task_name = 'sessions.certify_erasure' and args->>'org_id' = %s",
                (str(scope.org_id),),
            )
            waits = look.execute(
                b"select 1 from erasure_requests where org_id = %s and state <> 'done'", (scope.org_id,)
            ).fetchone()
        if waits is None:
            return
    raise AssertionError("the erasure was never certified")


async def _certificate_once(place: Place, one: Asked) -> None:
    secret = place.runtime.provided.get(Secret)
    session_id = UUID(one.candidate.session_id)
    async with place.runtime.database.begin(one.scope) as db:
        [request] = await retention.requests(db, one.scope)
        assert await sessions.session(db, one.scope, session_id) is None, "the session is left"
    assert (request.state, request.letter) == (retention.RequestState.DONE, "sent")
    kept = await place.runtime.provided.get(KeepsLetters).list_letters(500)
    letters = [letter for letter in kept if one.name in str(letter.to)]
    assert len(letters) == 1, [letter.subject for letter in letters]
    document = next(part for part in letters[0].attachments if part.name == "certificate.json").data
    assert retention.certificate_verified(secret, document)["id"] == str(request.id)
    file = place.runtime.settings.data_dir / "tombstones.jsonl"
    assert session_id in {found.session_id for found in retention.read(secret, file) if found}, "no tombstone"


def _nothing_left(place: Place, one: Asked) -> None:
    with killing.connect(place.where) as look:
        tables = look.execute(
            b"select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            b" where n.nspname = 'public' and c.relkind in ('r', 'p')"
        ).fetchall()
        named = [
            table
            for (table,) in tables
            if look.execute(f"select 1 from {table} t where t::text ilike %s".encode(), (f"%{one.name}%",)).fetchone()
        ]
    told = _told(place, one)
    assert named == [], "tables in which the name stands"
    assert told["interview.session.erased"] == told["interview.erasure.certified"] == 1, told


def _told(place: Place, one: Asked) -> Counter[str]:
    """How often each event of the organisation was announced."""
    with killing.connect(place.where) as look:
        return Counter(
            key for (key,) in look.execute(b"select routing_key from outbox where org_id = %s", (one.scope.org_id,))
        )


async def _chain_holds(place: Place, one: Asked) -> None:
    verdict = await audit.verify(place.runtime.database, place.runtime.provided.get(Secret), one.scope)
    assert verdict.finding is None, audit.said(verdict.finding)
