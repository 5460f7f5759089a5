"""Virus scanning: before anything else reads a file, never skipped for what people open, and visible."""

from contextlib import contextmanager

import pytest
from tests.contexts.media.making import found, send
from tests.hostile import archives, papers
from tests.hostile.samples import EICAR
from tests.providers.antivirus import daemon
from tests.providers.transcoder import clips

from colloquy.contexts.media import public as media
from colloquy.contexts.media.public import ScanState
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.providers.antivirus.absent import NoAntivirus
from colloquy.providers.antivirus.clamd import Clamd
from colloquy.providers.antivirus.port import Antivirus, Engine, ScannerAway, TooLargeToScanError
from colloquy.providers.documents.port import Documents
from colloquy.providers.storage.port import ObjectStore
from colloquy.providers.transcoder.port import Transcoder

PDF = papers.HONEST


class Scripted:
    """A scanner that says what it is told to, and remembers what it was given."""

    configured = True

    def __init__(self, answer=None):
        self.answer, self.seen = answer, []

    async def scan(self, path):
        self.seen.append(path.read_bytes())
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def engine(self):
        if isinstance(self.answer, ScannerAway):
            raise self.answer
        return Engine("ClamAV 9", "1", "today")


@contextmanager
def scanning_with(runtime, scanner):
    runtime.provided.put(Antivirus, scanner)
    try:
        yield scanner
    finally:
        runtime.provided.put(Antivirus, NoAntivirus())


@pytest.fixture(scope="module")
def spoken(tmp_path_factory):
    path = tmp_path_factory.mktemp("clips") / "spoken.webm"
    clips.ffmpeg(*clips.picture(1), *clips.tone(1), *clips.VP8, *clips.OPUS, "-live", "1", str(path))
    return path.read_bytes()


@pytest.fixture
async def scope(make_organisation, run_jobs):
    await run_jobs()
    return (await make_organisation()).scope


async def served(runtime, api, scope, recording_id):
    address = media.media_address(runtime.provided.get(Secret), scope, recording_id, "original")
    return (await api.get(address)).status_code


async def stored(runtime, scope, recording_id, rendition):
    store = runtime.provided.get(ObjectStore)
    return b"".join([piece async for piece in store.read(f"{scope.org_id}/recordings/{recording_id}/{rendition}")])


async def test_a_real_scanner_locks_a_virus_away(runtime, api, scope, run_jobs, tmp_path):
    if daemon.CLAMD is None:
        pytest.skip(daemon.NO_CLAMD)
    data = archives.packed({"cv.txt": EICAR})
    with daemon.clamd(tmp_path, tcp=True) as address, scanning_with(runtime, Clamd(address)):
        bad = await send(runtime, scope, data, kind="file", file_name="cv.zip")
        good = await send(runtime, scope, PDF, kind="file", file_name="cv.pdf")
        await run_jobs()
        async with runtime.database.begin(scope) as db:
            told = await media.scanning(db, scope, runtime.provided.get(Antivirus))
    recording = await found(runtime, scope, bad)
    assert (recording.state, recording.reason_code, recording.scan) == ("rejected", "virus_found", ScanState.FOUND)
    assert "send another file" in recording.reason
    assert await served(runtime, api, scope, bad) == 404
    assert await stored(runtime, scope, bad, "quarantine") == data
    assert (await found(runtime, scope, good)).scan is ScanState.CLEAN
    assert await served(runtime, api, scope, good) == 200
    assert told.engine.version.startswith("ClamAV ")
    assert (told.counts[ScanState.FOUND], told.counts[ScanState.CLEAN], told.waiting) == (1, 1, 0)


class Forbidden:
    """Stands for whatever reads files; here nothing may."""

    def __getattr__(self, name):
        raise AssertionError(f"{name} was asked before the scanner had answered")


