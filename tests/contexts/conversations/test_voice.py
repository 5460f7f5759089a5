"""Voice messages: stored, turned into text in the background, and the conversation goes on from it."""

from __future__ import annotations

import asyncio
import subprocess
from datetime import timedelta
from functools import cache
from uuid import UUID, uuid4

import pytest
from tests.contexts.conversations.talking import ANSWER, events
from tests.contexts.sessions.erased import erase_now
from tests.factories.candidates import SAMPLES

from colloquy.contexts.conversations import public as conversations
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.providers.speech.fake import FakeSpeech
from colloquy.providers.speech.port import SpeechRefused, SpeechToText
from colloquy.providers.transcoder.ffmpeg import find_ffmpeg

SPOKEN = "I found the missing lock myself and wrote a test that showed the lost orders before I changed anything."


@pytest.fixture
async def hears(runtime, run_jobs):
    """`hears("words")`: what the recogniser hears from now on."""
    await run_jobs()
    before = runtime.provided.get(SpeechToText)

    def use(*args, **kwargs) -> FakeSpeech:
        speech = FakeSpeech(*args, **kwargs)
        runtime.provided.put(SpeechToText, speech)
        return speech

    yield use
    runtime.provided.put(SpeechToText, before)


@cache
def short_voice() -> bytes:
    """Six seconds of somebody speaking, as a browser's recorder writes them."""
    source = SAMPLES / "strong" / "answer-1.webm"
    command = [find_ffmpeg(), "-v", "error", "-i", source, "-vn", "-t", "6", "-c", "copy", "-f", "webm", "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout


async def send(talker, data: bytes | None = None, name: UUID | None = None, **form):
    files = {"file": ("voice.webm", short_voice() if data is None else data, "audio/webm")}
    fields = {"conversation_id": talker.conversation_id, "client_message_id": str(name or uuid4()), **form}
    return await talker.client.post("/api/interview/upload-voice", data=fields, files=files, headers=talker.headers)


async def stored(runtime, talker):
    scope = Scope(UUID(hex=talker.candidate.key.split(".")[0]))
    async with runtime.database.begin(scope) as db:
        return (await conversations.conversations_of(db, scope, UUID(talker.candidate.session_id)))[0]


async def test_its_words_arrive_and_the_conversation_goes_on_from_them(talker, hears, run_jobs, runtime):
    hears(SPOKEN)
    await talker.go_on()
    response = await send(talker)
    assert response.status_code == 202, response.text
    assert response.json()["message"]["state"] == "transcribing"
    assert response.json()["conversation"]["turn"] == "candidate"
    await run_jobs()

    message = (await talker.history())["messages"][2]
    assert (message["kind"], message["state"], message["text"]) == ("voice", "complete", SPOKEN)
    page = await talker.go_on()
    assert page.reply["seq"] == 4
    ended = await talker.post("/chat/end", talker.body())
    assert ended["conversation"]["handed_in"]


async def test_one_can_listen_to_oneself_by_a_signed_address(talker, hears, run_jobs):
    hears(SPOKEN)
    await talker.go_on()
    await send(talker)
    await run_jobs()
    message = (await talker.history())["messages"][2]
    played = await talker.client.get(message["playback"])

    assert played.status_code == 200
    assert played.headers["content-type"].startswith(("audio/", "video/"))


async def test_the_text_is_pushed_to_who_looks(talker, hears, run_jobs, news):
    hears(SPOKEN)
    await talker.go_on()
    got = asyncio.Queue()

    async def listen() -> None:
        address = f"/api/interview/{talker.conversation_id}/events"
        async with talker.client.stream("GET", address, headers=talker.headers) as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            async for event in events(response):
                got.put_nowait(event)

    listening = asyncio.create_task(listen())
    assert (await got.get()).name == "sync"
    await send(talker)
    states = []
    await run_jobs()
    while "complete" not in states:
        event = await asyncio.wait_for(got.get(), 10)
        if event.name == "message":
            states.append(event.data["state"])
            text = event.data["text"]
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)

    assert states[0] == "transcribing"
    assert text == SPOKEN


@pytest.mark.parametrize(
    "speech",
    [{"says": ""}, {"fails": SpeechRefused("recogniser_unavailable", "Away.")}, {"says": SPOKEN, "confidence": 0.1}],
    ids=["silence", "no recogniser", "uncertain"],
)
async def test_without_words_one_is_asked_to_write_or_record_again(talker, hears, run_jobs, speech):
    hears(**speech)
    await talker.go_on()
    await send(talker)
    await run_jobs()
    history = await talker.history()

    message = history["messages"][2]
    assert (message["state"], message["text"]) == ("unclear", "")
    assert "record the message again" in message["note"]
    assert history["conversation"]["turn"] == "candidate"
    page = await talker.say(ANSWER)
    assert page.reply["seq"] == 5


