"""Captions that candidates bring become the transcript; what is wrong with a file is said by line."""

import pytest
from tests.contexts.media.making import found, send, transcript
from tests.factories.candidates import SAMPLES

from colloquy.contexts.media import public as media
from colloquy.contexts.media.policy.brought import transcript_of
from colloquy.kit.errors import Malformed

WEBM = (SAMPLES / "weak" / "answer-1.webm").read_bytes()
VTT = """WEBVTT - mine

STYLE
::cue { color: red }

1
00:01.000 --> 00:04.000 align:start
<v Ada>I led the migration,
and &lt;nothing&gt; was lost.

NOTE a remark

00:00:05.500 --> 00:00:09.000
Then – we measured.
"""
SRT = """1\r
00:00:01,000 --> 00:00:04,000\r
{\\an8}<i>I led the migration,</i>\r
\r
2\r
00:00:05,500 --> 00:00:09,000\r
then we measured.\r
"""


def test_web_captions_are_read():
    made = transcript_of(VTT, "vtt", language="en", seconds=10.0)
    assert made.text == "I led the migration, and <nothing> was lost. Then – we measured."
    first, measured = made.words[0], made.words[-1]
    assert (first.text, first.start) == ("I", 1.0)
    assert measured.text == "measured"
    assert 5.5 < measured.start < measured.end == 9.0
    assert (made.recogniser, made.confidence, made.low_accuracy) == ("captions:candidate", None, False)
    assert (made.speech_seconds, made.audio_seconds) == (6.5, 10.0)


def test_subrip_is_read():
    assert transcript_of(SRT, "srt", language="en", seconds=None).text == "I led the migration, then we measured."


def test_plain_text_is_spread_over_the_recording():
    made = transcript_of("one two\n\nthree four", "txt", language="en", seconds=8.0)
    assert (made.text, made.words[-1].end) == ("one two three four", 8.0)


def test_captions_that_overlap_keep_their_order():
    text = "WEBVTT\n\n00:01.000 --> 00:09.000\na b c d\n\n00:02.000 --> 00:03.000\ne f\n"
    made = transcript_of(text, "vtt", language="en", seconds=10.0)
    assert [word.text for word in made.words] == list("abcdef")


@pytest.mark.parametrize(
    ("text", "form", "says"),
    [
        ("", "txt", "no words"),
        ("— … !", "txt", "no words"),
        ("00:01.000 --> 00:02.000\nhello", "vtt", "begins with the word WEBVTT"),
        ("WEBVTT\n\nhello there", "vtt", "Line 3"),
        ("1\n00:00:01,000 -> 00:00:02,000\nhello", "srt", "Line 1"),
        ("1\n00:00:05,000 --> 00:00:02,000\nhello", "srt", "ends before it begins"),
        ("1\n00:00:05,000 --> 00:00:06,000\na\n\n2\n00:00:01,000 --> 00:00:02,000\nb", "srt", "line 5"),
        ("1\n00:00:05,000 --> 00:01:06,000\nhello", "srt", "1:06, but the recording is 0:10"),
        ("a" * 100_001, "txt", "100,000"),
    ],
)
def test_what_is_wrong_is_said(text, form, says):
    with pytest.raises(Malformed) as refused:
        transcript_of(text, form, language="en", seconds=10.0)
    assert says in refused.value.message


async def _give(runtime, scope, recording_id, text, form="vtt"):
    async with runtime.database.begin(scope) as db:
        await media.give_captions(db, scope, recording_id, text, form)


async def test_they_replace_the_recogniser_and_pass_the_gate(runtime, make_organisation, run_jobs, queued):
    await run_jobs()
    scope = (await make_organisation()).scope
    recording_id = await send(runtime, scope, WEBM)
    await _give(runtime, scope, recording_id, "Yes.", "txt")  # too little for a recogniser, and the wrong language
    async with runtime.database.begin(scope) as db:
        await media.request_transcript(db, scope, recording_id)
    await run_jobs()
    stored = await transcript(runtime, scope, recording_id)
    assert (stored.transcript.text, stored.scorable, stored.version) == ("Yes.", True, 1)
    assert (await found(runtime, scope, recording_id)).transcript_state == "ready"

    await _give(runtime, scope, recording_id, VTT)
    await _give(runtime, scope, recording_id, VTT)
    stored = await transcript(runtime, scope, recording_id)
    assert (stored.version, stored.transcript.words[0].start) == (2, 1.0)
    assert stored.transcript.audio_seconds == (await found(runtime, scope, recording_id)).duration_seconds


async def test_they_belong_to_a_recording_that_can_be_used(runtime, make_organisation, run_jobs):
    await run_jobs()
    scope, other = (await make_organisation()).scope, (await make_organisation()).scope
    file_id = await send(runtime, scope, b"%PDF-1.7", kind="file", file_name="a.pdf")
    broken_id = await send(runtime, scope, b"this is no recording")
    await run_jobs()
    for recording_id in (file_id, broken_id):
        with pytest.raises(media.CaptionsNotPossible):
            await _give(runtime, scope, recording_id, VTT)
    with pytest.raises(Exception, match="no such recording"):
        await _give(runtime, other, file_id, VTT)
