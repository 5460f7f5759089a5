"""People read the board and the review page, judge, decide, and see what stopped."""

import html
import re

import pytest
from tests.contexts.reporting.candidates import SPOKEN, hand_in
from tests.factories.candidates import SAMPLES, begin
from tests.factories.identity import unique_email
from tests.factories.interviews import VIDEO, publish_interview

from colloquy.contexts.identity.public import Role

REASON = "Strong on incidents, calm, and honest about the mistake."


@pytest.fixture
async def recruiter(browser_client, written):
    return await browser_client(written.organisation, Role.RECRUITER)


async def test_the_first_page_is_the_interviews(browser_client):
    response = await (await browser_client()).page("/")
    assert (response.status_code, response.headers["location"]) == (303, "/interviews")


async def test_the_board_shows_each_candidate_with_levels_and_score(recruiter, written):
    page = await recruiter.page(f"/interviews/{written.interview.id}/sessions")
    assert page.status_code == 200
    assert "Ada Lovelace" in page.text
    assert 'aria-label="Problem solving: Level' in page.text
    assert 'hx-trigger="every' not in page.text, "nothing moves, so nothing is fetched again"
    ready = await recruiter.page(f"/interviews/{written.interview.id}/sessions?state=answering&q=ada")
    assert "Nobody matches" in ready.text


async def test_the_board_refreshes_itself_only_while_something_is_processed(
    browser_client, runtime, api, make_organisation
):
    done = await hand_in(runtime, api, await make_organisation())
    browser = await browser_client(done.organisation, Role.REVIEWER)
    address = f"/interviews/{done.interview.id}/sessions"
    page = await browser.page(address)
    assert f'hx-get="{address}"' in page.text
    assert "Evaluating 1 of 1" in page.text
    part = await browser.get(address, headers={"hx-request": "true"})
    assert part.text.lstrip().startswith("<div")
    assert "Evaluating 1 of 1" in part.text


async def test_an_empty_board_leads_to_an_invitation(browser_client, runtime, make_organisation):
    made = await publish_interview(runtime, await make_organisation(), VIDEO)
    page = await (await browser_client(made.organisation, Role.RECRUITER)).page(f"/interviews/{made.id}/sessions")
    assert "Nobody has started yet" in page.text
    assert f'href="/interviews/{made.id}/invite"' in page.text


@pytest.mark.parametrize("path", ["/sessions/{session}", "/interviews/{interview}/sessions"])
async def test_other_organisations_and_strangers_see_nothing(browser_client, make_organisation, written, path):
    address = path.format(session=written.session_id, interview=written.interview.id)
    other = await browser_client(await make_organisation("Southwind"))
    assert (await other.page(address)).status_code == 404
    stranger = await (await browser_client()).page(address)
    assert stranger.headers["location"].startswith("/sign-in")


async def test_the_page_shows_the_words_the_evidence_and_the_scores(recruiter, written):
    page = html.unescape((await recruiter.page(f"/sessions/{written.session_id}")).text)
    assert SPOKEN in page
    assert "Problem solving" in page
    assert "rules:" in page
    assert f"/api/sessions/{written.session_id}/report.pdf" in page
    assert re.search(r"<q>[^<]{10,}</q>", page)


