"""Documents made from what is configured: they follow it, are the same for the same state, and hold nobody."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from sqlalchemy import text
from tests.contexts.reporting.candidates import hand_in
from tests.factories.interviews import TEXT, publish_interview

from colloquy.contexts.documents.policy.document import Document, Part, Table, Text, markdown
from colloquy.contexts.documents.policy.safeguards import SAFEGUARDS
from colloquy.contexts.documents.public import KINDS, Surroundings, gather, make
from colloquy.contexts.identity.public import Role
from colloquy.contexts.inference.policy.drafts import ModelDraft
from colloquy.contexts.inference.public import Task, Tier
from colloquy.contexts.inference.service import change_models
from colloquy.contexts.privacy.policy.gate import BeforeNotice
from colloquy.contexts.privacy.public import Jurisdiction
from colloquy.contexts.privacy.service import choices
from colloquy.contexts.retention.public import Wish, set_wish
from colloquy.providers.typesetting.port import Typesetter

ROOT = Path(__file__).resolve().parents[3]
HOME = "/settings/documents"
ANNEX_IV = range(1, 10)


@pytest.fixture
async def interviewing(runtime, make_organisation):
    """An organisation with one interview, reviewed blind."""
    organisation = await make_organisation("Documented")
    await publish_interview(runtime, organisation, TEXT, title="Night | nurse", blind_review=True)
    return organisation


async def written(runtime, organisation, kind: str, tag: str = "en") -> str:
    surroundings = runtime.provided.get(Surroundings)
    async with runtime.database.begin(organisation.scope) as db:
        facts = await gather(db, organisation.scope, surroundings)
    return (await make(kind, facts, tag, "md", runtime.provided.get(Typesetter))).decode()


async def test_the_technical_file_has_the_nine_headings_and_what_is_configured(runtime, interviewing):
    made = await written(runtime, interviewing, "technical-file")

    for number in ANNEX_IV:
        assert f"\n## {number}. " in made, number
    assert "To be filled in by you" in made
    assert "rules:2" in made
    assert r"Night \| nurse" in made
    assert re.search(r"\| fastapi \| \d+\.", made)
    assert "docs/assessment.md, “Ranking suite”" in made
    assert "No language model is configured" in made


async def test_a_model_that_is_added_is_named_with_where_it_is_asked(runtime, interviewing):
    before = await written(runtime, interviewing, "impact-assessment")
    draft = ModelDraft("openai", "gpt-test", "https://models.example.org/v1", Tier.BEST, frozenset({Task.EVALUATE}))
    async with runtime.database.begin(interviewing.scope) as db:
        await change_models.add_model(db, interviewing.owner, draft)

    for kind in ("technical-file", "instructions-for-use", "impact-assessment"):
        assert "| openai:gpt-test | models.example.org | evaluates answers | yes |" in await written(
            runtime, interviewing, kind
        )
    after = await written(runtime, interviewing, "impact-assessment")
    assert "go to the language model openai:gpt-test" in after
    assert "go to the language model" not in before


async def test_a_clock_that_is_changed_is_in_the_periods(runtime, interviewing):
    before = await written(runtime, interviewing, "impact-assessment")
    async with runtime.database.begin(interviewing.scope) as db:
        await set_wish(db, interviewing.owner, Wish(media=17, logs=23))
    after = await written(runtime, interviewing, "impact-assessment")

    assert re.search(r"\| Night \\\| nurse \| 17 \| \d+ \| \d+ \| 23 \|", after)
    assert "| 17 |" not in before


async def test_blind_review_that_is_turned_off_is_said(runtime, interviewing):
    on = await written(runtime, interviewing, "technical-file")
    async with runtime.database.begin(interviewing.scope) as db:
        await db.execute(
            text("update interviews set blind_review = false where org_id = :org"), {"org": interviewing.scope.org_id}
        )
    off = await written(runtime, interviewing, "technical-file")

    assert "Reviewed blind: 1 of 1 interviews." in on
    assert "Reviewed blind: 0 of 1 interviews." in off
    assert "Where a review is not blind" in await written(runtime, interviewing, "instructions-for-use")


async def test_the_notice_is_the_one_of_the_places_that_hold(runtime, interviewing):
    before = await written(runtime, interviewing, "candidate-notices")
    async with runtime.database.begin(interviewing.scope) as db:
        await choices.choose(
            db,
            interviewing.owner,
            jurisdictions=(Jurisdiction.EU,),
            people_only=False,
            before_notice=BeforeNotice.WAIT,
            longer_retention_days=None,
        )
    after = await written(runtime, interviewing, "candidate-notices")

    assert "European Union and EEA" in after
    assert len(after) > len(before)
    assert "Documented" in after


async def test_what_the_operator_sets_is_in_the_recipients(runtime, interviewing):
    async with runtime.database.begin(interviewing.scope) as db:
        facts = await gather(db, interviewing.scope, runtime.provided.get(Surroundings))
    elsewhere = replace(
        facts.surroundings, mail_host="mail.example.org", speech_host="speech.example.org", language_model="openai:big"
    )
    typesetter = runtime.provided.get(Typesetter)
    made = (await make("impact-assessment", replace(facts, surroundings=elsewhere), "en", "md", typesetter)).decode()

    for said in ("mail.example.org", "on speech.example.org", "language model openai:big"):
        assert said in made


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("tag", ["en", "ru"])
async def test_the_same_state_makes_the_same_bytes(runtime, interviewing, kind, tag):
    typesetter = runtime.provided.get(Typesetter)
    files = []
    for _ in range(2):
        async with runtime.database.begin(interviewing.scope) as db:
            facts = await gather(db, interviewing.scope, runtime.provided.get(Surroundings))
        files.append([await make(kind, facts, tag, form, typesetter) for form in ("md", "pdf")])

    assert files[0] == files[1]
    pages = pypdfium2.PdfDocument(files[0][1])
    first = pages[0].get_textpage().get_text_range()
    assert "Documented" in first
    if tag == "ru":
        assert re.search("[а-я]", first)


async def test_nothing_of_a_candidate_is_in_any_of_them(runtime, api, make_organisation, run_jobs):
    organisation = await make_organisation("Keepers")
    done = await hand_in(runtime, api, organisation)
    await run_jobs()
    async with runtime.database.begin(organisation.scope) as db:
        row = (
            await db.execute(
                text("select name, email from sessions where org_id = :org"),
                {"org": organisation.scope.org_id},
            )
        ).one()
        said = (
            await db.execute(
                text("select text from answers where org_id = :org and text is not null"),
                {"org": organisation.scope.org_id},
            )
        ).scalars()
        canaries = [row.name, row.email, str(done.session_id), *(one[:40] for one in said if one)]
    assert all(canaries)
    for kind in KINDS:
        made = await written(runtime, organisation, kind)
        assert [one for one in canaries if one in made] == []


async def test_the_page_offers_them_to_those_who_manage_privacy(runtime, interviewing, browser_client, api):
    owner = await browser_client(interviewing)
    page = (await owner.page(HOME)).text
    for kind in KINDS:
        assert f"kind={kind}&amp;language=ru&amp;form=pdf" in page
    assert f'href="{HOME}"' in (await owner.page("/settings")).text

    paper = await owner.get(f"{HOME}/download?kind=impact-assessment&language=ru&form=pdf")
    assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
    assert paper.headers["content-disposition"] == 'attachment; filename="impact-assessment-ru.pdf"'
    assert (await owner.get(f"{HOME}/download?kind=nonsense")).status_code == 404

    reviewer = await browser_client(interviewing, Role.REVIEWER)
    for address in (HOME, f"{HOME}/download"):
        assert (await reviewer.get(address)).status_code == 403
        assert (await api.get(address)).status_code in {303, 401}


def test_what_people_wrote_is_text_and_no_markup():
    made = markdown(
        Document(
            "k", "en", "<b>T</b>", "# no heading", (Part("P", (Text("- [a](b) `c`"), Table(("x|y",), (("1\n2",),)))),)
        )
    )

    assert r"\<b\>T\</b\>" in made
    assert "\n\\# no heading\n" in made
    assert r"\- \[a\](b) \`c\`" in made
    assert r"| x\|y |" in made
    assert "| 1 2 |" in made


def test_every_test_of_a_measure_exists():
    for named in (test for one in SAFEGUARDS for test in one.tests):
        path, _, name = named.partition("::")
        assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), named


async def test_the_notice_in_the_document_is_the_one_that_a_candidate_agrees_to(runtime, api, make_organisation):
    organisation = await make_organisation("Keepers")
    await hand_in(runtime, api, organisation)
    async with runtime.database.begin(organisation.scope) as db:
        agreed = (
            await db.execute(
                text("select notice_hash from consents where org_id = :org"), {"org": organisation.scope.org_id}
            )
        ).scalars()
        hashes = {one if isinstance(one, str) else one.hex() for one in agreed}
    made = await written(runtime, organisation, "candidate-notices")

    assert len(hashes) == 1
    assert f"SHA-256: {hashes.pop()}" in made
