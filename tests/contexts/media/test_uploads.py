"""tus 1.0 as clients meet it: creation, HEAD, PATCH, termination, expiration, checksum."""

import asyncio
import base64
import hashlib
from datetime import timedelta

import pytest
from tests.factories.candidates import SAMPLES, TUS, begin
from tests.factories.interviews import VIDEO, publish_interview

from colloquy.kit import clock

WEBM = (SAMPLES / "weak" / "answer-1.webm").read_bytes()
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}


@pytest.fixture
async def made(runtime, make_organisation):
    return await publish_interview(runtime, await make_organisation(), VIDEO)


@pytest.fixture
async def candidate(api, made):
    ada = await begin(api, made.token)
    await ada.agree()
    return ada


@pytest.fixture
async def address(candidate):
    return (await candidate.open_take((await candidate.room())["question"]))["upload_url"]


async def test_the_server_says_what_it_can(api):
    response = await api.options("/api/public/uploads")
    assert response.status_code == 204
    assert response.headers["tus-version"] == "1.0.0"
    extensions = set(response.headers["tus-extension"].split(","))
    assert extensions == {"creation", "creation-defer-length", "termination", "expiration", "checksum"}
    assert "sha256" in response.headers["tus-checksum-algorithm"]


async def test_each_answer_says_until_when_it_may_be_continued(api, address):
    head = await api.head(address, headers=TUS)
    assert (head.status_code, head.headers["upload-offset"], head.headers["cache-control"]) == (200, "0", "no-store")
    assert head.headers["upload-expires"].endswith("GMT")


async def test_another_version_of_the_protocol_is_refused(api, address):
    response = await api.head(address, headers={"Tus-Resumable": "0.2.2"})
    assert response.status_code == 412


async def test_an_address_that_nobody_made_is_not_there(api):
    response = await api.head("/api/public/uploads/AAAAAAAAAAAAAAAAAAAAAA", headers=TUS)
    assert response.status_code == 404


@pytest.mark.parametrize("offset", ["", "-1", "1.5", "abc", "9" * 40])
async def test_an_offset_that_is_no_number_is_refused(api, address, offset):
    response = await api.patch(address, content=b"x", headers={**PIECE, "Upload-Offset": offset})
    assert (response.status_code, response.json()["code"]) == (400, "wrong_upload_request")


async def test_a_piece_of_another_type_is_refused(api, address):
    headers = {**TUS, "Upload-Offset": "0", "Content-Type": "video/webm"}
    assert (await api.patch(address, content=b"x", headers=headers)).status_code == 415


def _checksum(data, name="sha256"):
    return f"{name} {base64.b64encode(hashlib.new(name, data).digest()).decode()}"


async def test_a_piece_with_its_checksum_is_kept(api, address):
    headers = {**PIECE, "Upload-Offset": "0", "Upload-Checksum": _checksum(WEBM[:500])}
    assert (await api.patch(address, content=WEBM[:500], headers=headers)).headers["upload-offset"] == "500"


async def test_a_piece_that_is_not_what_was_promised_is_not_kept(api, address):
    headers = {**PIECE, "Upload-Offset": "0", "Upload-Checksum": _checksum(b"something else")}
    assert (await api.patch(address, content=WEBM[:500], headers=headers)).status_code == 460
    assert (await api.head(address, headers=TUS)).headers["upload-offset"] == "0"


async def test_an_unknown_checksum_is_refused(api, address):
    headers = {**PIECE, "Upload-Offset": "0", "Upload-Checksum": "crc32 AAAA"}
    assert (await api.patch(address, content=b"x", headers=headers)).status_code == 400


async def test_the_length_may_come_alone_when_all_bytes_had_left(api, address):
    await api.patch(address, content=WEBM, headers={**PIECE, "Upload-Offset": "0"})
    headers = {**PIECE, "Upload-Offset": str(len(WEBM)), "Upload-Length": str(len(WEBM))}
    last = await api.patch(address, content=b"", headers=headers)
    assert (last.status_code, last.headers["upload-length"]) == (204, str(len(WEBM)))


async def test_more_bytes_than_the_length_are_refused(api, address):
    headers = {**PIECE, "Upload-Offset": "0", "Upload-Length": "100"}
    response = await api.patch(address, content=WEBM[:500], headers=headers)
    assert (response.status_code, response.json()["code"]) == (413, "upload_too_large")


async def test_a_given_up_upload_is_gone(api, candidate, address):
    await api.patch(address, content=WEBM[:500], headers={**PIECE, "Upload-Offset": "0"})
    assert (await api.delete(address, headers=TUS)).status_code == 204
    assert (await api.head(address, headers=TUS)).status_code == 410
    assert (await candidate.room())["question"]["takes_used"] == 0


async def test_a_whole_upload_cannot_be_given_up(api, candidate):
    question = (await candidate.room())["question"]
    take = await candidate.open_take(question)
    await candidate.send(take, WEBM)
    response = await api.delete(take["upload_url"], headers=TUS)
    assert (response.status_code, response.json()["code"]) == (409, "upload_finished")


async def test_an_unfinished_upload_ends_after_its_time(api, address):
    await api.patch(address, content=WEBM[:500], headers={**PIECE, "Upload-Offset": "0"})
    with clock.travelled(timedelta(hours=49)):
        response = await api.patch(address, content=WEBM[500:], headers={**PIECE, "Upload-Offset": "500"})
    assert (response.status_code, response.json()["code"]) == (410, "upload_expired")


async def test_of_two_writers_at_once_one_wins_and_nothing_is_mixed(api, address):
    headers = {**PIECE, "Upload-Offset": "0"}

    async def dripping(byte):
        for _ in range(20):
            yield byte * 50
            await asyncio.sleep(0.005)

    answers = await asyncio.gather(*(api.patch(address, content=dripping(b), headers=headers) for b in (b"a", b"b")))
    assert sorted(response.status_code for response in answers) in ([204, 409], [204, 423])
    assert (await api.head(address, headers=TUS)).headers["upload-offset"] == "1000"


async def test_a_lost_last_acknowledgement_costs_nothing(runtime, api, candidate, run_jobs):
    """The bytes are on the disk and the row was never told, as when the process dies between the two."""
    from uuid import UUID

    from colloquy.contexts.media.service import receive
    from colloquy.contexts.sessions import queries
    from colloquy.kit.db import Scope
    from colloquy.providers.storage.spool import UploadSpool

    question = (await candidate.room())["question"]
    take = await candidate.open_take(question)
    await api.patch(take["upload_url"], content=WEBM[:500], headers={**PIECE, "Upload-Offset": "0"})
    org_id = UUID(hex=candidate.key.split(".")[0])
    async with runtime.database.begin(Scope(org_id)) as db:
        row = await queries.take(db, Scope(org_id), UUID(take["take_id"]))
        await receive.declare_length(db, Scope(org_id), row.recording_id, len(WEBM))

    async def rest():
        yield WEBM[500:]

    spool = runtime.provided.get(UploadSpool)
    await spool.append(receive.spool_name(row.recording_id), 500, rest(), limit=len(WEBM))

    finished = await candidate.post(f"/room/takes/{take['take_id']}/finish", {"duration_seconds": 26})
    assert finished.json() == {"state": "saved"}
