"""`colloquy replay`, run as an operator would run it."""

from __future__ import annotations

import pytest
from tests.factories.answered import STRONG, begin_answering

from colloquy.kit.ids import new_id


@pytest.fixture
def replay(colloquy, where):
    async def run(*arguments):
        return await colloquy(
            "replay",
            *map(str, arguments),
            COLLOQUY_DATABASE_URL=where.serving,
            COLLOQUY_MIGRATION_URL=where.migrating,
        )

    return run


@pytest.fixture
async def judged(runtime, api, make_organisation, run_jobs):
    one = await begin_answering(runtime, api, await make_organisation())
    await one.write(STRONG)
    await one.complete()
    await run_jobs()
    return one


async def test_it_says_of_each_answer_whether_it_is_the_same(judged, replay):
    result = await replay(judged.id, "--email", judged.organisation.owner.email)
    assert result.exit_code == 0, result.output
    assert "answer 1, judgement 1 by rules:" in result.output
    assert "input same, judgement same" in result.output


async def test_what_differs_ends_it_with_an_error(judged, replay, owner_connection):
    owner_connection.execute("update answers set text = text || ' And more.' where session_id = %s", [judged.id])
    result = await replay(judged.id, "--email", judged.organisation.owner.email)
    assert result.exit_code == 3
    assert "input different" in result.output


async def test_a_session_of_others_is_not_there(judged, replay, make_organisation):
    other = await make_organisation("Elsewhere")
    for session, email in ((judged.id, other.owner.email), (new_id(), judged.organisation.owner.email)):
        result = await replay(session, "--email", email)
        assert result.exit_code == 1
        assert "No organisation of this colleague has such a session" in result.output


async def test_no_id_is_a_mistake_of_use(replay):
    assert (await replay("nonsense", "--email", "olga@example.com")).exit_code == 2
