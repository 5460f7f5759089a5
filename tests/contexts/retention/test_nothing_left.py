"""After an erasure nothing of the candidate is anywhere: every column of every table, every file, the log.

What is looked for are strings that stand nowhere else: name, address, a made-up word in everything that was said, the
name of a file, the network address, the key, the link. Another candidate of the same interview keeps all of theirs.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from tests.contexts.retention.walked import Walked, interview, walk
from tests.contexts.sessions.erased import given_up, until_certified

from colloquy.contexts.inference import public as inference
from colloquy.contexts.media import public as media
from colloquy.contexts.notifications.service import erasing
from colloquy.contexts.privacy import public as privacy
from colloquy.kit import clock
from colloquy.providers.storage.port import ObjectStore


@pytest.fixture
async def two(runtime, app, api, make_organisation, run_jobs, sign_in) -> tuple[Walked, Walked]:
    """Two candidates of one interview, the first of whom will be erased."""
    made = await interview(runtime, await make_organisation())
    gone = await walk(runtime, app, api, made, run_jobs, sign_in)
    kept = await walk(runtime, app, api, made, run_jobs, sign_in)
    return gone, kept


@pytest.fixture
def anywhere(owner_connection, settings, runtime):
    """`await anywhere(walked)`: where strings of this candidate are, as `table.column` and paths of files."""

    async def find(walked: Walked) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        columns = owner_connection.execute(
            "select c.relname, a.attname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
            " where n.nspname = 'public' and c.relkind in ('r', 'p')"
        ).fetchall()
        for table, column in columns:
            for canary in walked.canaries:
                text = f"(case when pg_typeof(\"{column}\") = 'bytea'::regtype then"
                text += f' encode("{column}"::text::bytea, \'escape\') else "{column}"::text end)'
                hit = owner_connection.execute(
                    f"select 1 from {table} where {text} ilike %s limit 1", [f"%{canary}%"]
                ).fetchone()
                if hit:
                    found.setdefault(f"{table}.{column}", set()).add(canary)
        store = runtime.provided.get(ObjectStore)
        for path in _files(settings.data_dir):
            data = path.read_bytes()
            if path.is_relative_to(settings.data_dir / "media"):
                data = b"".join(
                    [piece async for piece in store.read(str(path.relative_to(settings.data_dir / "media")))]
                )
            named = str(path).encode() + b"\n" + data
            for canary in walked.canaries:
                if canary.casefold().encode() in named.lower():
                    found.setdefault(str(path.relative_to(settings.data_dir)), set()).add(canary)
        return found

    return find


def _files(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and "postgres" not in path.parts and "keys" not in path.parts
    ]


async def _erase(runtime, api, run_jobs, bring_forward, walked: Walked) -> None:
    assert (await api.delete(f"/api/sessions/{walked.id}")).status_code == 204
    with suppress(AssertionError):  # a step that is left out on purpose is never certified
        await until_certified(runtime, walked.scope, run_jobs)
    with clock.travelled(timedelta(minutes=59)):
        await bring_forward(walked.scope)
        await run_jobs()


async def test_nothing_of_the_erased_is_anywhere_and_everything_of_the_other_is(
    two, anywhere, api, run_jobs, bring_forward, files, runtime, capsys
):
    gone, kept = two
    before, other = await anywhere(gone), await anywhere(kept)
    planted = set().union(*before.values())
    assert planted == {one for one in gone.canaries if one in planted} >= {gone.email, gone.name, gone.network}
    assert gone.canaries[2] in planted, "the word that was said"
    assert {"sessions.email", "answers.text", "messages.text", "transcripts.document", "consents.given_from"} <= set(
        before
    )
    assert {"judgement_sets.judgements", "reports.document", "recordings.file_name"} <= set(before)
    capsys.readouterr()

    await _erase(runtime, api, run_jobs, bring_forward, gone)

    assert await anywhere(gone) == {}
    logged = capsys.readouterr()
    said = (logged.out + logged.err).lower()
    assert [one for one in gone.canaries if one.lower() in said] == []
    for recording in gone.recordings:
        assert await files(gone.scope, recording) == []
    assert await anywhere(kept) == other
    assert await given_up(runtime, gone.scope) == 0


LEFT_BY = {
    "network addresses in the ledger": (privacy, "forget_origin"),
    "files": (media, "erase_recordings"),
    "letters": (erasing, "erase_about"),
}


@pytest.mark.parametrize("step", LEFT_BY)
async def test_the_search_finds_what_a_missing_step_leaves(
    step, two, anywhere, api, run_jobs, bring_forward, files, monkeypatch, runtime
):
    gone, _kept = two
    module, name = LEFT_BY[step]

    async def nothing(*_arguments, **_more):
        return media.ErasedRecordings(0, 0, 0)

    monkeypatch.setattr(module, name, nothing)
    await _erase(runtime, api, run_jobs, bring_forward, gone)
    on_disk = [one for recording in gone.recordings for one in await files(gone.scope, recording)]
    assert await anywhere(gone) or on_disk
    monkeypatch.undo()


async def test_calls_of_models_do_not_name_the_session_any_more(two, api, run_jobs, runtime, owner_connection):
    gone, _kept = two
    async with runtime.database.begin(gone.scope) as db:
        assert await inference.forget_session(db, gone.scope, gone.id) == 0, "the rules judged; nothing was asked"
    owner_connection.execute(
        "insert into model_calls (id, org_id, at, task, model, session_id, requests, latency_ms, outcome)"
        " values (gen_random_uuid(), %s, now(), 'evaluate', 'fake:one', %s, 1, 10, 'answered')",
        [gone.scope.org_id, gone.id],
    )
    assert (await api.delete(f"/api/sessions/{gone.id}")).status_code == 204
    await run_jobs()
    left = owner_connection.execute("select count(*) from model_calls where session_id = %s", [gone.id]).fetchone()
    assert left == (0,)
