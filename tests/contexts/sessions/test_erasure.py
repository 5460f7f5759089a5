"""Somebody asks for it, and everything about a candidate is deleted, everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.contexts.reporting.candidates import hand_in
from tests.contexts.sessions.erased import STAYS, given_up, session, takes, until_certified
from tests.factories.answered import STRONG
from tests.factories.candidates import SAMPLES, TUS, CandidateClient, begin
from tests.factories.identity import unique_email
from tests.factories.interviews import TEXT, VIDEO, MadeInterview, publish_interview

from colloquy.contexts.identity.public import Role
from colloquy.contexts.media import public as media
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.providers.mail.kept import KeepsLetters

WEBM = (SAMPLES / "weak" / "answer-1.webm").read_bytes()
PIECE = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}


@dataclass(frozen=True, slots=True)
class Whole:
    """A candidate who was invited by letter and whose interview is wholly processed and judged by people."""

    made: MadeInterview
    candidate: CandidateClient
    name: str
    email: str
    takes: list[UUID]

    @property
    def scope(self):
        return self.made.organisation.scope

    @property
    def id(self) -> str:
        return self.candidate.session_id


@pytest.fixture
async def whole(runtime, api, make_organisation, sign_in, run_jobs) -> Whole:
    """Everything there can be about a candidate is there: an unused take half uploaded, scores, letters, a decision."""
    made = await publish_interview(runtime, await make_organisation(), VIDEO, TEXT)
    email = unique_email("zelda")
    name = f"Zelda {email.partition('@')[0]}"
    await sign_in(made.organisation)
    api.headers["idempotency-key"] = "once"
    invited = await api.post(f"/api/interviews/{made.id}/invitations", json={"people": f"{name} <{email}>"})
    del api.headers["idempotency-key"]
    link_id = invited.json()["invited"][0]["id"]
    address = (await api.get(f"/api/interviews/{made.id}/invitations/{link_id}/address")).json()["address"]
    await run_jobs()  # the invitation leaves while it is of use
    signed_in = api.headers.pop("authorization")
    candidate = await begin(api, address.rpartition("/")[2], name=name, email=email)
    await candidate.agree()
    question = (await candidate.room())["question"]
    abandoned = await candidate.open_take(question)
    assert (await api.patch(abandoned["upload_url"], content=WEBM[:50_000], headers=PIECE)).status_code == 204
    await candidate.answer_with(question, WEBM)
    await candidate.write((await candidate.room())["question"], f"{STRONG} {email} was my address then.")
    await candidate.complete()
    await run_jobs()
    api.headers["authorization"] = signed_in
    scored = await api.post(f"/api/sessions/{candidate.session_id}/review", json={"levels": {"ownership": 4}})
    assert scored.status_code == 200, scored.text
    decided = await api.post(
        f"/api/sessions/{candidate.session_id}/decision",
        json={"outcome": "advance", "reason": f"{name} was calm and honest."},
    )
    assert decided.status_code == 200, decided.text
    await run_jobs()
    recorded = await takes(runtime, made.organisation.scope, candidate.session_id)
    return Whole(made, candidate, name, email, recorded)


async def test_after_erasure_nothing_of_the_candidate_is_anywhere(
    runtime, api, whole, traces, files, run_jobs, bring_forward
):
    other = await hand_in(
        runtime, api, whole.made.organisation, interview=whole.made, name="Grace Hopper", finish=False
    )
    letters = runtime.provided.get(KeepsLetters)
    unused, used = whole.takes
    person = (whole.email, whole.name)
    assert {"sessions", "answers", "interview_links", "idempotency", "sendings", "reports", "decisions"} <= traces(
        *person
    )
    assert {"recordings", "takes", "transcripts"} <= traces(unused, used)
    assert {"consents", "judgement_sets", "scores", "reviews"} <= traces(whole.id)
    assert await files(whole.scope, unused) == ["spool"]
    assert {"original", "audio", "playback", "thumbnail"} <= set(await files(whole.scope, used))
    assert _about(await letters.list_letters(500), whole)

    assert (await api.delete(f"/api/sessions/{whole.id}")).status_code == 204
    await until_certified(runtime, whole.scope, run_jobs)

    assert traces(*person) == set()
    assert traces(unused, used) <= {"erased_sessions", "audit_entries"}
    assert traces(whole.id) <= STAYS.keys()
    assert await files(whole.scope, unused) == await files(whole.scope, used) == []
    left = _about(await letters.list_letters(500), whole)
    assert left == ["Everything is erased, and the certificate of it"], "a file, where letters are files"
    with clock.travelled(timedelta(minutes=31)):
        await bring_forward(whole.scope)
        await run_jobs()
    assert _about(await letters.list_letters(500), whole) == []
    async with runtime.database.begin(whole.scope) as db:
        ledger = await db.execute(
            text("select decision, given_from from consents where session_id = :id order by position"),
            {"id": UUID(whole.id)},
        )
        assert list(ledger) == [("given", None), ("given", None), ("ended", None), ("ended", None)]
        erased = await db.scalars(
            text("select payload->>'why' from outbox where name = 'SessionErased' and payload->>'session_id' = :id"),
            {"id": whole.id},
        )
        assert list(erased) == ["request"]
    assert await given_up(runtime, whole.scope) == 0
    assert (await session(runtime, whole.scope, other.session_id)).candidate.name == "Grace Hopper"


def _about(letters, whole: Whole) -> list[str]:
    """Subjects of kept letters that name the candidate."""
    named = (whole.email, whole.name)
    return [one.subject for one in letters if any(part in f"{one.to} {one.subject} {one.text}" for part in named)]


async def test_a_recruiter_types_a_word_and_the_candidate_is_gone(runtime, api, browser_client, whole, run_jobs):
    recruiter = await browser_client(whole.made.organisation, Role.RECRUITER)
    address = f"/sessions/{whole.id}/delete"
    secret = runtime.provided.get(Secret)
    played = media.media_address(secret, whole.scope, whole.takes[1], "playback")
    assert (await api.get(played)).status_code == 200
    assert f'href="{address}"' in (await recruiter.page(f"/sessions/{whole.id}")).text
    assert 'data-phrase="delete"' in (await recruiter.page(address)).text

    refused = await recruiter.submit(address, {"confirmation": "yes"})
    assert refused.headers["location"] == address
    assert "Nothing was deleted" in (await recruiter.page(address)).text

    done = await recruiter.submit(address, {"confirmation": "Delete"})
    board = f"/interviews/{whole.made.id}/sessions"
    assert (done.status_code, done.headers["location"]) == (303, board)
    assert (await api.get(played)).status_code == 404, "from the commit on, before any job has run"
    page = (await recruiter.page(board)).text
    assert f"Deleted: {whole.name}, 2 answers, 2 recordings and everything made from them." in page
    assert whole.name not in (await recruiter.page(board)).text
    assert (await recruiter.page(f"/sessions/{whole.id}")).status_code == 404
    for suffix in ("", "/report.json", "/report.csv", "/report.pdf", "/transcript.vtt?answer=1"):
        assert (await api.get(f"/api/sessions/{whole.id}{suffix}")).status_code == 404, suffix
    await run_jobs()
    assert (await api.get(played)).status_code == 404

    del api.headers["authorization"]
    again = await begin(api, whole.made.token, name=whole.name, email=whole.email)
    assert again.session_id != whole.id


async def test_who_may_not_decide_may_not_delete(runtime, api, make_organisation, sign_in, browser_client):
    done = await hand_in(runtime, api, await make_organisation())
    await sign_in(done.organisation, Role.REVIEWER)
    refused = await api.delete(f"/api/sessions/{done.session_id}")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    reviewer = await browser_client(done.organisation, Role.REVIEWER)
    assert (await reviewer.page(f"/sessions/{done.session_id}/delete")).status_code == 403
    assert (await reviewer.submit(f"/sessions/{done.session_id}/delete", {"confirmation": "delete"})).status_code == 403
    assert "/delete" not in (await reviewer.page(f"/sessions/{done.session_id}")).text

    await sign_in(await make_organisation("Other"))
    assert (await api.delete(f"/api/sessions/{done.session_id}")).status_code == 404
    del api.headers["authorization"]
    stranger = await (await browser_client()).page(f"/sessions/{done.session_id}/delete")
    assert stranger.headers["location"].startswith("/sign-in")
    assert await session(runtime, done.organisation.scope, done.session_id) is not None


async def test_deleting_twice_finds_nothing_the_second_time(runtime, api, make_organisation, sign_in, run_jobs):
    done = await hand_in(runtime, api, await make_organisation())
    await sign_in(done.organisation, Role.RECRUITER)
    assert (await api.delete(f"/api/sessions/{done.session_id}")).status_code == 204
    second = await api.delete(f"/api/sessions/{done.session_id}")
    assert (second.status_code, second.json()["code"]) == (404, "session_not_found")
    await run_jobs()  # what was announced before it was erased finds nothing either
    assert await given_up(runtime, done.organisation.scope) == 0


async def test_a_candidate_who_is_answering_is_shown_out(runtime, api, make_organisation, sign_in):
    made = await publish_interview(runtime, await make_organisation(), VIDEO)
    candidate = await begin(api, made.token)
    await candidate.agree()
    take = await candidate.open_take((await candidate.room())["question"])
    await sign_in(made.organisation)
    assert (await api.delete(f"/api/sessions/{candidate.session_id}")).status_code == 204
    del api.headers["authorization"]

    assert (await candidate.get("/room")).json()["code"] == "not_your_session"
    sent = await api.patch(take["upload_url"], content=WEBM, headers=PIECE)
    assert (sent.status_code, sent.json()["code"]) == (404, "upload_not_found")
