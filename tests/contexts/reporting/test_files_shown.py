"""Candidates' files on the review page and on Operations: what was scanned, what to know, what was locked away."""

import pytest
from tests.contexts.media.test_scanning import Scripted, scanning_with
from tests.contexts.reporting.test_kinds_of_answers import answer, send_file
from tests.factories.answered import STRONG
from tests.factories.candidates import TUS, begin
from tests.factories.identity import unique_email
from tests.factories.interviews import FILE, TEXT, publish_interview
from tests.hostile import papers

from colloquy.providers.antivirus.port import ScannerAway

SCRIPTED = papers.pdf(catalog=b"/OpenAction<</S/JavaScript/JS(1)>>")


@pytest.fixture
async def answering(runtime, api, make_organisation):
    """A candidate before a question that asks for a file, and the interview."""
    made = await publish_interview(runtime, await make_organisation(), FILE, TEXT)
    candidate = await begin(api, made.token, email=unique_email("file"))
    await candidate.agree()
    return made, candidate


async def reviewed(made, candidate, browser_client):
    browser = await browser_client(made.organisation)
    return (await browser.page(f"/sessions/{candidate.session_id}")).text


async def hand_in(candidate, run_jobs):
    await answer(candidate, text=STRONG)
    await candidate.complete()
    await run_jobs()


async def test_a_download_says_that_nothing_scanned_it_and_what_to_know(answering, browser_client, run_jobs):
    made, candidate = answering
    await send_file(candidate, SCRIPTED, "cv.pdf")
    await hand_in(candidate, run_jobs)
    page = await reviewed(made, candidate, browser_client)
    assert "It was not scanned for viruses." in page
    assert "Before you open it" in page
    assert "There are scripts in this PDF." in page


async def test_a_download_says_that_the_scanner_found_nothing(runtime, answering, browser_client, run_jobs):
    made, candidate = answering
    with scanning_with(runtime, Scripted()):
        await send_file(candidate, papers.HONEST, "cv.pdf")
        await hand_in(candidate, run_jobs)
    page = await reviewed(made, candidate, browser_client)
    assert "The virus scanner found nothing in it." in page
    assert "Before you open it" not in page


async def test_a_candidate_is_told_of_a_virus_and_sends_another_file(runtime, answering, browser_client, run_jobs):
    made, candidate = answering
    question = (await candidate.room())["question"]
    body = {"question_id": question["id"], "kind": "file", "mime_type": "", "file_name": "cv.pdf", "source": "upload"}
    take = (await candidate.post("/room/takes", {**body, "length": len(papers.HONEST)})).json()
    headers = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    with scanning_with(runtime, Scripted("Evil.Thing")):
        await candidate.client.patch(
            take["upload_url"], content=papers.HONEST, headers=headers | {"Upload-Length": str(len(papers.HONEST))}
        )
        await run_jobs()
    used = await candidate.post("/room/answers", {"question_id": question["id"], "take_id": take["take_id"]})
    assert used.status_code == 422
    assert "The virus scanner found something dangerous" in used.json()["detail"]
    await send_file(candidate, papers.HONEST, "cv again.pdf")
    await hand_in(candidate, run_jobs)
    assert "cv again.pdf" in await reviewed(made, candidate, browser_client)


async def test_reviewers_are_told_of_a_virus_that_was_found_later(runtime, answering, browser_client, run_jobs):
    made, candidate = answering
    with scanning_with(runtime, Scripted("Evil.Thing")):
        await send_file(candidate, papers.HONEST, "cv.pdf")
        await hand_in(candidate, run_jobs)
    page = await reviewed(made, candidate, browser_client)
    assert "The virus scanner found something dangerous in this file." in page
    assert "cv.pdf cannot be opened." in page
    assert "/original?" not in page


async def test_reviewers_see_that_a_file_waits(runtime, answering, browser_client, run_jobs):
    made, candidate = answering
    with scanning_with(runtime, Scripted(ScannerAway("It does not answer at /run/clamd."))):
        await send_file(candidate, papers.HONEST, "cv.pdf")
        await hand_in(candidate, run_jobs)
        page = await reviewed(made, candidate, browser_client)
        operations = (await (await browser_client(made.organisation)).page("/operations")).text
    assert "cv.pdf waits for the virus scanner" in page
    assert "/original?" not in page
    assert "It does not answer at /run/clamd." in operations
    assert "Waiting for the scanner</dt><dd>1</dd>" in operations


async def test_operations_name_the_scanner_or_say_that_there_is_none(runtime, make_organisation, browser_client):
    browser = await browser_client(await make_organisation())
    assert "Files are not scanned" in (await browser.page("/operations")).text
    with scanning_with(runtime, Scripted()):
        page = (await browser.page("/operations")).text
    assert "<dt>Engine</dt><dd>ClamAV 9</dd>" in page
    assert "Files are not scanned" not in page
