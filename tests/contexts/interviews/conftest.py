"""Interviews to test with, made through the API or the use cases."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.interviews.policy.drafts import Description, QuestionDraft
from colloquy.contexts.interviews.service import creating, publishing, questions
from colloquy.kit.db import Database
from colloquy.kit.ids import new_id


@pytest.fixture
def make_interview(database: Database) -> Callable[..., Awaitable[UUID]]:
    """`await make_interview(organisation)`: a draft; `published=True` opens it; `template` fills it."""

    async def make(organisation, title: str = "Backend developer", *, template: str | None = None, published=False):
        owner = organisation.owner
        async with database.begin(organisation.scope) as db:
            interview_id = await creating.create(db, owner, Description(title=title), template=template)
            if published:
                if template is None:
                    question = QuestionDraft("What did you build last?", interviews.AnswerKind.VIDEO, assessed=False)
                    await questions.add_question(db, owner, interview_id, question)
                await publishing.publish(db, owner, interview_id)
        return interview_id

    return make


@pytest.fixture
def candidate_starts(database: Database) -> Callable[..., Awaitable[UUID]]:
    """`await candidate_starts(organisation, interview_id)`: somebody begins, as sessions would say it."""

    async def start(organisation, interview_id) -> UUID:
        async with database.begin(organisation.scope) as db:
            await interviews.candidate_started(db, organisation.scope, interview_id)
        return new_id()

    return start
