"""Takes that cannot be used are refused with what to do next, and the length counted is the media's own."""

import pytest
from tests.contexts.media.making import found, send, transcript
from tests.providers.transcoder import clips
from tests.providers.transcoder.clips import OPUS, VP8, picture, tone

from colloquy.contexts.media import public as media

LIVE = ("-live", "1")


@pytest.fixture(scope="module")
def mute(tmp_path_factory):
    path = tmp_path_factory.mktemp("clips") / "mute.webm"
    clips.ffmpeg(*picture(2), *VP8, *LIVE, str(path))
    return path.read_bytes()


@pytest.fixture(scope="module")
def spoken(tmp_path_factory):
    path = tmp_path_factory.mktemp("clips") / "spoken.webm"
    clips.ffmpeg(*picture(3), *tone(3), *VP8, *OPUS, *LIVE, str(path))
    return path.read_bytes()


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("screen", "Allow the microphone when you share the screen"),
        ("upload", "Choose a recording with sound"),
        ("camera", "microphone is allowed and not muted"),
    ],
)
async def test_a_take_without_sound_is_refused_and_says_what_to_do(
    runtime, make_organisation, run_jobs, mute, source, says
):
    await run_jobs()
    scope = (await make_organisation()).scope
    recording_id = await send(runtime, scope, mute, source=source)
    await run_jobs()
    recording = await found(runtime, scope, recording_id)
    assert (recording.state, recording.reason_code) == ("rejected", "no_audio")
    assert says in recording.reason


async def test_where_captions_may_stand_in_a_take_needs_no_sound(runtime, make_organisation, run_jobs, mute):
    await run_jobs()
    scope = (await make_organisation()).scope
    signed = await send(runtime, scope, mute, needs_sound=False)
    captioned = await send(runtime, scope, mute)
    async with runtime.database.begin(scope) as db:
        await media.give_captions(db, scope, captioned, "I signed this answer.", "txt")
    await run_jobs()
    for recording_id in (signed, captioned):
        recording = await found(runtime, scope, recording_id)
        assert (recording.state, recording.has_playback, recording.content_type) == ("processed", True, "video/webm")
    assert (await transcript(runtime, scope, captioned)).scorable


async def test_a_take_longer_than_allowed_is_refused_and_says_by_how_much(runtime, make_organisation, run_jobs, spoken):
    await run_jobs()
    scope = (await make_organisation()).scope
    too_long = await send(runtime, scope, spoken, max_seconds=2)
    just_right = await send(runtime, scope, spoken, max_seconds=3.3)
    await run_jobs()
    recording = await found(runtime, scope, too_long)
    assert (recording.state, recording.reason_code) == ("rejected", "too_long")
    assert "longer than the 2 s allowed" in recording.reason
    recording = await found(runtime, scope, just_right)
    assert (recording.state, recording.duration_seconds) == ("processed", pytest.approx(3, abs=0.15))


async def test_what_is_served_is_as_long_as_what_was_said(runtime, api, make_organisation, run_jobs, spoken, tmp_path):
    from colloquy.kit.crypto import Secret

    await run_jobs()
    scope = (await make_organisation()).scope
    recording_id = await send(runtime, scope, spoken)
    await run_jobs()
    secret = runtime.provided.get(Secret)
    played = await api.get(media.media_address(secret, scope, recording_id, "playback"))
    (tmp_path / "played.mp4").write_bytes(played.content)
    assert clips.movie_seconds(tmp_path / "played.mp4") == pytest.approx(3, abs=0.2)
    kept = await api.get(media.media_address(secret, scope, recording_id, "original"))
    assert kept.content == spoken
    assert (
        kept.headers["content-disposition"]
        == "attachment; filename=\"recording.webm\"; filename*=UTF-8''recording.webm"
    )
