"""What the product tells, event by event, and that it is empty once a candidate was erased."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text
from tests.factories.candidates import begin
from tests.factories.interviews import TEXT, publish_interview

from colloquy.contexts.interviews import events as interviews
from colloquy.contexts.scoring import events as scoring
from colloquy.contexts.sessions import events as sessions
from colloquy.contexts.webhooks.jobs import HANDLERS
from colloquy.contexts.webhooks.schemas.happenings import CATALOGUE, envelope
from colloquy.kit.events import publish
from colloquy.kit.ids import new_id


@pytest.fixture
async def candidate(runtime, api, make_organisation, hook, run_jobs):
    """Somebody in an interview of an organisation with a webhook."""
    organisation = await make_organisation()
    made = await publish_interview(runtime, organisation, TEXT)
    hooked = await hook(organisation)
    begun = await begin(api, made.token)
    await run_jobs()
    return hooked, made, begun


async def test_every_message_keeps_to_its_schema_and_holds_nothing_personal(candidate, runtime, receiver, run_jobs):
    hooked, made, begun = candidate
    org, session, person = hooked.organisation.id, begun.session_id, hooked.actor.person_id
    happened = [
        interviews.InterviewCreated(org, made.id),
        interviews.InterviewPublished(org, made.id),
        interviews.CandidateInvited(org, made.id, new_id(), 1),
        sessions.SessionStarted(org, session),
        sessions.InterviewCompleted(org, session),
        sessions.SessionExpired(org, session),
        sessions.SessionWithdrawn(org, session, erased=False),
        scoring.ReviewSaved(org, session, person),
        scoring.DecisionMade(org, session, person, "advance"),
        scoring.Contested(org, session, new_id()),
        scoring.ContestAnswered(org, session, new_id(), "explained"),
        scoring.ReportReady(org, session, 1),
    ]
    async with runtime.database.begin(hooked.organisation.scope) as db:
        for event in happened:
            await publish(db, event)
    await run_jobs()

    seen = {had.message["type"] for had in receiver.had}
    assert seen >= {
        "interview.created", "interview.published", "candidate.invited", "session.opened", "session.started",
        "session.completed", "session.expired", "session.withdrawn", "session.reviewed", "session.decided",
        "session.contested", "session.contest_answered", "report.ready",
    }  # fmt: skip
    for had in receiver.had:
        kind = CATALOGUE[had.message["type"]]
        model = envelope(kind.name, kind.data).model_validate_json(had.body, strict=False)
        assert set(had.message["data"]) == set(model.data.model_dump())
        assert "ada@example.com" not in had.body.decode()
        assert "Lovelace" not in had.body.decode()


async def test_every_type_has_a_handler_and_every_handler_a_name_of_its_own():
    assert len({handler.event for handler in HANDLERS}) == len(HANDLERS) == len(CATALOGUE) - 1  # scored has two types


async def test_erasing_a_candidate_empties_what_was_told_and_tells_that(candidate, runtime, receiver, run_jobs):
    hooked, _made, begun = candidate
    scope = hooked.organisation.scope
    receiver.reply = b"HTTP/1.1 500 No\r\nContent-Length: 4\r\nConnection: close\r\n\r\nnope"
    async with runtime.database.begin(scope) as db:
        await publish(db, sessions.SessionStarted(scope.org_id, begun.session_id))
    await run_jobs()
    receiver.reply = b"HTTP/1.1 204 Fine\r\nConnection: close\r\n\r\n"
    async with runtime.database.begin(scope) as db:
        await publish(db, sessions.SessionErased(scope.org_id, begun.session_id, None, "request"))
    await run_jobs()

    assert receiver.had[-1].message["type"] == "candidate.erased"
    by_type = {one.event_type: one for one in await hooked.messages()}
    assert (by_type["session.started"].data, by_type["session.started"].state) == (None, "dropped")
    assert (by_type["session.opened"].data, by_type["session.opened"].state) == (None, "delivered")
    async with runtime.database.begin(scope) as db:
        answers = await db.execute(
            text(
                "select answer from webhook_tries t join webhook_messages m on m.id = t.message_id"
                " where m.org_id = :org and m.event_type like 'session.%'"
            ),
            {"org": scope.org_id},
        )
        assert {row.answer for row in answers} == {""}
    left = json.dumps([one.data for one in by_type.values() if one.event_type != "candidate.erased"])
    assert str(begun.session_id) not in left


async def test_an_invitation_goes_with_the_candidate_it_was_for(hook, runtime, run_jobs):
    hooked = await hook()
    scope, link = hooked.organisation.scope, new_id()
    async with runtime.database.begin(scope) as db:
        await publish(db, interviews.CandidateInvited(scope.org_id, new_id(), link, 1))
    await run_jobs()
    async with runtime.database.begin(scope) as db:
        await publish(db, sessions.SessionErased(scope.org_id, new_id(), link, "retention"))
    await run_jobs()

    by_type = {one.event_type: one for one in await hooked.messages()}
    assert by_type["candidate.invited"].data is None


async def test_a_message_without_content_is_not_sent_again(candidate, api, runtime, sign_in, run_jobs):
    hooked, _made, begun = candidate
    scope = hooked.organisation.scope
    async with runtime.database.begin(scope) as db:
        await publish(db, sessions.SessionErased(scope.org_id, begun.session_id, None, "request"))
    await run_jobs()
    await sign_in(hooked.actor)
    opened = next(one for one in await hooked.messages() if one.event_type == "session.opened")

    refused = await api.post(f"/api/webhook-messages/{opened.id}/send-again")

    assert refused.json()["code"] == "webhook_message_erased"
    assert (await api.get(f"/api/webhook-messages/{opened.id}")).json()["body"] is None