async def test_a_recorded_answer_plays_where_a_quote_was_said(
    browser_client, runtime, api, make_organisation, run_jobs
):
    made = await publish_interview(runtime, await make_organisation(), VIDEO)
    candidate = await begin(api, made.token, email=unique_email("speaker"))
    await candidate.agree()
    question = (await candidate.room())["question"]
    await candidate.answer_with(question, (SAMPLES / "strong" / "answer-1.webm").read_bytes())
    await candidate.complete()
    browser = await browser_client(made.organisation, Role.REVIEWER)
    before = (await browser.page(f"/sessions/{candidate.session_id}")).text
    assert "Preparing the video" in before
    answer = re.search(r'hx-get="(/sessions/[^"]+/answers/[^"]+)"', before)[1]
    await run_jobs()
    part = (await browser.get(answer, headers={"hx-request": "true"})).text
    assert "Preparing the video" not in part
    assert "hx-trigger" not in part

    summary = await browser.get(f"/sessions/{candidate.session_id}", headers={"hx-request": "true"})
    assert "The report is written" in summary.text

    page = (await browser.page(f"/sessions/{candidate.session_id}")).text
    assert "The report is written" not in page
    assert re.search(r'<video [^>]*src="/media/[^"]+/playback\?', page)
    assert '<track kind="captions" src="/media/' in page
    assert "Low accuracy" in page
    bars = [float(seconds) for seconds in re.findall(r'<rect [^>]*data-seek="([\d.]+)"', page)]
    assert (len(bars), bars) == (200, sorted(bars))
    seeks = [float(seconds) for seconds in re.findall(r'data-seek="([\d.]+)"', re.sub(r"<rect [^>]*>", "", page))]
    starts = {float(seconds) for seconds in re.findall(r'data-start="([\d.]+)"', page)}
    assert seeks
    assert set(seeks) <= starts, "every quote begins with a spoken word"
    playback = html.unescape(re.search(r'src="(/media/[^"]+/playback[^"]*)"', page)[1])
    assert (await browser.get(playback, headers={"range": "bytes=0-3"})).status_code == 206
    captions = await browser.get(f"/api/sessions/{candidate.session_id}/transcript.vtt?answer=1")
    assert captions.text.startswith("WEBVTT")
    assert (await browser.get(f"/api/sessions/{candidate.session_id}/transcript.vtt?answer=2")).status_code == 404


async def test_a_scorecard_is_kept_and_shown_to_others(recruiter, browser_client, written):
    address = f"/sessions/{written.session_id}"
    sent = {"level-problem_solving": "4", "comment": "Measured before acting."}
    saved = await recruiter.submit(f"{address}/review", sent)
    assert (saved.status_code, saved.headers["location"]) == (303, f"{address}#scorecard")
    own = (await recruiter.page(address)).text
    assert re.search(r'name="level-problem_solving" value="4" checked', own)
    other = (await (await browser_client(written.organisation, Role.REVIEWER)).page(address)).text
    assert "Measured before acting." in other


@pytest.mark.parametrize("sent", [{"comment": ""}, {"level-problem_solving": "9"}, {"level-no_such_thing": "3"}])
async def test_a_scorecard_that_cannot_be_kept_says_what_to_change(recruiter, written, sent):
    response = await recruiter.submit(f"/sessions/{written.session_id}/review", {"comment": "", **sent})
    assert response.status_code == 422
    assert 'class="error-summary"' in response.text


async def test_levels_stay_away_until_ones_own_are_in_and_the_choice_is_remembered(recruiter, written):
    address = f"/sessions/{written.session_id}"
    assert "could be judged" in (await recruiter.page(address)).text
    await recruiter.submit(f"{address}/judge-first", {"on": "yes"})
    hidden = (await recruiter.page(address)).text
    assert "Levels are hidden" in hidden
    assert 'class="machine-level' not in hidden
    assert "could be judged" not in hidden
    assert "<q>" in hidden, "the words themselves are no judgement"
    await recruiter.submit(f"{address}/review", {"level-ownership": "3"})
    assert 'class="machine-level' in (await recruiter.page(address)).text


async def test_a_decision_needs_a_reason_and_its_history_stays(recruiter, written):
    address = f"/sessions/{written.session_id}"
    refused = await recruiter.submit(f"{address}/decision", {"outcome": "hold", "reason": "no"})
    assert refused.status_code == 422
    assert "Say why" in refused.text
    nothing = await recruiter.submit(f"{address}/decision", {"reason": REASON})
    assert (nothing.status_code, REASON in nothing.text) == (422, True)
    for outcome in ("hold", "advance"):
        assert (
            await recruiter.submit(f"{address}/decision", {"outcome": outcome, "reason": REASON})
        ).status_code == 303
    page = (await recruiter.page(address)).text
    assert page.count(REASON) == 2
    assert "replaced" in page


async def test_a_reviewer_may_judge_but_not_decide(browser_client, written):
    reviewer = await browser_client(written.organisation, Role.REVIEWER)
    page = (await reviewer.page(f"/sessions/{written.session_id}")).text
    assert "Save scorecard" in page
    assert "Record decision" not in page
    sent = {"outcome": "advance", "reason": REASON}
    assert (await reviewer.submit(f"/sessions/{written.session_id}/decision", sent)).status_code == 403


