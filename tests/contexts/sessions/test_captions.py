"""Captions while a candidate speaks, over a real WebSocket of the web role's own server."""

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.factories.candidates import SAMPLES, begin
from tests.factories.interviews import AUDIO, TEXT, VIDEO
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from colloquy.contexts.sessions.policy import rules
from colloquy.contexts.sessions.public import LiveCaptions
from colloquy.contexts.sessions.routes import captioning
from colloquy.kit import clock
from colloquy.kit.address import PublicAddress
from colloquy.kit.ids import new_id
from colloquy.providers.speech.fake import FakeLiveSpeech, FakeSpeech
from colloquy.providers.speech.port import SpeechUnavailable
from colloquy.roles.web import server

SPOKEN = b"\x01\x00" * 4_800
"""0.3 s that are not silence: a word of the fake's."""
FIRST_WORDS = [{"text": "I", "final": False}, {"text": "I measured", "final": False}]
QUICK = replace(VIDEO, think_seconds=0)


class Talking(FakeSpeech):
    """A recogniser whose kind can listen live."""

    def __init__(self, *, live: bool = True) -> None:
        super().__init__()
        self.capabilities = replace(self.capabilities, live=live)


@pytest.fixture
def live():
    return FakeLiveSpeech("I measured the problem today")


@pytest.fixture
def offer(runtime, live):
    """`offer(seats=1)`: what this process can do about captions, for this test."""
    before = runtime.provided.get(LiveCaptions)

    def put(*, seats=4, recogniser=None, listener=live):
        runtime.provided.put(LiveCaptions, LiveCaptions(recogniser or Talking(), listener, seats))

    put()
    yield put
    runtime.provided.put(LiveCaptions, before)


@pytest.fixture
async def host(app, runtime, offer):
    """Host and port of the served product."""
    serving = server(app, runtime)
    serving.config.port = 0
    task = asyncio.create_task(serving.serve())
    await _until(lambda: serving.started)
    yield f"127.0.0.1:{serving.servers[0].sockets[0].getsockname()[1]}"
    serving.should_exit = True
    await task


@pytest.fixture
def connecting(host):
    """`async with connecting(candidate, take) as socket`: as that candidate's browser does."""

    @asynccontextmanager
    async def do(candidate, take_id, *, cookie=None, origin=f"http://{host}"):
        cookie = cookie or f"colloquy_candidate={candidate.key}.{candidate.token}"
        headers = {"Cookie": cookie} if cookie else {}
        address = f"ws://{host}/ws/captions/{take_id}"
        async with connect(address, additional_headers=headers, origin=origin, compression=None, proxy=None) as socket:
            yield socket

    return do


@pytest.fixture
def recording(answering):
    """`made, candidate, take = await recording()`: somebody who is recording just now."""

    async def make(draft=QUICK, **description):
        made, candidate = await answering(draft, **description)
        question = (await candidate.room())["question"]
        return made, candidate, await candidate.open_take(question)

    return make


async def _said(socket, count):
    return [json.loads(await asyncio.wait_for(socket.recv(), 10)) for _ in range(count)]


async def _refused(connecting, candidate, take_id, **how):
    with pytest.raises(InvalidStatus) as answer:
        async with connecting(candidate, take_id, **how):
            pass
    return answer.value.response.status_code


async def _closed(socket):
    """The reason that the server gives, and its code."""
    reason = None
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            reason = json.loads(await asyncio.wait_for(socket.recv(), 10)).get("closed", reason)
    return reason, closed.value.rcvd.code


async def _until(condition):
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


@pytest.mark.parametrize("draft", [QUICK, replace(AUDIO, think_seconds=0)], ids=["video", "audio"])
async def test_what_is_said_comes_back_as_words(recording, connecting, draft):
    _, candidate, take = await recording(draft)
    async with connecting(candidate, take["take_id"]) as socket:
        await socket.send(SPOKEN)
        await socket.send(SPOKEN)
        assert await _said(socket, 2) == FIRST_WORDS
        await socket.send(SPOKEN * 3)
        assert (await _said(socket, 3))[-1] == {"text": "I measured the problem today", "final": True}


