"""A company chooses people alone after a program has evaluated: what it made is shown to nobody of the company, for as
long as that holds."""

from __future__ import annotations

import csv
import io
import re

import pytest
from sqlalchemy import text
from tests.contexts.reporting.candidates import hand_in

from colloquy.contexts.identity.public import Role
from colloquy.contexts.impact.service import report
from colloquy.contexts.notifications.policy.sending import LetterKind
from colloquy.contexts.notifications.service import recipients, sending
from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.privacy.service import choices
from colloquy.contexts.scoring import public as scoring
from colloquy.kit.address import PublicAddress
from colloquy.kit.crypto import Secret

SCORES = ("overall_score", "technical_score", "communication_score")


@pytest.fixture
async def scored(runtime, api, make_organisation, run_jobs, sign_in):
    """Two candidates of an interview, evaluated by a program; `api` is the owner's."""
    organisation = await make_organisation()
    first = await hand_in(runtime, api, organisation)
    second = await hand_in(runtime, api, organisation, interview=first.interview, name="Grace Hopper")
    await run_jobs()
    await sign_in(organisation)
    return first, second


@pytest.fixture
def people_alone(database, scored):
    """`await people_alone(True)`: for this interview; `everywhere=True`: for the organisation."""
    made = scored[0]

    async def choose(chosen, *, everywhere=False):
        async with database.begin(made.organisation.scope) as db:
            if everywhere:
                await choices.choose(
                    db,
                    made.organisation.owner,
                    jurisdictions=(),
                    people_only=chosen,
                    before_notice=privacy.BeforeNotice.WAIT,
                    longer_retention_days=None,
                )
            else:
                await choices.choose_for_interview(
                    db,
                    made.organisation.owner,
                    made.interview.id,
                    jurisdictions=None,
                    people_only=chosen,
                    posted_on=None,
                )

    return choose


async def numbers(api, made):
    """Every number and level of a program that the API shows of this candidate, wherever it does."""
    home, interview = f"/api/sessions/{made.session_id}", f"/api/interviews/{made.interview.id}"
    report = (await api.get(home)).json()
    assert (await api.get(f"{home}/report.json")).json()["overall_score"] == report["overall_score"]
    lines = (await api.get(f"{interview}/sessions")).json()["items"]
    line = next(one for one in lines if one["id"] == made.session_id)
    table = csv.DictReader(io.StringIO((await api.get(f"{interview}/sessions.csv")).text.lstrip("\ufeff")))
    row = next(one for one in table if made.session_id in one.values())
    history = (await api.get(f"{home}/judgements")).json()
    return {
        "report": report["overall_score"],
        "by": report["evaluator"],
        "levels": [score for answer in report["answers"] for score in answer["scores"]],
        "board": line["overall_score"],
        "board levels": line["levels"],
        "csv": [row[name] for name in SCORES if row[name]],
        "history": [version for answer in history["answers"] for version in answer["versions"]],
    }


@pytest.mark.parametrize("everywhere", [False, True])
async def test_what_a_program_made_is_hidden_and_comes_back(api, scored, people_alone, everywhere):
    made, _other = scored
    before = await numbers(api, made)
    assert all(before.values()), before

    await people_alone(True, everywhere=everywhere)
    assert not any((await numbers(api, made)).values())
    await people_alone(False, everywhere=everywhere)
    assert await numbers(api, made) == before


async def test_pages_say_so_and_show_none(browser_client, scored, people_alone, api):
    made, other = scored
    browser = await browser_client(made.organisation, Role.RECRUITER)
    home = f"/interviews/{made.interview.id}"
    pages = [
        f"/sessions/{made.session_id}",
        f"{home}/compare?sessions={made.session_id}&sessions={other.session_id}",
        home + "/sessions",
        f"{home}/reviewers",
        f"{home}/calibration",
    ]
    overall = str(round((await numbers(api, made))["report"]))

    def marks(html):  # of numbers, levels and quotes of a program
        return re.findall(rf'class="score[^>]*>\s*<[^>]*>{overall}<|data-level="\d"|class="dots', html)

    shown = [(await browser.page(page)) for page in pages]
    assert [page.status_code for page in shown] == [200] * len(pages), pages
    assert marks(shown[0].text)
    cell = rf'data-label="Overall"[^>]*>\s*{overall}<'
    assert re.search(cell, shown[2].text)
    await people_alone(True)
    after = [(await browser.page(page)).text for page in pages]
    assert not any(marks(html) for html in after[:3])
    assert not re.search(cell, after[2])
    assert "what one made of them before is shown to nobody" in after[0]
    assert "For people" in after[2]
    assert "Of 2 people alone judge." in after[4]


async def test_nothing_is_corrected_or_scored_again(api, scored, people_alone, database):
    made, _other = scored
    await people_alone(True)
    report = (await api.get(f"/api/sessions/{made.session_id}")).json()
    refused = await api.post(
        f"/api/sessions/{made.session_id}/overrides",
        json={
            "answer_id": report["answers"][0]["id"],
            "competency": "problem_solving",
            "level": 2,
            "reason": "Too generous by far.",
        },
    )
    assert refused.status_code in {409, 422}, refused.text
    async with database.begin(made.organisation.scope) as db:
        with pytest.raises(scoring.NothingToScoreAgain):
            await scoring.start_run(db, made.organisation.owner, made.interview.id, note="")


async def test_a_letter_that_waits_has_no_number(runtime, scored, people_alone, database):
    made, _other = scored
    scope, secret = made.organisation.scope, runtime.provided.get(Secret)
    await people_alone(True)
    async with database.begin(scope) as db:
        await recipients.address(db, secret, scope, LetterKind.REPORT_READY, made.session_id, "later")
        row = await db.scalar(text("select id from sendings where state = 'queued' order by id desc limit 1"))
        waiting = await sending.to_send(db, secret, runtime.provided.get(PublicAddress), scope, row)
    assert not re.search(r"\b\d{2}\b ?(of|/) ?100|: \d{2}\b", waiting.letter.text), waiting.letter.text


async def test_what_the_program_did_stays_in_the_statistics_of_its_effect(scored, people_alone, database, monkeypatch):
    made, _other = scored
    monkeypatch.setattr(report, "FEWEST_PEOPLE", 0)

    async def by_machine():
        async with database.begin(made.organisation.scope) as db:
            return (await report.impact(db, made.organisation.owner, first=None, last=None)).scoring

    before = await by_machine()
    assert before is not None
    await people_alone(True)
    assert await by_machine() == before
