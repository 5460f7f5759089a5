"""What the product acknowledged, on a disk of the test's, and whether all of it is true when the fault is over.

One ledger and one list of findings for every suite that breaks something. The findings read the tables as their owner,
the objects through the store, letters in their folder and webhooks at their receiver: never through what is tested.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Final
from uuid import UUID

import psycopg

from colloquy.contexts.audit import public as audit
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope
from colloquy.providers.storage.port import ObjectMissing, ObjectStore
from colloquy.roles.runtime import Addresses, Runtime

LETTERS: Final = frozenset({"interview_completed", "candidate_thanks", "report_ready"})
"""What is written when somebody hands in: each once, to each of its readers."""
ONCE: Final = (
    "interview.session.opened",
    "interview.started",
    "interview.completed",
    "interview.scored",
    "interview.report.ready",
)
"""Routing keys of transitions that a session makes once."""
SOON: Final = "(scheduled_at is null or scheduled_at < now() + interval '10 minutes')"
"""Jobs that wait for an hour or a day to come are no work."""


def sha256(content: bytes | str) -> str:
    """In hexadecimal."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


class Ledger:
    """Acts that were acknowledged, each on the disk before anything else happens: kind, id, number, SHA-256, time."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a+b", buffering=0)
        self._lock = threading.Lock()

    def answered(self, session_id: UUID, number: int, words: str) -> None:
        """A written answer was saved."""
        self._note("answer", session_id, number, sha256(words))

    def recorded(self, session_id: UUID, number: int, data: bytes) -> None:
        """A recording was uploaded whole and chosen as the answer."""
        self._note("recording", session_id, number, sha256(data))

    def handed_in(self, session_id: UUID) -> None:
        """The candidate was told that the interview is complete."""
        self._note("handed_in", session_id, 0, sha256(""))

    def lines(self, kind: str) -> list[tuple[UUID, int, str]]:
        """All of a kind: session, number, SHA-256."""
        with self._lock:
            self._file.seek(0)
            parts = [line.decode().split() for line in self._file]
        return [(UUID(session), int(number), digest) for name, session, number, digest, _ in parts if name == kind]

    def close(self) -> None:
        """Ends it; the file stays."""
        self._file.close()

    def _note(self, kind: str, session_id: UUID, number: int, digest: str) -> None:
        with self._lock:
            self._file.write(f"{kind} {session_id} {number} {digest} {time.time():.3f}\n".encode())
            os.fsync(self._file.fileno())


@dataclass
class Findings:
    """What is true at the end. Everything but the first two lines has to be nothing."""

    acknowledged: int = 0
    sessions: int = 0
    lost: list[str] = field(default_factory=list)
    objects_missing: list[str] = field(default_factory=list)
    objects_without_row: list[str] = field(default_factory=list)
    not_ended: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    webhooks: list[str] = field(default_factory=list)
    audit: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def check(self) -> None:
        """AssertionError that names everything that is not as it was promised."""
        assert self.acknowledged > 0, "nothing was acknowledged"
        wrong = {
            one.name: found[:5] + ([f"… {len(found)}"] if len(found) > 5 else [])
            for one in fields(self)
            if isinstance(found := getattr(self, one.name), list) and found
        }
        assert not wrong, f"not as promised: {wrong}"

    def said(self) -> str:
        """For the table at the end."""
        return (
            f"acknowledged {self.acknowledged}, lost {len(self.lost)}; sessions {self.sessions}, not ended"
            f" {len(self.not_ended)}, doubled {len(self.doubled)}; objects missing {len(self.objects_missing)}, without"
            f" a row {len(self.objects_without_row)}; letters {len(self.letters)}, webhooks {len(self.webhooks)}, audit"
            f" {len(self.audit)}, jobs left {len(self.left)} wrong"
        )


def settle(where: Addresses, org_ids: Sequence[UUID], seconds: float) -> float:
    """Waits until these organisations' work is done, at most so long; seconds that it took."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        try:
            with psycopg.connect(where.migrating, autocommit=True) as look:
                while time.monotonic() - began < seconds:
                    if not _left(look, org_ids):
                        return time.monotonic() - began
                    time.sleep(0.2)
        except psycopg.OperationalError:
            time.sleep(0.2)
    return time.monotonic() - began


