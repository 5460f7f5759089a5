"""Programs read sessions: the report, its files, the board; and put failed answers to work again."""

import json
from uuid import UUID

import pypdfium2
import pytest
from sqlalchemy import text
from tests.contexts.reporting.candidates import SPOKEN, hand_in

from colloquy.contexts.identity.public import Role
from colloquy.contexts.reporting.policy.json import from_json, to_json
from colloquy.contexts.scoring import public as scoring

QUOTED = "connection pool was exhausted"
assert QUOTED in SPOKEN
FILES = ("report.pdf", "report.csv", "report.json", "transcript.vtt?answer=1")


def _words_of_pdf(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


async def test_before_the_report_the_session_tells_how_far_it_is(api, sign_in, runtime, make_organisation):
    done = await hand_in(runtime, api, await make_organisation())
    await sign_in(done.organisation)
    state = (await api.get(f"/api/sessions/{done.session_id}")).json()
    assert (state["state"], state["answers"][0]["state"]) == ("completed", "transcribed")
    for name in FILES[:3]:
        response = await api.get(f"/api/sessions/{done.session_id}/{name}")
        assert (response.status_code, response.json()["code"]) == (409, "report_not_ready")


async def test_the_session_and_its_report_are_the_same_bytes(api, sign_in, written):
    await sign_in(written.organisation)
    session = await api.get(f"/api/sessions/{written.session_id}")
    report = await api.get(f"/api/sessions/{written.session_id}/report.json")
    assert session.content == report.content == to_json(from_json(report.content))
    document = json.loads(report.content)
    answer = document["answers"][0]
    assert 0 <= document["overall_score"] <= 100
    assert answer["state"] == "scored"
    assert answer["transcript"]["recogniser"] == "typed"
    quotes = [quote for score in answer["scores"] for quote in score["quotes"]]
    assert quotes
    for quote in quotes:
        assert answer["transcript"]["text"][quote["start_char"] : quote["end_char"]] == quote["text"]


async def test_the_pdf_holds_the_candidates_words(api, sign_in, written):
    await sign_in(written.organisation)
    response = await api.get(f"/api/sessions/{written.session_id}/report.pdf")
    assert response.headers["content-type"] == "application/pdf"
    assert QUOTED in _words_of_pdf(response.content)


async def test_the_table_holds_the_levels_and_the_quotes(api, sign_in, written):
    await sign_in(written.organisation)
    response = await api.get(f"/api/sessions/{written.session_id}/report.csv")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert "Problem solving" in response.text


async def test_a_strangers_name_cannot_break_out_of_the_file_name(api, sign_in, runtime, make_organisation, run_jobs):
    name = '../"Zoë"\r\nX-Evil: 1;\u202e.exe'.replace("\r\n", " ")
    done = await hand_in(runtime, api, await make_organisation(), name=name)
    await run_jobs()
    await sign_in(done.organisation)
    response = await api.get(f"/api/sessions/{done.session_id}/report.json")
    header = response.headers["content-disposition"]
    assert header.startswith('attachment; filename="zoe-x-evil-1-exe-backend-engineer.json"; filename*=UTF-8')
    assert ".." not in header.replace(".json", "")


@pytest.mark.parametrize("name", ["", *(f"/{name}" for name in FILES)])
async def test_a_report_is_for_its_own_organisation_alone(api, sign_in, make_organisation, written, name):
    address = f"/api/sessions/{written.session_id}{name}"
    assert (await api.get(address)).status_code == 401
    await sign_in(await make_organisation("Southwind"))
    response = await api.get(address)
    assert (response.status_code, response.json()["code"]) == (404, "session_not_found")


async def test_what_people_said_since_is_in_the_report_and_the_scores_stay(api, sign_in, database, written):
    await sign_in(written.organisation)
    address = f"/api/sessions/{written.session_id}/report.json"
    before = (await api.get(address)).json()
    owner = written.organisation.owner
    async with database.begin(owner.scope) as db:
        await scoring.save_review(db, owner, UUID(written.session_id), {"problem_solving": 4}, "Calm and exact.")
        await scoring.decide(db, owner, UUID(written.session_id), scoring.Outcome.ADVANCE, "Strong on incidents.")
    after = (await api.get(address)).json()
    assert after["reviews"][0]["levels"] == {"problem_solving": 4}
    assert (after["decision"]["by"], after["decision"]["outcome"]) == ("Olga Owner", "advance")
    assert after | {"reviews": [], "decision": None} == before


async def test_a_typed_answer_has_no_captions(api, sign_in, written):
    await sign_in(written.organisation)
    response = await api.get(f"/api/sessions/{written.session_id}/transcript.vtt?answer=1")
    assert (response.status_code, response.json()["code"]) == (404, "no_transcript")


async def test_an_answer_that_did_not_fail_is_not_run_again(api, sign_in, written):
    await sign_in(written.organisation, Role.REVIEWER)
    answer = (await api.get(f"/api/sessions/{written.session_id}")).json()["answers"][0]
    response = await api.post(f"/api/sessions/{written.session_id}/answers/{answer['id']}/run-again")
    assert (response.status_code, response.json()["code"]) == (409, "nothing_to_repeat")


async def test_a_failed_answer_is_run_again_and_scored(
    api, sign_in, runtime, make_organisation, owner_connection, run_jobs
):
    done = await hand_in(runtime, api, await make_organisation())
    owner_connection.execute("delete from procrastinate_jobs where args->>'org_id' = %s", [str(done.organisation.id)])
    owner_connection.execute(
        "update answers set state = 'failed', reason_code = 'evaluation_failed', reason = 'It broke.'"
        " where session_id = %s", [done.session_id]
    )  # fmt: skip
    await sign_in(done.organisation)
    answer = (await api.get(f"/api/sessions/{done.session_id}")).json()["answers"][0]
    assert (answer["state"], answer["state_reason"]) == ("failed", "It broke.")
    address = f"/api/sessions/{done.session_id}/answers/{answer['id']}/run-again"
    assert (await api.post(address)).json()["state"] == "transcribed"
    await run_jobs()
    assert (await api.get(f"/api/sessions/{done.session_id}")).json()["answers"][0]["state"] == "scored"
    await sign_in(await make_organisation("Southwind"))
    assert (await api.post(address)).status_code == 404


async def test_a_second_delivery_makes_no_second_report(api, sign_in, database, written, owner_connection, run_jobs):
    rows = "select count(*) from reports where session_id = %s"
    ready = "select count(*) from outbox where name = 'ReportReady' and payload->>'session_id' = %s"
    assert owner_connection.execute(rows, [written.session_id]).fetchone() == (1,)
    owner_connection.execute(
        "insert into outbox (id, org_id, name, version, routing_key, payload)"
        " select gen_random_uuid(), org_id, name, version, routing_key, payload from outbox"
        " where name = 'InterviewScored' and payload->>'session_id' = %s", [written.session_id]
    )  # fmt: skip
    events = owner_connection.execute(
        "select id from outbox where name = 'InterviewScored' and payload->>'session_id' = %s", [written.session_id]
    ).fetchall()
    assert len(events) == 2
    from colloquy.kit.jobs import enqueue

    async with database.begin(written.organisation.scope) as db:
        for (event_id,) in events:
            await enqueue(db, "events.deliver", org_id=written.organisation.id, event_id=event_id)
        for _ in range(2):
            await enqueue(
                db, "reporting.build", org_id=written.organisation.id, session_id=UUID(written.session_id), version=1
            )
    await run_jobs()
    assert owner_connection.execute(rows, [written.session_id]).fetchone() == (1,)
    assert owner_connection.execute(ready, [written.session_id]).fetchone() == (1,)


async def test_a_report_cannot_be_rewritten_by_the_product(database, written):
    with pytest.raises(Exception, match="permission denied"):
        async with database.begin(written.organisation.scope) as db:
            await db.execute(text("update reports set hash = hash"))


async def test_the_board_lists_filters_and_searches(api, sign_in, runtime, make_organisation, run_jobs, written):
    await hand_in(runtime, api, written.organisation, interview=written.interview, name="Grace Hopper", finish=False)
    await sign_in(written.organisation)
    address = f"/api/interviews/{written.interview.id}/sessions"
    everybody = (await api.get(address)).json()
    assert [one["candidate_name"] for one in everybody["items"]] == ["Grace Hopper", "Ada Lovelace"]
    counts = {"ready": 1, "needs_person": 0, "processing": 0, "answering": 1, "expired": 0, "withdrawn": 0}
    assert everybody["counts"] == counts
    ada = everybody["items"][1]
    assert (ada["state"], ada["progress"]) == ("scored", None)
    assert [level["key"] for level in ada["levels"]] == ["problem_solving", "ownership"]

    async def names(query):
        return [one["candidate_name"] for one in (await api.get(f"{address}?{query}")).json()["items"]]

    assert await names("state=ready") == ["Ada Lovelace"]
    assert await names("state=answering") == ["Grace Hopper"]
    assert await names("search=hopp") == ["Grace Hopper"]
    assert await names("search=%25") == []
    first = (await api.get(f"{address}?limit=1")).json()
    assert await names(f"limit=1&after={first['next_cursor'].replace('+', '%2B')}") == ["Ada Lovelace"]
    wrong = await api.get(f"{address}?state=nonsense")
    assert (wrong.status_code, "answering" in wrong.json()["fields"]["state"]) == (422, True)


async def test_the_board_as_a_table(api, sign_in, make_organisation, written):
    address = f"/api/interviews/{written.interview.id}/sessions.csv"
    await sign_in(written.organisation, Role.REVIEWER)
    response = await api.get(address)
    head, row = response.text.lstrip("\ufeff").split("\r\n")[:2]
    assert "level: Problem solving" in head
    assert "Ada Lovelace" in row
    await sign_in(await make_organisation("Southwind"))
    assert (await api.get(address)).status_code == 404
