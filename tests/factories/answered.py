"""Candidates who have written their answers, and evaluators that tests can watch and disturb."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from uuid import UUID

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from tests.factories.candidates import CandidateClient, begin
from tests.factories.identity import MadeOrganisation
from tests.factories.interviews import TEXT, MadeInterview, publish_interview

from colloquy.contexts.analysis import public as analysis
from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.scoring import public as scoring
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.db import Scope
from colloquy.kit.events import Event, publish
from colloquy.roles.runtime import Runtime

STRONG = (
    "Last year our checkout service started to time out on a Friday evening. First I rolled back the release to stop"
    " the damage, then I compared the metrics from before and after and read the logs. I found that a missing index"
    " made one query forty times slower. I added the index, wrote a regression test and set up an alert on the slow"
    " queries. As a result the error rate went from eight percent to almost zero and it has not happened again."
)
WEAK = (
    "Incidents happen in every company and it is always very stressful for people. I think communication matters a lot"
    " and everybody should stay calm and work hard until the service is healthy."
)
TOO_SHORT = "I do not know."


@dataclass(frozen=True, slots=True)
class Answering:
    """A candidate in a published interview whose questions are answered in writing."""

    runtime: Runtime
    made: MadeInterview
    candidate: CandidateClient

    @property
    def organisation(self) -> MadeOrganisation:
        return self.made.organisation

    @property
    def scope(self) -> Scope:
        return self.made.organisation.scope

    @property
    def id(self) -> UUID:
        return UUID(self.candidate.session_id)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        async with self.runtime.database.begin(self.scope) as db:
            yield db

    async def write(self, *texts: str) -> None:
        """Answers the next questions."""
        for words in texts:
            await self.candidate.write((await self.candidate.room())["question"], words)

    async def complete(self) -> None:
        await self.candidate.complete()

    async def session(self) -> sessions.Session:
        async with self.transaction() as db:
            found = await sessions.session(db, self.scope, self.id)
        assert found is not None
        return found

    async def answer(self, number: int = 1) -> sessions.Answer:
        return (await self.session()).answers[number - 1]

    async def judgements(self) -> dict[UUID, analysis.StoredJudgements]:
        async with self.transaction() as db:
            return await analysis.judgements(db, self.scope, self.id)

    async def score(self) -> scoring.Score | None:
        async with self.transaction() as db:
            return await scoring.score(db, self.scope, self.id)

    async def withdraw(self) -> None:
        """Takes the consent to an evaluation by a program back."""
        async with self.transaction() as db:
            await privacy.withdraw(db, self.scope, self.id, privacy.Purpose.AI_EVALUATION)

    async def announce(self, *events: Event) -> None:
        """Publishes events once more, with ids of their own: no handler has seen them."""
        async with self.transaction() as db:
            for event in events:
                await publish(db, event)

    async def run_again(self, number: int = 1) -> None:
        answer_id = (await self.answer(number)).id
        async with self.transaction() as db:
            await sessions.run_answer_again(db, self.scope, answer_id)

    async def count(self, table: str) -> int:
        """How many rows a table with `session_id` has for this session."""
        async with self.transaction() as db:
            return await db.scalar(text(f"select count(*) from {table} where session_id = :id"), {"id": self.id})

    async def announced(self, name: str) -> list[dict]:
        """Payloads of the events of this name about this session, in their order."""
        async with self.transaction() as db:
            found = await db.scalars(
                text(
                    "select payload from outbox where name = :name and payload->>'session_id' = :id"
                    " order by occurred_at, id"
                ),
                {"name": name, "id": str(self.id)},
            )
            return list(found)


async def begin_answering(
    runtime: Runtime,
    api: httpx.AsyncClient,
    organisation: MadeOrganisation,
    *,
    questions: int = 1,
    assessed: Sequence[bool] | None = None,
    ai_evaluation: bool = True,
    language: str = "en",
) -> Answering:
    """A candidate who has agreed and sees the first of `questions` questions."""
    counts = assessed or [True] * questions
    made = await publish_interview(
        runtime, organisation, *(replace(TEXT, assessed=yes) for yes in counts), language=language
    )
    # The candidate is somebody else than whoever `api` is signed in as.
    signed_in = api.headers.pop("authorization", None)
    candidate = await begin(api, made.token)
    await candidate.agree(ai_evaluation=ai_evaluation)
    if signed_in is not None:
        api.headers["authorization"] = signed_in
    return Answering(runtime, made, candidate)


@dataclass
class WatchedEvaluator:
    """The rules, watched: `read` has every text that was judged. Tests share a queue, so trouble is per text.

    A text in `trouble` raises these errors, one a call. `together` makes the calls for a text wait for each other.
    `instead` replaces what the rules say. `meanwhile` runs after the rules, while no transaction is open.
    """

    read: list[str] = field(default_factory=list)
    trouble: dict[str, list[Exception]] = field(default_factory=dict)
    together: dict[str, asyncio.Barrier] = field(default_factory=dict)
    instead: dict[str, tuple[analysis.Judgement, ...]] = field(default_factory=dict)
    meanwhile: dict[str, object] = field(default_factory=dict)
    name: str = "rules:1"
    prompt_version: str = "tests"

    async def judge(self, question: analysis.QuestionToJudge, answer: analysis.AnswerText):
        self.read.append(answer.text)
        if waiting := self.trouble.get(answer.text):
            raise waiting.pop(0)
        if barrier := self.together.get(answer.text):
            async with asyncio.timeout(10):
                await barrier.wait()
        if act := self.meanwhile.get(answer.text):
            await act()
        if answer.text in self.instead:
            return self.instead[answer.text]
        return await analysis.RulesEvaluator().judge(question, answer)

    def times(self, words: str) -> int:
        """How often this text was judged."""
        return self.read.count(words)


@contextmanager
def evaluating_with(runtime: Runtime, evaluator: analysis.Evaluator) -> Iterator[None]:
    """Inside the block the product judges with this evaluator."""
    before = runtime.provided.get(analysis.Evaluator)
    runtime.provided.put(analysis.Evaluator, evaluator)
    try:
        yield
    finally:
        runtime.provided.put(analysis.Evaluator, before)
