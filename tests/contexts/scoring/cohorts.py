"""Cohorts of candidates of one interview who were scored, and an evaluator that thinks otherwise."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from tests.contexts.reporting.candidates import SPOKEN, hand_in
from tests.factories.answered import WEAK, WatchedEvaluator, evaluating_with
from tests.factories.interviews import TEXT, publish_interview

from colloquy.contexts.scoring import public as scoring


class Lenient(WatchedEvaluator):
    """Another evaluator: what the rules say, everything one level higher."""

    async def judge(self, question, answer):
        given = await super().judge(question, answer)
        return [replace(one, level=one.level and min(5, one.level + 1)) for one in given]


@contextmanager
def lenient(runtime, name="rules:lenient"):
    evaluator = Lenient(name=name)
    with evaluating_with(runtime, evaluator):
        yield evaluator


class Cohort:
    """Candidates of one interview, and ways to do and to read things as its owner."""

    def __init__(self, runtime, organisation, interview, people):
        self.runtime, self.organisation, self.interview, self.people = runtime, organisation, interview, people
        self.scope, self.owner = organisation.scope, organisation.owner

    async def do(self, use_case, *arguments, actor=None, **options):
        async with self.runtime.database.begin(self.scope) as db:
            return await use_case(db, actor or self.owner, self.interview.id, *arguments, **options)

    async def read(self, read, *arguments):
        async with self.runtime.database.begin(self.scope) as db:
            return await read(db, self.scope, *arguments)

    async def scores(self):
        found = await self.read(scoring.scores_of, self.people)
        return {one: (found[one].version, found[one].overall_score) for one in self.people if one in found}

    async def run(self, run_id):
        return (await self.do(scoring.run_of, run_id))[0]

    async def states(self, run_id):
        return [item.state.value for item in (await self.do(scoring.run_of, run_id))[1]]


async def make_cohort(runtime, api, organisation, number=3, *drafts, blind_review=False, **options):
    """So many candidates of one interview who have handed in; jobs have not run yet. Every other answer is weak."""
    interview = await publish_interview(runtime, organisation, *(drafts or (TEXT,)))
    await unblind(runtime, organisation, interview, blind_review)
    people = []
    for place in range(number):
        words = f"{SPOKEN if place % 2 else WEAK} That was in the project number {place}."
        made = await hand_in(
            runtime, api, organisation, interview=interview, name=f"Person {place}", words=words, **options
        )
        people.append(UUID(made.session_id))
    return Cohort(runtime, organisation, interview, people)


async def unblind(runtime, organisation, interview, blind_review):
    """Sets whether the interview is reviewed blind."""
    from sqlalchemy import text

    async with runtime.database.begin(organisation.scope) as db:
        await db.execute(
            text("update interviews set blind_review = :yes where id = :id"), {"yes": blind_review, "id": interview.id}
        )