async def test_the_recogniser_ends_when_the_candidate_leaves(recording, connecting, live):
    _, candidate, take = await recording()
    async with connecting(candidate, take["take_id"]) as socket:
        await socket.send(SPOKEN)
        await _said(socket, 1)
        assert live.open_now == 1
    await _until(lambda: live.open_now == 0)


async def test_nothing_is_stored_of_what_was_heard(recording, connecting, traces, offer):
    offer(listener=FakeLiveSpeech("Zebras cross quietly before dawn"))  # words of no other test
    _, candidate, take = await recording()
    async with connecting(candidate, take["take_id"]) as socket:
        await socket.send(SPOKEN * 3)
        await _said(socket, 3)
    assert traces("Zebras cross") == set()


async def test_a_browser_without_a_key_gets_no_connection(recording, connecting):
    _, candidate, take = await recording()
    assert await _refused(connecting, candidate, take["take_id"], cookie="colloquy_language=en") == 403
    broken = f"colloquy_candidate={candidate.key}x.{candidate.token}"
    assert await _refused(connecting, candidate, take["take_id"], cookie=broken) == 403


async def test_another_candidate_of_the_same_interview_gets_no_connection(api, recording, connecting):
    made, _, take = await recording()
    other = await begin(api, made.token, email="grace@example.com")
    await other.agree()
    assert await _refused(connecting, other, take["take_id"]) == 403


async def test_a_candidate_of_another_organisation_gets_no_connection(recording, connecting):
    _, candidate, _ = await recording()
    _, _, foreign = await recording()
    assert await _refused(connecting, candidate, foreign["take_id"]) == 403
    assert await _refused(connecting, candidate, new_id()) == 403


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", None])
async def test_a_page_of_another_site_gets_no_connection(recording, connecting, origin):
    _, candidate, take = await recording()
    assert await _refused(connecting, candidate, take["take_id"], origin=origin) == 403


async def test_the_configured_address_is_ours_behind_a_proxy_that_changes_the_host(runtime, recording, connecting):
    _, candidate, take = await recording()
    async with connecting(candidate, take["take_id"], origin=runtime.provided.get(PublicAddress).origin) as socket:
        await socket.send(SPOKEN)
        assert await _said(socket, 1) == FIRST_WORDS[:1]


async def test_a_take_that_has_ended_has_no_captions(recording, connecting):
    _, candidate, take = await recording()
    await candidate.post(f"/room/takes/{take['take_id']}/finish", {"duration_seconds": 3.0})
    assert await _refused(connecting, candidate, take["take_id"]) == 403


async def test_a_question_that_is_answered_has_no_captions(answering, connecting):
    _, candidate = await answering(QUICK, TEXT)
    question = (await candidate.room())["question"]
    unused = await candidate.open_take(question)
    await candidate.answer_with(question, (SAMPLES / "strong" / "answer-1.webm").read_bytes())
    assert await _refused(connecting, candidate, unused["take_id"]) == 403


async def test_a_take_over_its_limit_has_no_captions(recording, connecting):
    _, candidate, take = await recording()
    with clock.travelled(timedelta(seconds=VIDEO.answer_seconds + 1)):
        assert await _refused(connecting, candidate, take["take_id"]) == 403


async def test_who_has_withdrawn_has_no_captions(recording, connecting):
    _, candidate, take = await recording()
    assert (await candidate.post("/withdraw", {"erase": False})).is_success
    assert await _refused(connecting, candidate, take["take_id"]) == 403


async def test_sound_faster_than_life_is_refused(recording, connecting, live):
    _, candidate, take = await recording()
    async with connecting(candidate, take["take_id"]) as socket:
        for _ in range(5):
            await socket.send(SPOKEN * 3)  # 4.5 s at once
        assert await _closed(socket) == ("too_fast", 1008)
    assert live.open_now == 0


@pytest.mark.parametrize(
    "message", ["words", b"\x01\x00\x01", b"", bytes(32_002)], ids=["text", "odd", "empty", "large"]
)
async def test_what_is_not_sound_is_refused(recording, connecting, message):
    _, candidate, take = await recording()
    async with connecting(candidate, take["take_id"]) as socket:
        await socket.send(message)
        assert await _closed(socket) == ("malformed", 1003)


