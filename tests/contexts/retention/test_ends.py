"""What is left when a clock has ended is still a page, a report, an export: without the recording, or the words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from tests.contexts.retention.walked import interview, walk

from colloquy.contexts.identity.public import Role
from colloquy.contexts.retention import public as retention
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock


@pytest.fixture
async def walked(runtime, app, api, make_organisation, run_jobs, sign_in):
    organisation = await make_organisation()
    made = await interview(runtime, organisation)
    return await walk(runtime, app, api, made, run_jobs, sign_in)


@pytest.fixture
def later(bring_forward, run_jobs):
    """`await later(walked, days)`: so many days later, with everything done that was due."""

    async def go(walked, days: int) -> None:
        with clock.travelled(timedelta(days=days)):
            await bring_forward(walked.scope)
            await run_jobs()

    return go


async def test_a_video_that_is_gone_leaves_transcript_and_report(walked, later, api, browser_client, files, traces):
    await later(walked, 91)
    for recording in walked.recordings:
        assert await files(walked.scope, recording) == []
    browser = await browser_client(walked.made.organisation, Role.RECRUITER)
    page = (await browser.page(f"/sessions/{walked.id}")).text
    assert "The recording was deleted on" in page
    assert walked.word in page, "what was said is there to be read"
    report = (await api.get(f"/api/sessions/{walked.id}/report.json")).json()
    assert any(one["transcript"] and walked.word in one["transcript"]["text"] for one in report["answers"])
    assert (await api.get(f"/api/sessions/{walked.id}/report.pdf")).status_code == 200
    assert "recordings" not in traces(f"{walked.word}-cv")
    own = (await walked.candidate.get("/my-data")).json()
    assert own["kept"]["recordings_deleted_at"] is not None
    assert (await walked.candidate.get("/my-data/export")).status_code == 200


async def test_words_that_are_gone_leave_levels_and_no_quote(
    walked, later, runtime, api, browser_client, traces, owner_connection
):
    before = (await api.get(f"/api/sessions/{walked.id}/report.json")).json()
    async with runtime.database.begin(walked.scope) as db:
        await retention.set_wish(db, walked.made.organisation.owner, retention.Wish(media=10, words=20))
    await later(walked, 21)
    tables = traces(walked.word)
    # The reviewer's own comment and the candidate's objection belong to the decision record; so do name and address,
    # by which the conversation was to speak to them.
    assert tables <= {
        "sessions",
        "reviews",
        "contests",
        "sendings",
        "decisions",
        "interview_links",
        "conversations",
        "reports",
        "idempotency",
    }
    left = owner_connection.execute("select document from reports where session_id = %s", [walked.id]).fetchall()
    assert all(f"said {walked.word}" not in one and f"{walked.word} was the name" not in one for (one,) in left)
    report = (await api.get(f"/api/sessions/{walked.id}/report.json")).json()
    levels = [score["level"] for one in before["answers"] for score in one["scores"]]
    assert any(levels)
    assert [score["level"] for one in report["answers"] for score in one["scores"]] == levels
    assert [quote for one in report["answers"] for score in one["scores"] for quote in score["quotes"]] == []
    assert report["overall_score"] == before["overall_score"]
    browser = await browser_client(walked.made.organisation, Role.RECRUITER)
    page = await browser.page(f"/sessions/{walked.id}")
    assert page.status_code == 200
    assert "The words were deleted on" in page.text
    for ending in ("csv", "pdf"):
        assert (await api.get(f"/api/sessions/{walked.id}/report.{ending}")).status_code == 200
    own = (await walked.candidate.get("/my-data")).json()
    assert own["kept"]["words_deleted_at"] is not None
    assert (await walked.candidate.get("/my-data/export")).status_code == 200


async def test_the_application_can_take_words_out_of_a_judgement_and_change_no_level(walked, runtime):
    async with runtime.database.begin(walked.scope) as db:
        for statement in (
            "update judgement_sets set judgements = jsonb_set(judgements, '{0,level}', '5') where session_id = :id",
            """update judgement_sets set words_gone_at = now() where session_id = :id
            and jsonb_path_exists(judgements, '$[*].quotes[*]')""",
        ):
            with pytest.raises(DBAPIError, match="taken out of a judgement, once, and nothing else"):
                async with db.begin_nested():
                    await db.execute(text(statement), {"id": walked.id})


async def test_traces_of_access_end_by_themselves(walked, later, traces, owner_connection):
    assert traces(walked.network) != set()
    await later(walked, 91)
    assert traces(walked.network) == set()
    assert "sendings" not in traces(walked.email)
    labels = owner_connection.execute("select label from session_keys where session_id = %s", [walked.id]).fetchall()
    assert {one for (one,) in labels} == {""}
    assert (await walked.candidate.get("/my-data")).status_code == 200, "the key still opens it"


async def test_shortening_applies_at_once_and_lengthening_not(walked, runtime, run_jobs, browser_client):
    owner = await browser_client(walked.made.organisation)
    async with runtime.database.begin(walked.scope) as db:
        told = (await sessions.kept(db, walked.scope, walked.id)).media_until
    saved = await owner.submit("/settings/privacy/retention", {"media": "3000", "words": "3000", "record": "3000"})
    assert saved.status_code == 303
    async with runtime.database.begin(walked.scope) as db:
        assert (await sessions.kept(db, walked.scope, walked.id)).media_until == told
    with clock.travelled(timedelta(days=8)):
        await owner.sign_in(walked.made.organisation.owner.email)  # after a week of silence one is signed out
        saved = await owner.submit(f"/interviews/{walked.made.id}/retention", {"media": "7"})
        assert saved.status_code == 303
        await run_jobs()
        async with runtime.database.begin(walked.scope) as db:
            assert (await sessions.kept(db, walked.scope, walked.id)).media_ended_at is not None
    wrong = await owner.submit("/settings/privacy/retention", {"media": "0", "words": "many"})
    assert wrong.status_code == 422
    reviewer = await browser_client(walked.made.organisation, Role.RECRUITER)
    assert (await reviewer.get("/settings/privacy/retention")).status_code == 403


async def test_a_session_whose_job_was_lost_is_found_by_the_sweep(walked, runtime, run_jobs, owner_connection):
    owner_connection.execute("delete from procrastinate_jobs where task_name = 'sessions.end_retention'")
    with clock.travelled(timedelta(days=181)):
        for _ in range(2):
            await sessions.sweep_retention(runtime.database, walked.scope)
        await run_jobs()
        async with runtime.database.begin(walked.scope) as db:
            assert await sessions.session(db, walked.scope, walked.id) is None
