"""The same request within an hour is answered from what was kept: encrypted, apart, and gone with its session."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from tests.contexts.inference.conftest import Form, request
from tests.factories.answered import begin_answering

from colloquy.contexts.inference.public import About, NoAnswer, Task
from colloquy.contexts.inference.service import change_models
from colloquy.contexts.sessions.service.erase import Why, erase
from colloquy.kit import clock
from colloquy.providers.llm.structured import ModelRefused

GPT = "openai:gpt-5-mini"


@pytest.fixture
async def paying(desk):
    await desk.key("sk-first-0001")
    return desk


@pytest.fixture
def kept(owner_connection):
    def rows(desk):
        found = owner_connection.execute("select * from model_cache where org_id = %s", [desk.scope.org_id])
        return found.fetchall()

    return rows


async def test_the_same_request_makes_no_call(paying):
    first = await paying.ask()
    again = await paying.ask()
    assert (again.output, again.model, again.cached, again.cost_microdollars) == (first.output, GPT, True, 0)
    assert len(paying.vendor(GPT).asked) == 1
    assert [call.outcome for call in await paying.calls()] == ["answered", "cached"]


@pytest.mark.parametrize(
    "other",
    [
        {"prompt": "Say something else."},
        {"task": Task.DRAFT},
        {"sample": 1},
        {"temperature": 0.5},
        {"max_tokens": 7},
        {"avoid": ["openai:gpt-5"]},
    ],
)
async def test_another_request_is_asked(paying, other):
    await paying.ask()
    assert not (await paying.ask(**other)).cached


async def test_after_an_hour_it_is_asked_again_and_the_row_is_gone(paying, kept, run_jobs, queued):
    await paying.ask()
    await paying.ask("Another.")
    assert len(kept(paying)) == 2
    assert await queued(paying.scope.org_id) == ["inference.forget"], "one job, however many answers"
    with clock.travelled(timedelta(minutes=61)):
        async with paying.database.begin() as db:
            await db.execute(
                text("update procrastinate_jobs set scheduled_at = null where args->>'org_id' = :id"),
                {"id": str(paying.scope.org_id)},
            )
        await run_jobs()
        assert kept(paying) == []
        assert not (await paying.ask()).cached


async def test_an_answer_of_a_model_that_is_no_longer_used_is_not_given(paying):
    await paying.ask()
    async with paying.database.begin(paying.scope) as db:
        (row,) = await change_models.models(db, paying.organisation.owner)
        await change_models.enable_model(db, paying.organisation.owner, row.id, enabled=False)
    await paying.model("openai:gpt-5")
    answered = await paying.ask()
    assert (answered.model, answered.cached) == ("openai:gpt-5", False)


async def test_other_organisations_never_share_it(paying, make_desk):
    await paying.ask()
    other = await make_desk()
    await other.model()
    await other.key("sk-other-0001")
    assert not (await other.ask()).cached


async def test_what_is_kept_can_neither_be_read_nor_moved(paying, kept):
    word = "unmistakable-words-of-a-candidate"
    paying.vendor(GPT, lambda _request, _key: Form(word=word))
    await paying.ask("A candidate said: " + word)
    assert word not in repr(kept(paying))
    async with paying.database.begin(paying.scope) as db:  # an answer under the name of another question
        await db.execute(
            text("update model_cache set key = sha256('other') where org_id = :id"), {"id": paying.scope.org_id}
        )
        sealed = await db.scalar(text("select sealed from model_cache where org_id = :id"), {"id": paying.scope.org_id})
    with pytest.raises(ValueError, match="sealed"):
        paying.secret.unseal("model-cache", sealed, about=b"other")


async def test_failures_are_not_kept(paying, kept):
    paying.vendor(GPT, lambda _request, _key: ModelRefused("content_filter", "No."))
    with pytest.raises(Exception, match="failed"):
        await paying.ask()
    assert kept(paying) == []


async def test_it_goes_with_its_session_and_is_not_kept_for_one_that_is_gone(make_desk, runtime, api, kept):
    desk = await make_desk()
    await desk.model()
    await desk.key("sk-first-0001")
    answering = await begin_answering(runtime, api, desk.organisation)
    about = About(answering.made.id, answering.id)
    await desk.inference.ask(desk.scope, Task.EVALUATE, request(), about)
    assert len(kept(desk)) == 1
    async with desk.database.begin(desk.scope) as db:
        assert await erase(db, desk.scope, answering.id, why=Why.REQUEST)
    assert kept(desk) == []
    with pytest.raises(NoAnswer, match="No program may read"):
        await desk.inference.ask(desk.scope, Task.EVALUATE, request(), about)
    assert kept(desk) == []
    # What stays are numbers, of nobody.
    assert [call.session_id for call in await desk.calls()] == [None]