def _left(look: psycopg.Connection, org_ids: Sequence[UUID]) -> list[str]:
    rows = look.execute(
        "select task_name || ' ' || status::text from procrastinate_jobs where status in ('todo', 'doing')"
        f" and {SOON} and args->>'org_id' = any(%s) limit 50".encode(),
        ([str(one) for one in org_ids],),
    )
    return [name for (name,) in rows]


async def findings(
    runtime: Runtime,
    where: Addresses,
    ledger: Ledger,
    org_ids: Sequence[UUID],
    *,
    heard: Iterable[str] | None = None,
) -> Findings:
    """Looks at everything. `heard` are the webhook ids that a receiver got, where there is one."""
    found = Findings()
    with psycopg.connect(where.migrating, autocommit=True) as look:
        found.left = _left(look, org_ids)
        _answers(look, ledger, found)
        handed_in = sorted({session_id for session_id, _, _ in ledger.lines("handed_in")})
        found.sessions = len(handed_in)
        found.acknowledged += len(handed_in)
        _sessions(look, handed_in, found)
        _letters(look, runtime.settings.data_dir / "mail", handed_in, org_ids, found)
        if heard is not None:
            _webhooks(look, org_ids, Counter(heard), found)
        _transitions(look, org_ids, handed_in, found)
        await _objects(look, runtime, org_ids, found)
    for org_id in org_ids:
        verdict = await audit.verify(runtime.database, runtime.provided.get(Secret), Scope(org_id))
        if verdict.finding is not None:
            found.audit.append(f"{org_id}: {audit.said(verdict.finding)}")
    return found


def _answers(look: psycopg.Connection, ledger: Ledger, found: Findings) -> None:
    for session_id, number, digest in ledger.lines("answer"):
        found.acknowledged += 1
        row = look.execute(
            "select text from answers where session_id = %s and number = %s", (session_id, number)
        ).fetchone()
        if row is None or sha256(row[0] or "") != digest:
            found.lost.append(f"answer {session_id} {number}")
    for session_id, number, digest in ledger.lines("recording"):
        found.acknowledged += 1
        row = look.execute(
            "select r.sha256, r.state, r.reason from answers a join recordings r on r.id = a.recording_id"
            " where a.session_id = %s and a.number = %s",
            (session_id, number),
        ).fetchone()
        if row is None or row[0] != digest:
            found.lost.append(f"recording {session_id} {number}: {row}")


def _sessions(look: psycopg.Connection, handed_in: list[UUID], found: Findings) -> None:
    rows = look.execute(
        "select s.id, s.state, coalesce(s.state_reason, (select max(reason) from scores where session_id = s.id),"
        " (select max(reason) from answers where session_id = s.id)),"
        " (select count(*) from scores where session_id = s.id),"
        " (select count(*) from reports where session_id = s.id),"
        " (select count(*) from judgement_sets where session_id = s.id),"
        " (select count(*) from answers where session_id = s.id and state <> 'skipped')"
        " from sessions s where s.id = any(%s)",
        (handed_in,),
    ).fetchall()
    known = {row[0] for row in rows}
    found.lost += [f"session {one}" for one in handed_in if one not in known]
    for session_id, state, reason, scores, reports, judged, answers in rows:
        if state == "needs_human" and not reason:
            found.not_ended.append(f"{session_id} is with people and does not say why")
        elif state not in {"scored", "needs_human"}:
            found.not_ended.append(f"{session_id} is {state}")
        elif (scores, reports) != (1, 1) or judged > answers:
            found.doubled.append(f"{session_id}: {scores} scores, {reports} reports, {judged} of {answers} judged")


def _letters(
    look: psycopg.Connection, folder: Path, handed_in: list[UUID], org_ids: Sequence[UUID], found: Findings
) -> None:
    rows = look.execute(
        "select kind, about_id, recipient, state, message_id from sendings where org_id = any(%s)", (list(org_ids),)
    ).fetchall()
    kept = Counter(path.name.partition(".")[0] for path in folder.glob("*.eml")) if folder.is_dir() else Counter()
    for (kind, about, recipient), count in Counter(row[:3] for row in rows).items():
        if count > 1:
            found.letters.append(f"{count} × {kind} about {about} to {recipient}")
    by_session = defaultdict(set)
    for kind, about, _recipient, state, message_id in rows:
        by_session[about].add(kind)
        if state != "sent" or kept[message_id] != 1:
            found.letters.append(f"{kind} about {about} is {state}, in the folder {kept[message_id]} times")
    found.letters += [f"{one}: only {sorted(by_session[one])}" for one in handed_in if not by_session[one] >= LETTERS]
    known = {name for (name,) in look.execute("select message_id from sendings")}
    strange = [name for name in kept if name not in known and _is_ours(look, next(folder.glob(f"{name}.*")), handed_in)]
    found.letters += [f"a letter that no row knows: {name}" for name in strange]


