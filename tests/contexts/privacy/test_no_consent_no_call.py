"""No consent row, no AI call: 500 jobs over sessions in every state of consent, and nobody reads a word of theirs.

What counts is not what callers ask but the ledger, looked at where a model is asked and where the rules stand in.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.factories.answered import STRONG, WatchedEvaluator, evaluating_with
from tests.factories.interviews import TEXT, publish_interview
from tests.factories.models import models_saying

from colloquy.contexts.analysis.service import judge
from colloquy.contexts.inference.policy.drafts import KeyDraft, ModelDraft
from colloquy.contexts.inference.public import About, Inference, NoAnswer, Task, Tier
from colloquy.contexts.inference.service import change_keys, change_models, gate
from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.ids import new_id
from colloquy.kit.jobs import enqueue
from colloquy.providers.llm.structured_fake import FakeStructured

STATES = ("none", "refused", "withdrawn_before", "withdrawn_while_queued", "erased", "notice_not_over")
JOBS = 500
NOTICE = privacy.notice("en", "Acme", "Developer", kinds=frozenset({"text"}), retention_days=30)
WAITING = timedelta(days=10)


@dataclass
class Ground:
    """Sessions with one typed answer each, and a model and an evaluator that count who asked them."""

    runtime: object
    made: object
    model: FakeStructured
    rules: WatchedEvaluator
    answers: dict[str, list[tuple[UUID, UUID]]] = field(default_factory=dict)

    @property
    def scope(self):
        return self.made.organisation.scope

    @property
    def database(self):
        return self.runtime.database

    async def session(self, state: str) -> tuple[UUID, UUID]:
        """A session whose answer has words and waits for a program; nothing is decided yet."""
        session_id, answer_id = new_id(), new_id()
        async with self.database.begin(self.scope) as db:
            await db.execute(
                text(
                    "insert into sessions (id, org_id, interview_id, link_id, state, name, email, email_key, language,"
                    " opened_at, completed_at, updated_at) select :id, :org, :interview, l.id, 'completed', 'Ada',"
                    " cast(:key as text), cast(:key as text), 'en', now(), now(), now() from interview_links l"
                    " where l.interview_id = :interview and l.kind = 'public' and l.revoked_at is null"
                ),
                {"id": session_id, "org": self.scope.org_id, "interview": self.made.id, "key": str(session_id)},
            )
            await db.execute(
                text(
                    "insert into answers (id, org_id, session_id, question_id, number, kind, state, text, submitted_at)"
                    " values (:id, :org, :session, :question, 1, 'text', 'transcribed', :words, now())"
                ),
                {
                    "id": answer_id,
                    "org": self.scope.org_id,
                    "session": session_id,
                    "question": self.made.question_ids[0],
                    "words": f"{STRONG} {state} {session_id}",
                },
            )
        self.answers.setdefault(state, []).append((session_id, answer_id))
        return session_id, answer_id

    async def decide(self, session_id: UUID, *, agrees: bool) -> None:
        async with self.database.begin(self.scope) as db:
            await privacy.record_consent(
                db,
                self.scope,
                session_id=session_id,
                purposes={privacy.Purpose.AI_EVALUATION: agrees},
                notice=NOTICE,
                given_from=None,
            )

    async def withdraw(self, session_id: UUID) -> None:
        async with self.database.begin(self.scope) as db:
            await privacy.withdraw(db, self.scope, session_id, privacy.Purpose.AI_EVALUATION)

    async def announce_to(self, session_id: UUID, *, before: str) -> None:
        """The candidate was told of a program just now, where ten business days have to pass."""
        async with self.database.begin(self.scope) as db:
            await db.execute(
                text(
                    "insert into session_privacy (session_id, org_id, interview_id, jurisdictions, told_at,"
                    " program_from, before_notice) values (:id, :org, :interview, '{nyc}', :now, :then, :before)"
                ),
                {
                    "id": session_id,
                    "org": self.scope.org_id,
                    "interview": self.made.id,
                    "now": clock.now(),
                    "then": clock.now() + WAITING,
                    "before": before,
                },
            )

    async def queue(self, session_id: UUID, answer_id: UUID, times: int = 1) -> None:
        async with self.database.begin(self.scope) as db:
            for _ in range(times):
                await enqueue(
                    db, "analysis.judge", org_id=self.scope.org_id, session_id=session_id, answer_id=answer_id
                )

    async def states(self, state: str) -> Counter[tuple[str, str | None]]:
        async with self.database.begin(self.scope) as db:
            found = Counter()
            for _, answer_id in self.answers[state]:
                answer = await sessions.answer(db, self.scope, answer_id)
                found["gone" if answer is None else (answer.state.value, answer.reason_code)] += 1
            return found

    @property
    def calls(self) -> int:
        return len(self.model.asked) + len(self.rules.read)


@pytest.fixture
async def ground(runtime, make_organisation):
    """An organisation with a model and a key, so that a call would really be made."""
    organisation = await make_organisation()
    made = await publish_interview(runtime, organisation, TEXT)
    model, rules = FakeStructured("openai:gpt-5-mini"), WatchedEvaluator()
    secret = runtime.provided.get(Secret)
    async with runtime.database.begin(organisation.scope) as db:
        draft = ModelDraft("openai", "gpt-5-mini", base_url="", tier=Tier.STANDARD, tasks=list(Task))
        await change_models.add_model(db, organisation.owner, draft)
        await change_keys.add_key(db, secret, organisation.owner, KeyDraft("openai", "", "Key", "sk-counting"))
    inference = Inference(runtime.database, secret, lambda *_: model)
    with evaluating_with(runtime, rules), models_saying(runtime, inference):
        yield Ground(runtime, made, model, rules)
    await inference.close()


async def prepared(ground: Ground, each: int) -> None:
    """Sessions in every state, `each` of them, the queue full of jobs, and then what happens while they wait."""
    for state in STATES:
        for number in range(each):
            session_id, answer_id = await ground.session(state)
            if state != "none":
                await ground.decide(session_id, agrees=state != "refused")
            if state == "withdrawn_before":
                await ground.withdraw(session_id)
            if state == "notice_not_over":
                await ground.announce_to(session_id, before="wait" if number % 2 else "people")
            await ground.queue(session_id, answer_id)
    for session_id, _ in ground.answers["withdrawn_while_queued"]:
        await ground.withdraw(session_id)
    for session_id, _ in ground.answers["erased"]:
        async with ground.database.begin(ground.scope) as db:
            await privacy.forget_origin(db, ground.scope, session_id)


async def test_500_jobs_without_consent_make_no_call_and_all_end_with_people(ground, run_jobs):
    await prepared(ground, JOBS // len(STATES))
    for session_id, answer_id in ground.answers["none"][: JOBS % len(STATES)]:
        await ground.queue(session_id, answer_id)

    await run_jobs()

    assert ground.calls == 0
    each = JOBS // len(STATES)
    for state in STATES[:-1]:
        assert await ground.states(state) == {("needs_human", "people_only"): each}, state
    # Those who wait are looked at on the day, by a job that is there; the others went to people.
    waiting = each // 2
    assert await ground.states("notice_not_over") == {
        ("transcribed", None): waiting,
        ("needs_human", "notice_period"): each - waiting,
    }


async def test_without_the_gate_and_without_the_callers_question_every_job_calls(ground, run_jobs, monkeypatch):
    """The test of the test: it is these two looks at the ledger that keep the calls at 0, and either of them does."""
    monkeypatch.setattr(gate, "require", _nothing)
    monkeypatch.setattr(judge, "allowed", _yes)
    await prepared(ground, 2)

    await run_jobs()

    assert ground.calls >= len(STATES) * 2


@pytest.mark.parametrize("removed", ["gate", "caller"])
async def test_either_look_at_the_ledger_is_enough(ground, run_jobs, monkeypatch, removed):
    if removed == "gate":
        monkeypatch.setattr(gate, "require", _nothing)
    else:
        monkeypatch.setattr(judge, "allowed", _yes)
    await prepared(ground, 2)

    await run_jobs()

    assert ground.calls == 0


async def _nothing(*_: object) -> None:
    return None


async def _yes(*_: object) -> bool:
    return True


async def test_an_answer_that_waits_is_read_on_the_day_and_not_before(ground, run_jobs):
    session_id, answer_id = await ground.session("told")
    await ground.decide(session_id, agrees=True)
    await ground.announce_to(session_id, before="wait")
    await ground.queue(session_id, answer_id)
    await run_jobs()
    assert ground.calls == 0
    waits = "select scheduled_at from procrastinate_jobs where status = 'todo' and args->>'answer_id' = :id"
    async with ground.database.begin() as db:
        (at,) = (await db.scalars(text(waits), {"id": str(answer_id)})).all()
    assert abs(at - (clock.now() + WAITING)) < timedelta(minutes=5)

    with clock.travelled(WAITING + timedelta(minutes=5)):
        async with ground.database.begin() as db:
            await db.execute(
                text("update procrastinate_jobs set scheduled_at = null where args->>'answer_id' = :id"),
                {"id": str(answer_id)},
            )
        await run_jobs()

    assert ground.calls > 0
    assert await ground.states("told") == {("scored", None): 1}


async def test_consent_taken_back_between_two_readings_stops_the_second(ground, run_jobs):
    session_id, answer_id = await ground.session("regret")
    await ground.decide(session_id, agrees=True)

    async def says(request, _key):
        await ground.withdraw(session_id)
        return request.output.model_validate({"judgements": []})

    ground.model.says = says
    await ground.queue(session_id, answer_id)
    await run_jobs()

    assert (len(ground.model.asked), ground.rules.read) == (1, [])
    assert await ground.states("regret") == {("needs_human", "people_only"): 1}


async def test_consent_taken_back_while_models_fail_keeps_the_rules_away_too(ground, run_jobs):
    session_id, answer_id = await ground.session("failing")
    await ground.decide(session_id, agrees=True)

    async def says(_request, _key):
        await ground.withdraw(session_id)
        return RuntimeError("Gone.")

    ground.model.says = says
    await ground.queue(session_id, answer_id)
    await run_jobs()

    assert ground.rules.read == []
    assert await ground.states("failing") == {("needs_human", "people_only"): 1}


@pytest.mark.parametrize("task", [Task.EVALUATE, Task.CONVERSE])
async def test_candidates_words_are_read_for_a_session_or_not_at_all(ground, task):
    inference = ground.runtime.provided.get(Inference)

    with pytest.raises(NoAnswer) as no:
        await inference.require(ground.scope, task, About())
    assert no.value.code == "not_allowed"
    await inference.require(ground.scope, Task.DRAFT, About())


async def test_no_model_leads_a_conversation_without_consent(ground):
    inference = ground.runtime.provided.get(Inference)
    session_id, _ = await ground.session("talk")
    with pytest.raises(NoAnswer) as no:
        await inference.chat(ground.scope, About(ground.made.id, session_id))
    assert no.value.code == "not_allowed"
    await ground.decide(session_id, agrees=True)
    assert await inference.chat(ground.scope, About(ground.made.id, session_id)) is None
