"""Recordings are played by signed addresses, whole or in ranges; what was recorded is what was kept."""

import hashlib
from datetime import timedelta
from uuid import UUID

import pytest
from tests.factories.candidates import SAMPLES, begin
from tests.factories.interviews import VIDEO, publish_interview

from colloquy.contexts.media import public as media
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock
from colloquy.kit.crypto import Secret

WEBM = (SAMPLES / "weak" / "answer-1.webm").read_bytes()


@pytest.fixture
async def recorded(runtime, api, make_organisation, run_jobs):
    made = await publish_interview(runtime, await make_organisation(), VIDEO)
    candidate = await begin(api, made.token)
    await candidate.agree()
    await candidate.answer_with((await candidate.room())["question"], WEBM)
    await run_jobs()
    scope = made.organisation.scope
    async with runtime.database.begin(scope) as db:
        session = await sessions.session(db, scope, UUID(candidate.session_id))
        recording_id = session.answers[0].recording_id
        recording = (await media.recordings(db, scope, [recording_id]))[recording_id]
    return scope, recording


def _address(runtime, scope, recording, rendition, **options):
    return media.media_address(runtime.provided.get(Secret), scope, recording.id, rendition, **options)


async def test_a_recording_becomes_what_every_browser_plays(runtime, api, recorded):
    scope, recording = recorded
    assert (recording.has_playback, recording.has_thumbnail, len(recording.waveform)) == (True, True, 200)
    assert recording.sha256 == hashlib.sha256(WEBM).hexdigest()
    assert 24 < recording.duration_seconds < 30

    played = await api.get(_address(runtime, scope, recording, "playback"))
    assert (played.status_code, played.headers["content-type"]) == (200, "video/mp4")
    assert played.content.index(b"moov") < played.content.index(b"mdat")
    part = await api.get(_address(runtime, scope, recording, "playback"), headers={"Range": "bytes=1000-1999"})
    assert (part.status_code, part.content) == (206, played.content[1000:2000])
    assert part.headers["content-range"] == f"bytes 1000-1999/{len(played.content)}"
    tail = await api.get(_address(runtime, scope, recording, "playback"), headers={"Range": "bytes=-100"})
    assert tail.content == played.content[-100:]
    beyond = await api.get(_address(runtime, scope, recording, "playback"), headers={"Range": "bytes=99999999-"})
    assert beyond.status_code == 416

    still = await api.get(_address(runtime, scope, recording, "thumbnail"))
    assert still.content.startswith(b"\xff\xd8")
    captions = await api.get(_address(runtime, scope, recording, "captions"))
    assert captions.text.startswith("WEBVTT")
    assert "-->" in captions.text
    original = await api.get(_address(runtime, scope, recording, "original"))
    assert (original.content, original.headers["content-type"]) == (WEBM, "application/octet-stream")


async def test_an_address_ends_and_cannot_be_changed(runtime, api, recorded):
    scope, recording = recorded
    address = _address(runtime, scope, recording, "thumbnail", seconds=60)
    assert (await api.get(address)).status_code == 200
    for changed in (
        address.replace("thumbnail", "original"),
        address.replace("expires=", "expires=9"),
        address[:-4] + "AAAA",
        address.replace(str(scope.org_id), "00000000-0000-7000-8000-000000000000"),
    ):
        assert (await api.get(changed)).status_code == 403, changed
    with clock.travelled(timedelta(minutes=2)):
        assert (await api.get(address)).status_code == 403


async def test_nothing_of_it_lies_on_the_disk_in_the_clear(runtime, recorded):
    scope, _ = recorded
    folder = runtime.settings.data_dir / "media" / str(scope.org_id)
    kept = [path for path in folder.rglob("*") if path.is_file()]
    assert len(kept) >= 4
    for path in kept:
        assert not any(mark in path.read_bytes() for mark in (b"webm", b"ftyp", b"JFIF", b"WAVEfmt")), path


async def test_a_transcript_asked_for_twice_is_made_once(runtime, recorded, run_jobs, queued):
    scope, recording = recorded
    async with runtime.database.begin(scope) as db:
        await media.request_transcript(db, scope, recording.id)
    assert "media.transcribe" not in await queued(scope.org_id)
