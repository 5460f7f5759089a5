"""Another device: a one-time code by mail, one room, and what the devices are called."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from tests.factories.candidates import CandidateClient
from tests.factories.interviews import TEXT, VIDEO

from colloquy.contexts.sessions import public as sessions
from colloquy.contexts.sessions.policy.devices import device_label
from colloquy.kit import clock
from colloquy.kit.crypto import Secret

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/19.1 Mobile/15E148 Safari/604.1"
)
ANSWER = "In March our payment service lost orders. I measured it, found a lock, and cut failures by forty percent."


@pytest.fixture
def sent_code(runtime):
    """`await sent_code(made, candidate)`: the code in the letter that is being sent, or None."""

    async def find(made, candidate) -> str | None:
        secret, scope = runtime.provided.get(Secret), made.organisation.scope
        async with runtime.database.begin(scope) as db:
            letter = await sessions.continue_letter_facts(db, secret, scope, UUID(candidate.session_id))
        return letter and letter.code

    return find


async def _ask(api, made, email="ADA@example.com"):
    return await api.post(f"/api/public/interview/{made.token}/continue", json={"email": email})


async def _confirm(api, made, code, email="ada@example.com", agent=IPHONE):
    return await api.post(
        f"/api/public/interview/{made.token}/continue/confirm",
        json={"email": email, "code": code},
        headers={"user-agent": agent},
    )


async def test_the_code_opens_the_interview_where_it_was_left(api, answering, sent_code):
    made, candidate = await answering(TEXT, TEXT)
    await candidate.write((await candidate.room())["question"], ANSWER)
    assert (await _ask(api, made)).status_code == 202
    answer = await _confirm(api, made, await sent_code(made, candidate))
    assert (answer.status_code, answer.json()["session_id"]) == (201, candidate.session_id)
    api.cookies.clear()
    phone = CandidateClient(api, made.token, candidate.session_id, answer.json()["key"])
    assert (await phone.room())["question"]["number"] == 2
    assert (await candidate.room())["question"]["number"] == 2


async def test_the_newest_device_has_the_room_and_the_other_learns_its_name(api, answering, sent_code):
    made, candidate = await answering(VIDEO)
    await candidate.post("/room/tab", {"tab": "laptop-tab"})
    question = (await candidate.room())["question"]
    await candidate.open_take(question)
    await _ask(api, made)
    key = (await _confirm(api, made, await sent_code(made, candidate))).json()["key"]
    api.cookies.clear()
    phone = CandidateClient(api, made.token, candidate.session_id, key)
    await phone.post("/room/tab", {"tab": "phone-tab"})
    late = await candidate.post("/room/open", {"question_id": question["id"], "tab": "laptop-tab"})
    assert (late.status_code, late.json()["code"], late.json()["device"]) == (
        409,
        "opened_elsewhere",
        "iPhone · Safari",
    )
    assert [take["here"] for take in (await phone.look())["takes"]] == [False]
    assert [take["here"] for take in (await candidate.look())["takes"]] == [True]


async def test_a_strangers_address_gets_the_same_answer_and_no_code(api, answering, sent_code):
    made, candidate = await answering(TEXT)
    known, unknown = await _ask(api, made), await _ask(api, made, "eve@example.com")
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json()) == (202, {})
    refused = await _confirm(api, made, await sent_code(made, candidate), email="eve@example.com")
    assert (refused.status_code, refused.json()["code"]) == (422, "wrong_code")


async def test_five_wrong_codes_spend_it(api, answering, sent_code):
    made, candidate = await answering(TEXT)
    await _ask(api, made)
    right = await sent_code(made, candidate)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for _ in range(5):
        assert (await _confirm(api, made, wrong)).status_code == 422
    assert (await _confirm(api, made, right)).status_code == 422


async def test_a_code_is_good_once_even_a_hundred_times_at_once(api, answering, sent_code):
    made, candidate = await answering(TEXT)
    await _ask(api, made)
    code = await sent_code(made, candidate)
    answers = await asyncio.gather(*(_confirm(api, made, code) for _ in range(100)))
    assert sorted(answer.status_code for answer in answers) == [201, *[422] * 99]


async def test_a_code_ends_after_ten_minutes(api, answering, sent_code):
    made, candidate = await answering(TEXT)
    await _ask(api, made)
    code = await sent_code(made, candidate)
    with clock.travelled(timedelta(minutes=10, seconds=1)):
        assert (await _confirm(api, made, code)).status_code == 422
    with clock.travelled(timedelta(minutes=9, seconds=50)):
        assert (await _confirm(api, made, code)).status_code == 201


async def test_nobody_has_more_than_five_codes_sent_an_hour(api, answering, sent_code):
    made, candidate = await answering(TEXT)
    codes = []
    for _ in range(7):
        await _ask(api, made)
        codes.append(await sent_code(made, candidate))
    assert codes[4] == codes[5] == codes[6]
    with clock.travelled(timedelta(minutes=61)):
        await _ask(api, made)
        assert await sent_code(made, candidate) not in {None, codes[4]}


async def test_the_pages_lead_from_the_address_to_the_room(browser_client, answering, sent_code):
    made, candidate = await answering(TEXT)
    browser = await browser_client()
    page = await browser.get(f"/{made.token}/continue")
    assert page.status_code == 200
    await browser.submit(f"/{made.token}/continue", {"email": "ada@example.com"})
    wrong = await browser.submit(f"/{made.token}/continue/code", {"email": "ada@example.com", "code": "x"})
    assert wrong.status_code == 422
    code = await sent_code(made, candidate)
    right = await browser.submit(f"/{made.token}/continue/code", {"email": "ada@example.com", "code": code})
    assert (right.status_code, right.headers["location"]) == (303, f"/{made.token}/check")


@pytest.mark.parametrize(
    ("agent", "label"),
    [
        (IPHONE, "iPhone · Safari"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Windows · Edge"),
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/130.0 Mobile Safari/537.36", "Android · Chrome"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Linux · Firefox"),
        ("<script>alert(1)</script>", ""),
    ],
)
def test_a_device_is_named_by_our_words_alone(agent, label):
    assert device_label(agent) == label
