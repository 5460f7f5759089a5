"""Whoever looks at something of a candidate leaves an entry: by construction for every route, and tried for some."""

import html
import re
from datetime import timedelta

from fastapi.routing import iter_route_contexts
from tests.factories.answered import STRONG, begin_answering
from tests.factories.candidates import SAMPLES, begin
from tests.factories.interviews import VIDEO, publish_interview

from colloquy.contexts.identity.public import Permission, Role
from colloquy.kit import clock
from colloquy.kit.http.audited import Reads
from colloquy.kit.ids import new_id

WEBM = (SAMPLES / "weak" / "answer-1.webm").read_bytes()
ABOUT = re.compile(
    r"\{(session_id|recording_id|answer_id|conversation_id|message_id|take_id|contest_id)\}|my-data|/media/|candidates"
    r"|/sessions|/compare|/calibration|/agreement|/drift|/judgements|/report|transcript|/export"
)
HARMLESS = {
    "/media/{org_id}/{recording_id}/{rendition}": "noted by the endpoint, with whom the address was made for",
    "/api/interview/{conversation_id}/history": "the candidate's own conversation, while they are in it",
    "/api/interview/{conversation_id}/events": "the candidate's own conversation, while they are in it",
    "/api/sessions/{session_id}/accommodation": "conditions that the team has set itself",
    "/sessions/{session_id}/accommodations": "conditions that the team has set itself",
    "/api/sessions/{session_id}/panel": "who of the team is asked for a scorecard",
    "/sessions/{session_id}/delete": "asks whether to erase, and shows a name",
    "/{token}/my-data/erase": "asks the candidate whether to erase",
    "/{token}/my-data/notices/{notice_hash}": "the text of a notice, the same for everybody",
    "/api/webhook-messages/{message_id}": "what a webhook sent: ids",
    "/settings/webhooks/messages/{message_id}": "what a webhook sent: ids",
    "/settings/privacy/export": "how far exports are; taking one is marked",
    "/{token}/my-data/erased": "says that it is done; nothing is left",
}


def test_every_route_about_candidates_is_marked_or_harmless(app):
    unmarked = set()
    for route in iter_route_contexts(app.routes):
        if "GET" not in (route.methods or ()) or not ABOUT.search(route.path or ""):
            continue
        marked = any(isinstance(one.dependency, Reads) for one in route.dependencies or ())
        if not marked and route.path not in HARMLESS:
            unmarked.add(route.path)
    assert unmarked == set(), 'add `dependencies=[reads("…")]` to the route, or a reason here'


async def read_by(entries, scope, kind, actor_id):
    return [
        (entry.subject_kind, entry.subject_id, entry.details["what"])
        for entry in await entries(scope)
        if entry.action == "media.read" and (entry.actor_kind, entry.actor_id) == (kind, actor_id)
    ]


async def test_looking_at_answers_and_reports_is_noted_once_an_hour(
    runtime, api, make_organisation, sign_in, run_jobs, entries
):
    organisation = await make_organisation()
    answering = await begin_answering(runtime, api, organisation)
    await answering.write(STRONG)
    await answering.complete()
    await run_jobs()
    actor = await sign_in(organisation, Role.OWNER)
    path = f"/api/sessions/{answering.id}"

    for address in (
        path,
        path,
        f"{path}/report.json",
        f"{path}/report.csv",
        f"{path}/report.pdf",
        f"{path}/report.pdf",
    ):
        assert (await api.get(address)).status_code == 200, address

    about = ("session", answering.id)
    assert await read_by(entries, organisation.scope, "person", actor.person_id) == [
        (*about, "review"),
        (*about, "report_json"),
        (*about, "report_csv"),
        (*about, "report_pdf"),
    ]
    with clock.travelled(timedelta(minutes=61)):
        await sign_in(actor)
        await api.get(path)
    assert len(await read_by(entries, organisation.scope, "person", actor.person_id)) == 5


async def test_who_is_refused_has_read_nothing(runtime, api, make_organisation, sign_in, entries):
    organisation = await make_organisation()
    answering = await begin_answering(runtime, api, organisation)
    stranger = await sign_in(await make_organisation("Elsewhere"), Role.OWNER)
    assert (await api.get(f"/api/sessions/{answering.id}")).status_code == 404
    for scope in (organisation.scope, stranger.scope):
        assert await read_by(entries, scope, "person", stranger.person_id) == []


async def test_playing_a_recording_is_one_look_of_whom_its_address_was_made_for(
    runtime, api, make_organisation, sign_in, run_jobs, entries
):
    organisation = await make_organisation()
    made = await publish_interview(runtime, organisation, VIDEO)
    candidate = await begin(api, made.token)
    await candidate.agree()
    await candidate.answer_with((await candidate.room())["question"], WEBM)
    await candidate.complete()
    await run_jobs()
    actor = await sign_in(organisation, Permission.MEDIA_REVIEW)
    page = (await api.get(f"/sessions/{candidate.session_id}", headers={"accept": "text/html"})).text
    address = html.unescape(re.search(r'(/media/[^"]+/playback\?[^"]+)"', page)[1])
    del api.headers["authorization"]

    for part in ("bytes=0-99", "bytes=100-199", "bytes=200-"):
        assert (await api.get(address, headers={"Range": part})).status_code == 206
    changed = address.replace(str(actor.person_id), str(new_id()))
    assert (await api.get(changed)).status_code == 403

    looks = await read_by(entries, organisation.scope, "person", actor.person_id)
    assert [what for kind, _id, what in looks if kind == "recording"] == ["playback"]