@pytest.mark.parametrize("kind", ["file", "video"])
async def test_nothing_reads_a_file_in_which_something_was_found(runtime, api, scope, run_jobs, owner_connection, kind):
    provided = runtime.provided
    before = {port: provided.get(port) for port in (Documents, Transcoder)}
    try:
        for port in before:
            provided.put(port, Forbidden())
        with scanning_with(runtime, Scripted("Evil.Thing")) as scanner:
            recording_id = await send(runtime, scope, PDF, kind=kind, file_name="a.pdf")
            await run_jobs()
    finally:
        for port, instance in before.items():
            provided.put(port, instance)
    assert scanner.seen == [PDF]
    recording = await found(runtime, scope, recording_id)
    assert (recording.state, recording.reason_code) == ("rejected", "virus_found")
    assert await served(runtime, api, scope, recording_id) == 404
    async with runtime.database.begin(scope) as db:
        assert await media.originals(db, scope, [recording_id]) == {}
    said = owner_connection.execute(
        "select payload from outbox where name = 'MediaQuarantined' and org_id = %s", (scope.org_id,)
    ).fetchone()
    assert said[0]["signature"] == "Evil.Thing"


async def test_what_people_open_waits_for_a_scanner_that_is_away(runtime, api, scope, run_jobs, frozen_minutes):
    with scanning_with(runtime, Scripted(ScannerAway("It does not answer."))) as scanner:
        recording_id = await send(runtime, scope, PDF, kind="file", file_name="cv.pdf")
        for again in range(7):  # more often than a job is tried
            await run_jobs()
            recording = await found(runtime, scope, recording_id)
            assert (recording.state, recording.reason_code) == ("processing", "waiting_for_scan")
            assert await served(runtime, api, scope, recording_id) == 404
            assert len(scanner.seen) == again + 1
            async with runtime.database.begin(scope) as db:
                told = await media.scanning(db, scope, scanner)
            assert (told.engine, told.trouble, told.waiting) == (None, "It does not answer.", 1)
            frozen_minutes()
        scanner.answer = None
        await run_jobs()
    recording = await found(runtime, scope, recording_id)
    assert (recording.state, recording.reason_code, recording.scan) == ("processed", None, ScanState.CLEAN)
    assert await served(runtime, api, scope, recording_id) == 200


@pytest.fixture
def frozen_minutes(owner_connection):
    """Lets a minute pass for what was put off."""

    def passes():
        owner_connection.execute(
            "update procrastinate_jobs set scheduled_at = %s where status = 'todo' and task_name = 'media.process'",
            (clock.now(),),
        )

    return passes


async def test_a_recording_is_converted_although_the_scanner_is_away(runtime, scope, run_jobs, spoken):
    with scanning_with(runtime, Scripted(ScannerAway("It does not answer."))):
        recording_id = await send(runtime, scope, spoken)
        await run_jobs()
    recording = await found(runtime, scope, recording_id)
    assert (recording.state, recording.has_playback, recording.scan) == ("processed", True, ScanState.AWAY)


async def test_what_is_too_large_to_scan_is_refused_if_people_open_it(runtime, scope, run_jobs, spoken):
    with scanning_with(runtime, Scripted(TooLargeToScanError())):
        file = await send(runtime, scope, PDF, kind="file", file_name="cv.pdf")
        video = await send(runtime, scope, spoken)
        await run_jobs()
    recording = await found(runtime, scope, file)
    assert (recording.state, recording.reason_code) == ("rejected", "too_large_to_scan")
    assert "Send a smaller file" in recording.reason
    recording = await found(runtime, scope, video)
    assert (recording.state, recording.scan) == ("processed", ScanState.TOO_LARGE)


async def test_without_a_scanner_nothing_claims_to_be_clean(runtime, scope, run_jobs):
    recording_id = await send(runtime, scope, PDF, kind="file", file_name="cv.pdf")
    await run_jobs()
    assert (await found(runtime, scope, recording_id)).scan is ScanState.NONE
    async with runtime.database.begin(scope) as db:
        told = await media.scanning(db, scope, runtime.provided.get(Antivirus))
    assert (told.configured, told.engine, told.trouble) == (False, None, None)


async def test_flags_come_with_a_file(runtime, scope, run_jobs):
    data = papers.pdf(catalog=b"/OpenAction<</S/JavaScript/JS(1)>>")
    recording_id = await send(runtime, scope, data, kind="file", file_name="cv.pdf")
    await run_jobs()
    assert (await found(runtime, scope, recording_id)).flags == ("There are scripts in this PDF.",)
