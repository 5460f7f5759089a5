"""The first page: an honest text of what is evaluated, the vacancy for search engines, the company's face."""

from __future__ import annotations

import io
import json
import re

from PIL import Image
from tests.factories.interviews import AUDIO, CONVERSATION, TEXT, publish_interview

from colloquy.contexts.identity.service.logos import choose_logo
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.interviews.policy.addresses import Invitee
from colloquy.contexts.interviews.policy.vacancy import EmploymentType, Vacancy
from colloquy.contexts.interviews.service.inviting import invite
from colloquy.kit.crypto import Secret

VACANCY = Vacancy(EmploymentType.FULL_TIME, "Porto", "PT")


def posting_of(html: str) -> dict | None:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return None if found is None else json.loads(found.group(1))


async def test_the_vacancy_is_told_to_search_engines(runtime, make_organisation, browser_client):
    organisation = await make_organisation()
    picture = io.BytesIO()
    Image.new("RGB", (64, 32), "#0f766e").save(picture, "PNG")
    async with runtime.database.begin(organisation.scope) as db:
        await choose_logo(db, organisation.owner, picture.getvalue())
    hostile = "Build things.</script><script>alert(1)</script>"
    made = await publish_interview(runtime, organisation, TEXT, description=hostile, vacancy=VACANCY)

    page = await (await browser_client()).get(f"/{made.token}")

    posting = posting_of(page.text)
    assert posting is not None
    assert posting["@type"] == "JobPosting"
    assert posting["url"].endswith(f"/{made.token}")
    assert posting["hiringOrganization"]["logo"].startswith("http")
    assert "<script>alert" not in page.text
    logo = re.search(r'<img class="quiet-logo" src="([^"]+)"', page.text)
    assert logo is not None
    assert (await (await browser_client()).get(logo.group(1))).headers["content-type"] == "image/png"


async def test_without_a_vacancy_nothing_is_told(runtime, make_organisation, browser_client):
    made = await publish_interview(runtime, await make_organisation(), TEXT)
    page = await (await browser_client()).get(f"/{made.token}")
    assert posting_of(page.text) is None
    assert "quiet-logo" not in page.text


async def test_what_is_evaluated_is_named_and_who_decides(runtime, make_organisation, browser_client):
    made = await publish_interview(runtime, await make_organisation(), AUDIO, CONVERSATION, time_limit_minutes=40)
    html = (await (await browser_client()).get(f"/{made.token}")).text
    for said in (
        "Problem solving",
        "It never looks at your face, your voice, your accent or your emotions.",
        "You can choose that people alone read your answers.",
        "A conversation with an AI interviewer",
        "40 minutes for everything",
        "A question to practise",
        "writing instead of recording",
        f"/{made.token}/deadline.ics",
        f"/{made.token}/continue",
    ):
        assert said in html, said


async def test_no_question_is_told_beforehand(runtime, make_organisation, browser_client):
    made = await publish_interview(runtime, await make_organisation(), TEXT, vacancy=VACANCY)
    html = (await (await browser_client()).get(f"/{made.token}")).text
    assert TEXT.text not in html
    assert TEXT.expected_points[0] not in html


async def test_a_personal_invitation_is_no_job_posting(runtime, make_organisation, browser_client):
    organisation, secret = await make_organisation(), runtime.provided.get(Secret)
    made = await publish_interview(runtime, organisation, TEXT, vacancy=VACANCY)
    more_time = interviews.Accommodation(time_multiplier=1.5)
    async with runtime.database.begin(organisation.scope) as db:
        person = [Invitee("ada@example.com", "Ada")]
        invited = await invite(db, secret, organisation.owner, made.id, person, accommodation=more_time)
        token = await interviews.link_token(db, organisation.scope, invited.new[0].id, secret)
    html = (await (await browser_client()).get(f"/{token}")).text
    assert posting_of(html) is None
    assert "is set up for this link" in html