async def test_a_short_word_is_an_answer_too(talker, hears, run_jobs):
    hears("Yes twice.")
    await talker.go_on()
    await send(talker)
    await run_jobs()

    assert (await talker.history())["messages"][2]["text"] == "Yes twice."


async def test_the_same_message_sent_twice_is_stored_once(talker, hears, run_jobs, runtime, owner_connection):
    hears(SPOKEN)
    await talker.go_on()
    name = uuid4()
    responses = await asyncio.gather(*(send(talker, name=name) for _ in range(4)))
    again = await send(talker, name=name)

    assert {response.status_code for response in (*responses, again)} == {202}
    assert len({response.json()["message"]["id"] for response in (*responses, again)}) == 1
    await run_jobs()
    voices = owner_connection.execute(
        "select count(*) from voices v join recordings r on r.id = v.recording_id where v.session_id = %s",
        [talker.candidate.session_id],
    ).fetchone()
    assert voices == (1,)


TOO_LARGE = b"\x1aE\xdf\xa3" + bytes(26 << 20)


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [(b"", 422, "voice_empty"), (b"not a recording", 415, "not_a_recording"), (TOO_LARGE, 413, "voice_too_large")],
    ids=["empty", "text", "large"],
)
async def test_what_is_no_voice_is_refused(talker, data, status, code):
    await talker.go_on()
    response = await send(talker, data)

    assert response.status_code == status, response.text
    assert response.json()["code"] == code
    assert len(await talker.texts()) == 2


async def test_a_file_that_only_begins_like_a_recording_asks_to_try_again(talker, hears, run_jobs):
    hears(SPOKEN)
    await talker.go_on()
    await send(talker, short_voice()[:300])
    await run_jobs()

    assert (await talker.history())["messages"][2]["state"] == "unclear"


async def test_it_is_refused_where_a_text_would_be(talker):
    await talker.go_on()
    await talker.post("/chat/end", talker.body())
    assert (await send(talker)).json()["code"] == "conversation_over"


async def test_somebody_elses_conversation_takes_no_voice(talker):
    response = await send(talker, conversation_id=str(uuid4()))
    assert (response.status_code, response.json()["code"]) == (404, "conversation_not_found")


async def test_ending_waits_for_words_that_are_on_their_way(talker, hears, run_jobs, runtime):
    hears(SPOKEN)
    await talker.go_on()
    await send(talker)
    assert await talker.refused(talker.body(), "/chat/end") == (409, "voice_under_way")
    await run_jobs()
    assert (await talker.post("/chat/end", talker.body()))["conversation"]["handed_in"]


async def test_when_the_time_ends_the_words_on_their_way_still_count(
    talker, hears, run_jobs, runtime, owner_connection
):
    hears(SPOKEN)
    await talker.go_on()
    await send(talker)
    with clock.travelled(timedelta(seconds=700)):
        page = await talker.go_on()
        assert page.standing == page.standing | {"state": "closed", "handed_in": False}
        await run_jobs()
        assert (await talker.history())["conversation"]["handed_in"]

    answer = owner_connection.execute(
        "select text from answers where session_id = %s", [talker.candidate.session_id]
    ).fetchone()
    assert answer == (SPOKEN,)


async def test_a_voice_message_can_be_corrected_in_writing(talker, hears, run_jobs, runtime):
    hears(SPOKEN)
    await talker.go_on()
    message = (await send(talker)).json()["message"]
    await run_jobs()
    response = await talker.client.patch(
        f"/api/interview/messages/{message['id']}",
        json={"text": ANSWER, "client_message_id": str(uuid4())},
        headers=talker.headers,
    )
    assert response.status_code == 200, response.text

    kept = (await stored(runtime, talker)).messages
    assert [(m.kind, m.text, m.superseded) for m in kept if m.who == "candidate"] == [
        ("voice", SPOKEN, True),
        ("text", ANSWER, False),
    ]


async def test_erasure_takes_the_recordings_with_it(talker, hears, run_jobs, owner_connection, runtime):
    hears(SPOKEN)
    await talker.go_on()
    await send(talker)
    await run_jobs()
    recording = owner_connection.execute(
        "select recording_id from voices where session_id = %s", [talker.candidate.session_id]
    ).fetchone()
    await erase_now(runtime, talker.candidate)
    await run_jobs()

    for table in ("voices where recording_id", "recordings where id", "transcripts where recording_id"):
        assert owner_connection.execute(f"select count(*) from {table} = %s", recording).fetchone() == (0,)


async def test_erased_before_its_words_came_nothing_breaks(talker, hears, run_jobs, queued, runtime):
    hears(SPOKEN)
    await talker.go_on()
    await send(talker)
    await erase_now(runtime, talker.candidate)
    await run_jobs()

    assert "media.transcribe" not in await queued(UUID(hex=talker.candidate.key.split(".")[0]))
