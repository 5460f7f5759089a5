"""Candidates who handed in a written interview, for tests of what people then read."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
from tests.factories.candidates import begin
from tests.factories.identity import MadeOrganisation, unique_email
from tests.factories.interviews import TEXT, MadeInterview, publish_interview

SPOKEN = (
    "In March our payment service lost about two hundred orders an hour. I was on call, so I measured the queue "
    "first and found that the connection pool was exhausted by a slow report. I moved the report to a replica, added "
    "a timeout of thirty seconds and wrote a test for it. Failures fell from four percent to almost nothing, and I "
    "wrote the review so that the other teams could avoid the same mistake."
)


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A candidate's session in a published interview."""

    session_id: str
    interview: MadeInterview
    organisation: MadeOrganisation


async def hand_in(
    runtime,
    api: httpx.AsyncClient,
    organisation: MadeOrganisation,
    *,
    interview: MadeInterview | None = None,
    name: str = "Ada Lovelace",
    words: str = SPOKEN,
    ai_evaluation: bool = True,
    finish: bool = True,
) -> HandedIn:
    """A candidate who wrote `words`, and handed in if `finish`. Jobs have not run yet."""
    interview = interview or await publish_interview(runtime, organisation, TEXT)
    kept = api.headers.pop("authorization", None)
    candidate = await begin(api, interview.token, name=name, email=unique_email("candidate"))
    await candidate.agree(ai_evaluation=ai_evaluation)
    question = (await candidate.room())["question"]
    if finish:
        await candidate.write(question, words)
        await candidate.complete()
    if kept is not None:
        api.headers["authorization"] = kept
    return HandedIn(candidate.session_id, interview, organisation)
