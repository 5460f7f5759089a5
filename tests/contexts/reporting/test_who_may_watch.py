"""Recordings are for roles that include them; what was said is read by everybody who sees candidates."""

import pytest
from tests.factories.candidates import SAMPLES, begin
from tests.factories.identity import bearer, make_member, unique_email
from tests.factories.interviews import VIDEO, publish_interview

from colloquy.contexts.identity.policy.roles import CustomRole
from colloquy.contexts.identity.public import Permission, Role
from colloquy.contexts.identity.queries import roles, teams
from colloquy.kit.crypto import Secret
from colloquy.kit.ids import new_id
from colloquy.providers.speech.fake import FakeSpeech
from colloquy.providers.speech.port import SpeechToText

READS = frozenset({Permission.INTERVIEWS_VIEW, Permission.SESSIONS_VIEW})
WATCHES = READS | {Permission.MEDIA_REVIEW}
WITHHELD = "Your role does not include watching and hearing recordings."
SAID = "measured the queue first"


@pytest.fixture
async def recorded(runtime, api, make_organisation, run_jobs):
    """An interview, and the session of somebody who answered it by a video."""
    made = await publish_interview(runtime, await make_organisation(), VIDEO)
    candidate = await begin(api, made.token, email=unique_email("speaker"))
    await candidate.agree()
    data = (SAMPLES / "weak" / "answer-1.webm").read_bytes()
    await candidate.answer_with((await candidate.room())["question"], data)
    await candidate.complete()
    before = runtime.provided.get(SpeechToText)
    runtime.provided.put(SpeechToText, FakeSpeech(f"At night I {SAID} and then moved the slow report."))
    await run_jobs()
    runtime.provided.put(SpeechToText, before)
    return made, candidate.session_id


@pytest.fixture
async def reader(runtime, recorded):
    """`reader(permissions)`: the headers of a colleague with a role of these."""
    organisation = recorded[0].organisation

    async def made(permissions):
        member = await make_member(runtime.database, organisation, Role.REVIEWER)
        role = CustomRole(new_id(), f"Reader {new_id().hex[-8:]}", permissions)
        async with runtime.database.begin(organisation.scope) as db:
            assert await roles.put(db, organisation.scope, role)
            await teams.set_role(db, organisation.scope, member.person_id, role)
        return {"authorization": await bearer(runtime.database, runtime.provided.get(Secret), member)}

    return made


async def test_with_the_permission_recordings_play(api, recorded, reader):
    page = await api.get(f"/sessions/{recorded[1]}", headers=await reader(WATCHES))

    assert "/playback?" in page.raise_for_status().text
    assert SAID in page.text
    assert WITHHELD not in page.text


@pytest.mark.parametrize(
    ("path", "part"),
    [("/sessions/{session}", {}), ("/sessions/{session}/answers/{answer}", {"hx-request": "true"})],
    ids=["page", "answer"],
)
async def test_without_it_the_words_are_read_and_no_address_leads_to_a_recording(api, recorded, reader, path, part):
    headers = await reader(READS)
    answer = (await api.get(f"/api/sessions/{recorded[1]}", headers=headers)).json()["answers"][0]["id"]

    page = await api.get(path.format(session=recorded[1], answer=answer), headers=headers | part)

    assert WITHHELD in page.raise_for_status().text
    assert SAID in page.text
    assert "/media/" not in page.text


async def test_without_it_the_paper_has_no_picture(api, recorded, reader):
    withheld, watches = await reader(READS), await reader(WATCHES)
    paper = f"/api/sessions/{recorded[1]}/report.pdf"

    assert b"/Subtype/Image" not in (await api.get(paper, headers=withheld)).raise_for_status().content
    assert b"/Subtype/Image" in (await api.get(paper, headers=watches)).raise_for_status().content