async def test_people_only_is_said_and_still_has_a_report(browser_client, runtime, api, make_organisation, run_jobs):
    done = await hand_in(runtime, api, await make_organisation(), ai_evaluation=False)
    await run_jobs()
    browser = await browser_client(done.organisation, Role.RECRUITER)
    page = (await browser.page(f"/sessions/{done.session_id}")).text
    assert "People only" in page
    assert "no program evaluates" in page
    report = (await browser.get(f"/api/sessions/{done.session_id}/report.json")).json()
    assert (report["overall_score"], report["needs_human"]) == (None, True)
    assert report["answers"][0]["scores"] == []
    assert report["answers"][0]["transcript"]["text"] == SPOKEN
    pdf = await browser.get(f"/api/sessions/{done.session_id}/report.pdf")
    assert pdf.status_code == 200


async def test_a_failed_answer_says_why_and_is_run_again_from_the_page(
    browser_client, runtime, api, make_organisation, owner_connection, run_jobs
):
    done = await hand_in(runtime, api, await make_organisation())
    owner_connection.execute("delete from procrastinate_jobs where args->>'org_id' = %s", [str(done.organisation.id)])
    owner_connection.execute(
        "update answers set state = 'failed', reason_code = 'evaluation_failed', reason = 'The evaluator went away.'"
        " where session_id = %s", [done.session_id]
    )  # fmt: skip
    browser = await browser_client(done.organisation, Role.RECRUITER)
    page = (await browser.page(f"/sessions/{done.session_id}")).text
    assert "The evaluator went away." in page
    action = re.search(r'action="(/sessions/[^"]+/run-again)"', page)[1]
    assert (await browser.submit(action)).headers["location"].endswith("#answer-1")
    await run_jobs()
    page = (await browser.page(f"/sessions/{done.session_id}")).text
    assert "The evaluator went away." not in page
    assert "could be judged" in page
    again = await browser.submit(action)
    assert again.status_code == 303, "nothing to repeat is a message, not an error"


async def test_a_page_that_is_read_by_anybody_runs_nothing_a_candidate_wrote(
    browser_client, runtime, api, make_organisation, run_jobs
):
    script = "<script>alert(1)</script>"
    done = await hand_in(runtime, api, await make_organisation(), name=f"Eve {script}", words=f"{SPOKEN} {script}")
    await run_jobs()
    browser = await browser_client(done.organisation, Role.RECRUITER)
    for address in (f"/sessions/{done.session_id}", f"/interviews/{done.interview.id}/sessions"):
        assert script not in (await browser.page(address)).text


async def test_operations_show_what_stopped_and_run_it_again(
    browser_client, database, make_organisation, owner_connection, queued
):
    organisation = await make_organisation()
    browser = await browser_client(organisation)
    assert "Nothing has stopped" in (await browser.page("/operations")).text
    from colloquy.kit.ids import new_id
    from colloquy.kit.jobs.deadletters import bury

    payload = {"org_id": str(organisation.id), "session_id": str(new_id()), "version": 1}
    async with database.begin(organisation.scope) as db:
        await bury(db, "reporting.build", "reporting", payload, "The disk is full.", 5)
    page = (await browser.page("/operations")).text
    assert "The disk is full." in page
    action = re.search(r'action="(/operations/[^"]+/run-again)"', page)[1]
    outsider = await browser_client(await make_organisation("Southwind"))
    assert "The disk is full." not in (await outsider.page("/operations")).text
    await outsider.submit(action)
    assert await queued(organisation.id) == []
    await browser.submit(action)
    assert await queued(organisation.id) == ["reporting.build"]
    await browser.submit(action)
    assert await queued(organisation.id) == ["reporting.build"]
    assert "Nothing has stopped" in (await browser.page("/operations")).text
    owner_connection.execute("delete from procrastinate_jobs where args->>'org_id' = %s", [str(organisation.id)])


async def test_operations_are_for_owners_and_admins(browser_client, make_organisation):
    recruiter = await browser_client(await make_organisation(), Role.RECRUITER)
    assert (await recruiter.page("/operations")).status_code == 403