def _is_ours(look: psycopg.Connection, path: Path, handed_in: list[UUID]) -> bool:
    """Whether a letter is about one of these sessions; tests share a folder."""
    raw = path.read_bytes()
    emails = look.execute("select email from sessions where id = any(%s)", (handed_in,)).fetchall()
    return any(email.encode() in raw for (email,) in emails)


def _webhooks(look: psycopg.Connection, org_ids: Sequence[UUID], heard: Counter[str], found: Findings) -> None:
    rows = look.execute(
        "select id::text, endpoint_id, event_type, coalesce(session_id::text, data::text), state"
        " from webhook_messages where org_id = any(%s)",
        (list(org_ids),),
    ).fetchall()
    for message_id, _endpoint, kind, session_id, state in rows:
        if not any(message_id.replace("-", "") in one.replace("-", "") for one in heard):
            found.webhooks.append(f"{kind} about {session_id} ({state}) was never heard")
    told = Counter((endpoint, kind, session_id) for _, endpoint, kind, session_id, _ in rows)
    found.webhooks += [f"{count} × {kind} about {one}" for (_, kind, one), count in told.items() if count > 1]


def _transitions(look: psycopg.Connection, org_ids: Sequence[UUID], handed_in: list[UUID], found: Findings) -> None:
    announced = Counter(
        row[0]
        for row in look.execute(
            "select routing_key || ' ' || org_id::text from outbox where org_id = any(%s)", (list(org_ids),)
        )
    )
    noted = Counter(
        row[0]
        for row in look.execute(
            "select action || ' ' || org_id::text from audit_entries where org_id = any(%s)", (list(org_ids),)
        )
    )
    for name, count in announced.items():
        if noted[name] != count:
            found.audit.append(f"{name}: {count} transitions, {noted[name]} entries")
    times = Counter(
        row
        for row in look.execute(
            "select routing_key, payload->>'session_id' from outbox where org_id = any(%s)", (list(org_ids),)
        )
    )
    for one in handed_in:
        found.doubled += [f"{times[name, str(one)]} × {name} of {one}" for name in ONCE if times[name, str(one)] != 1]


async def _objects(look: psycopg.Connection, runtime: Runtime, org_ids: Sequence[UUID], found: Findings) -> None:
    store = runtime.provided.get(ObjectStore)  # type: ignore[type-abstract]
    root = runtime.settings.data_dir / "media"
    for org_id in org_ids:
        rows = look.execute(
            "select id, state, sha256, received_bytes, original_key, audio_key, playback_key, thumbnail_key"
            " from recordings where org_id = %s and files_gone_at is null",
            (org_id,),
        ).fetchall()
        known = {key for row in rows for key in row[4:] if key is not None}
        for recording_id, state, digest, size, original, *others in rows:
            if original is not None:
                await _same(store, original, digest, size, found)
            for key in others:
                if key is not None and not await store.exists(key):
                    found.objects_missing.append(f"{key} of {recording_id}")
            if state == "processed" and (runtime.settings.data_dir / "uploads" / f"{recording_id.hex}.upload").exists():
                found.objects_without_row.append(f"the upload of {recording_id}, which is stored")
        lying = await asyncio.to_thread(lambda folder: [*folder.rglob("*")], root / str(org_id) / "recordings")
        for path in lying:
            if path.is_file() and (key := path.relative_to(root).as_posix()) not in known:
                found.objects_without_row.append(key)


async def _same(store: ObjectStore, key: str, digest: str, size: int, found: Findings) -> None:
    hashed, length = hashlib.sha256(), 0
    try:
        async for piece in store.read(key):
            hashed.update(piece)
            length += len(piece)
    except ObjectMissing:
        found.objects_missing.append(key)
        return
    if (hashed.hexdigest(), length) != (digest, size):
        found.lost.append(f"{key} has other bytes than were stored")
