"""Candidates who were invited or have finished, and mailers that say what tests tell them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.contexts.notifications.mailers import Post, mailing_with

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.interviews.policy.addresses import Invitee
from colloquy.contexts.interviews.policy.drafts import Description, QuestionDraft
from colloquy.contexts.interviews.service import creating, inviting, links, publishing, questions
from colloquy.contexts.notifications.policy.sending import LetterKind
from colloquy.contexts.notifications.service import recipients
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database
from colloquy.providers.mail.files import FileMailer
from colloquy.providers.mail.port import Sender
from colloquy.roles.runtime import Runtime


@pytest.fixture
def post(runtime: Runtime) -> Iterator[Post]:
    """The mailer in use: remembers letters and fails when told to."""
    mailer = Post()
    with mailing_with(runtime, mailer):
        yield mailer


@pytest.fixture
def folder(runtime: Runtime, tmp_path: Path) -> Iterator[FileMailer]:
    """The mailer in use: files in a folder of this test alone."""
    mailer = FileMailer(tmp_path / "mail", Sender("colloquy@example.org", "Colloquy"))
    with mailing_with(runtime, mailer):
        yield mailer


@pytest.fixture
def make_interview(database: Database) -> Callable[..., Awaitable[UUID]]:
    """`await make_interview(organisation)`: published, with one question that is answered in writing."""

    async def make(organisation, title: str = "Backend developer", language: str = "en") -> UUID:
        owner = organisation.owner
        async with database.begin(organisation.scope) as db:
            interview_id = await creating.create(
                db, owner, Description(title=title, language=language, blind_review=False)
            )
            question = QuestionDraft("What did you build last?", interviews.AnswerKind.TEXT, assessed=False)
            await questions.add_question(db, owner, interview_id, question)
            await publishing.publish(db, owner, interview_id)
        return interview_id

    return make


@pytest.fixture
def invite(database: Database, runtime: Runtime, make_interview) -> Callable[..., Awaitable[interviews.Link]]:
    """`await invite(organisation, "ada@example.org")`: an invitation whose event is queued."""

    async def do(organisation, email: str = "ada@example.org", name: str = "Ada", **interview) -> interviews.Link:
        interview_id = await make_interview(organisation, **interview)
        async with database.begin(organisation.scope) as db:
            secret = runtime.provided.get(Secret)
            invited = await inviting.invite(db, secret, organisation.owner, interview_id, [Invitee(email, name)])
        return invited.new[0]

    return do


@pytest.fixture
def look(database: Database, run_jobs) -> Callable[..., Awaitable[None]]:
    """`await look(organisation)`: what waits for its time is looked at now, and what follows from it is done.

    The queue goes by the database's clock and code by `kit.clock`: `with travelled(...)` moves the second alone, so
    each look is one that came at its time.
    """

    async def do(organisation, *names: str) -> None:
        async with database.begin() as db:
            await db.execute(
                text(
                    "update procrastinate_jobs set scheduled_at = null where status = 'todo'"
                    " and task_name = any(:names) and args->>'org_id' = :org"
                ),
                {"names": list(names or ["notifications.remind"]), "org": str(organisation.id)},
            )
        await run_jobs()

    return do


@dataclass(frozen=True, slots=True)
class Begun:
    """A candidate who has filled in the form and is not through."""

    session_id: UUID
    interview_id: UUID
    key: sessions.Key
    token: str


@pytest.fixture
def begin_session(database: Database, runtime: Runtime, make_interview) -> Callable[..., Awaitable[Begun]]:
    """`await begin_session(organisation, "ada@example.org", answer=True)`: came by a public link, or by `token`."""

    async def do(
        organisation,
        email="ivan@example.org",
        *,
        name="Ivan Smirnov",
        token=None,
        enter=True,
        answer=False,
        **interview,
    ) -> Begun:
        secret = runtime.provided.get(Secret)
        if token is None:
            interview_id = await make_interview(organisation, **interview)
            async with database.begin(organisation.scope) as db:
                token = (await links.make_public_link(db, secret, organisation.owner, interview_id)).token
        async with database.begin() as db:
            arrival = await sessions.arrive(db, token)
            key = await sessions.start(db, arrival, name=name, email=email, profile_url=None)
            row = await sessions.lock_own(db, key)
            if enter:
                await sessions.agree(db, row, arrival.interview, record=True, ai_evaluation=True, given_from=None)
                await sessions.enter_room(db, secret, row)
            if answer:
                await sessions.send_text(db, row, arrival.interview.questions[0].id, "I built a queue in PostgreSQL.")
        return Begun(key.session_id, arrival.interview.id, key, token)

    return do


@dataclass(frozen=True, slots=True)
class Finished:
    session_id: UUID
    interview_id: UUID


@pytest.fixture
def finish(database: Database, runtime: Runtime, make_interview) -> Callable[..., Awaitable[Finished]]:
    """`await finish(organisation)`: a candidate who has handed an interview in; its event is queued."""

    async def do(organisation, *, name="Ivan Smirnov", email="ivan@example.org", evaluation=True, **interview):
        interview_id = await make_interview(organisation, **interview)
        secret = runtime.provided.get(Secret)
        async with database.begin(organisation.scope) as db:
            link = await links.make_public_link(db, secret, organisation.owner, interview_id)
        async with database.begin() as db:
            arrival = await sessions.arrive(db, link.token)
            key = await sessions.start(db, arrival, name=name, email=email, profile_url=None)
            row = await sessions.lock_own(db, key)
            await sessions.agree(db, row, arrival.interview, record=True, ai_evaluation=evaluation, given_from=None)
            await sessions.enter_room(db, secret, row)
            await sessions.send_text(db, row, arrival.interview.questions[0].id, "I built a queue in PostgreSQL.")
            assert await sessions.complete(db, row)
        return Finished(key.session_id, interview_id)

    return do


@pytest.fixture
def addressed(database: Database, runtime: Runtime) -> Callable[..., Awaitable[UUID]]:
    """`await addressed(organisation, kind, about_id)`: its letters are queued; the id of the newest one."""

    async def do(organisation, kind: LetterKind, about_id: UUID) -> UUID:
        async with database.begin(organisation.scope) as db:
            await recipients.address(db, runtime.provided.get(Secret), organisation.scope, kind, about_id, 1)
            return await db.scalar(text("select id from sendings order by id desc limit 1"))

    return do