async def test_a_message_without_measure_is_not_even_read(recording, connecting):
    _, candidate, take = await recording()
    async with connecting(candidate, take["take_id"]) as socket:
        with pytest.raises(ConnectionClosed) as closed:
            await socket.send(bytes(1 << 20))
            await asyncio.wait_for(socket.recv(), 10)
    assert closed.value.rcvd.code == 1009


async def test_a_silent_line_is_closed(recording, connecting, monkeypatch):
    monkeypatch.setattr(captioning, "SILENT_SECONDS", 0.1)
    _, candidate, take = await recording()
    async with connecting(candidate, take["take_id"]) as socket:
        assert await _closed(socket) == ("silent", 1001)


async def test_the_end_of_the_answer_ends_the_captions(recording, connecting, monkeypatch):
    monkeypatch.setattr(rules, "GRACE_SECONDS", 0.2)
    _, candidate, take = await recording()
    with clock.travelled(timedelta(seconds=VIDEO.answer_seconds - 0.5)):
        async with connecting(candidate, take["take_id"]) as socket:
            assert await _closed(socket) == ("over", 1000)


async def test_when_all_seats_are_taken_it_says_so(api, offer, answering, connecting, live):
    offer(seats=1)
    made, first = await answering(QUICK)
    one = await first.open_take((await first.room())["question"])
    second = await begin(api, made.token, email="grace@example.com")
    await second.agree()
    other = await second.open_take((await second.room())["question"])
    async with connecting(first, one["take_id"]) as socket:
        await socket.send(SPOKEN)
        await _said(socket, 1)
        async with connecting(second, other["take_id"]) as waiting:
            assert await _closed(waiting) == ("full", 1013)
        await socket.send(SPOKEN)  # nobody is disturbed
        assert await _said(socket, 1) == FIRST_WORDS[1:]
    await _until(lambda: live.open_now == 0)
    async with connecting(second, other["take_id"]) as socket:
        await socket.send(SPOKEN)
        assert await _said(socket, 1) == FIRST_WORDS[:1]


async def test_who_comes_again_gets_the_same_seat(offer, recording, connecting):
    offer(seats=1)
    _, candidate, take = await recording()
    async with connecting(candidate, take["take_id"]) as lost, connecting(candidate, take["take_id"]) as again:
        assert await _closed(lost) == ("elsewhere", 1000)
        await again.send(SPOKEN)
        assert await _said(again, 1) == FIRST_WORDS[:1]


async def test_a_recogniser_that_fails_says_so(offer, recording, connecting):
    offer(listener=FakeLiveSpeech(fails=SpeechUnavailable("It is gone.")))
    _, candidate, take = await recording()
    async with connecting(candidate, take["take_id"]) as socket:
        await socket.send(SPOKEN)
        assert await _closed(socket) == ("failed", 1011)


@pytest.mark.parametrize("how", [{"seats": 0}, {"recogniser": Talking(live=False)}], ids=["off", "cannot listen"])
async def test_where_there_are_none_there_is_no_connection(offer, recording, connecting, how):
    _, candidate, take = await recording()
    offer(**how)
    assert await _refused(connecting, candidate, take["take_id"]) == 403


async def _room_page(api, candidate):
    api.cookies.set("colloquy_candidate", f"{candidate.key}.{candidate.token}")
    page = await api.get(f"/{candidate.token}/room")
    assert page.status_code == 200
    return page.text


async def test_the_room_offers_them_where_the_recogniser_listens(api, offer, recording):
    _, candidate, _ = await recording()
    page = await _room_page(api, candidate)
    assert "Captions while I speak" in page
    assert "Not stored and not judged." in page


@pytest.mark.parametrize("how", [{"seats": 0}, {"recogniser": Talking(live=False)}], ids=["off", "cannot listen"])
async def test_the_room_says_nothing_of_them_where_there_are_none(api, offer, recording, how):
    offer(**how)
    _, candidate, _ = await recording()
    assert "Captions while I speak" not in await _room_page(api, candidate)


async def test_an_interview_in_a_language_it_does_not_know_offers_none(api, offer, recording, connecting):
    _, candidate, take = await recording(language="ru")
    assert await _refused(connecting, candidate, take["take_id"]) == 403
    assert 'data-part="captions-on"' not in await _room_page(api, candidate)
