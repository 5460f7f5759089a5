"""Scoring again: a run has answers judged once more beside what is there; a person adopts its scores or leaves them.

Nothing is overwritten and nothing counts by itself. An adoption can be taken back, which is one more line of history.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.analysis import public as analysis
from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.scoring import queries
from colloquy.contexts.scoring.errors import NothingToScoreAgain, RunGoing, RunNotFound
from colloquy.contexts.scoring.models import AdoptionRow, RunItemRow, ScoringRunRow
from colloquy.contexts.scoring.policy.again import LONGEST_NOTE, MOST_IN_FLIGHT, ItemState, RunState, run_state
from colloquy.contexts.scoring.service.standing import counting_runs, newest
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.errors import Malformed
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id
from colloquy.kit.jobs import enqueue

_EVALUATED = frozenset({sessions.AnswerState.ANALYSED, sessions.AnswerState.SCORED})
_PAGE = 200


async def start_run(
    db: AsyncSession, actor: Actor, interview_id: UUID, session_ids: Collection[UUID] | None = None, *, note: str = ""
) -> UUID:
    """Begins to score these sessions, or without any named all that were handed in; returns the run's id.

    Candidates whose answers people alone evaluate are left out and counted. Raises Forbidden, InterviewNotFound,
    SessionNotFound, RunGoing while another run of the interview goes on, NothingToScoreAgain, Malformed.
    """
    actor.require(Permission.SESSIONS_DECIDE)
    scope, note = actor.scope, " ".join(note.replace("\0", "").split())
    if len(note) > LONGEST_NOTE:
        raise Malformed(
            _("The run was not started."),
            fields={"note": _("Use at most %(number)s characters.", number=LONGEST_NOTE)},
        )
    interview = await interviews.interview(db, scope, interview_id)
    if interview is None:
        raise interviews.InterviewNotFound(_("There is no such interview."))
    await queries.take_turns_with_runs(db, scope, interview_id)
    known = await queries.runs(db, scope, interview_id)
    counts = await queries.run_counts(db, scope, [run.id for run in known])
    if any(run_state(counts.get(run.id, {})) is RunState.GOING for run in known):
        raise RunGoing(_("A run of this interview is still going. Wait until it is done, or cancel it."))
    chosen = await sessions.with_people_alone(db, scope, await handed_in(db, scope, interview_id))
    if session_ids is not None:
        if not {one.id for one in chosen}.issuperset(session_ids):
            raise sessions.SessionNotFound(_("There is no such session among those that were handed in."))
        chosen = [one for one in chosen if one.id in set(session_ids)]
    assessed = {question.id for question in interview.questions if question.assessed}
    judged = [one for one in chosen if not one.human_only]
    items = await _items(db, scope, judged, assessed)
    if not items:
        raise NothingToScoreAgain(_("None of these candidates has an answer that a program judged."))
    await interviews.keep_rubric(db, scope, interview_id)
    run = ScoringRunRow(
        id=new_id(),
        org_id=scope.org_id,
        interview_id=interview_id,
        number=max((one.number for one in known), default=0) + 1,
        rubric_version=interview.rubric_version,
        note=note,
        people_only=len(chosen) - len(judged),
        made_by=actor.person_id,
        made_at=clock.now(),
    )
    db.add(run)
    await db.flush()
    db.add_all(RunItemRow(run_id=run.id, org_id=scope.org_id, changed_at=run.made_at, **item) for item in items)
    await db.flush()
    await feed(db, scope, run.id)
    return run.id


async def cancel_run(db: AsyncSession, actor: Actor, interview_id: UUID, run_id: UUID) -> None:
    """Stops a run: answers that are being read are finished, the rest is left. Raises Forbidden, RunNotFound."""
    run = await locked_run(db, actor, interview_id, run_id)
    run.cancelled_at = clock.now()
    await queries.move_items(db, actor.scope, run_id, [ItemState.WAITING], ItemState.CANCELLED, run.cancelled_at)
    await db.flush()


async def go_on(db: AsyncSession, actor: Actor, interview_id: UUID, run_id: UUID) -> None:
    """Takes a stopped run up again, with what failed and what got lost; asked twice, it does no more.

    Raises Forbidden, RunNotFound, RunGoing while another run goes on.
    """
    run = await locked_run(db, actor, interview_id, run_id)
    others = [one.id for one in await queries.runs(db, actor.scope, interview_id) if one.id != run_id]
    counts = await queries.run_counts(db, actor.scope, others)
    if any(run_state(counts.get(one, {})) is RunState.GOING for one in others):
        raise RunGoing(_("Another run of this interview is still going. Wait until it is done, or cancel it."))
    run.cancelled_at = None
    again = [ItemState.CANCELLED, ItemState.FAILED, ItemState.QUEUED]
    await queries.move_items(db, actor.scope, run_id, again, ItemState.WAITING, clock.now())
    await db.flush()
    await feed(db, actor.scope, run_id)


async def adopt_run(db: AsyncSession, actor: Actor, interview_id: UUID, run_id: UUID, *, adopted: bool) -> None:
    """Says that a run's scores count from now on, or that they do not any more. Saying it twice changes nothing.

    The numbers follow candidate by candidate. Raises Forbidden, RunNotFound, RunGoing, NothingToScoreAgain.
    """
    run = await locked_run(db, actor, interview_id, run_id)
    counts = (await queries.run_counts(db, actor.scope, [run_id])).get(run_id, {})
    if adopted and run_state(counts) is RunState.GOING:
        raise RunGoing(_("This run is still going. Its scores can be used when it is done, or cancelled."))
    if adopted and not counts.get(ItemState.JUDGED):
        raise NothingToScoreAgain(_("This run has judged nothing, so there are no scores to use."))
    said = next(iter(await queries.adoptions(db, actor.scope, [run_id])), None)
    if (said is not None and said.adopted) == adopted:
        return
    db.add(
        AdoptionRow(
            id=new_id(),
            org_id=actor.scope.org_id,
            run_id=run.id,
            person_id=actor.person_id,
            adopted=adopted,
            made_at=clock.now(),
        )
    )
    await db.flush()
    items = await queries.run_items(db, actor.scope, [run_id])
    for session_id in dict.fromkeys(item.session_id for item in items):
        await enqueue(db, "scoring.settle", org_id=actor.scope.org_id, session_id=session_id)


async def locked_run(db: AsyncSession, actor: Actor, interview_id: UUID, run_id: UUID) -> ScoringRunRow:
    """The run, for a change. Runs of one interview are changed one after the other. Raises Forbidden, RunNotFound."""
    actor.require(Permission.SESSIONS_DECIDE)
    await queries.take_turns_with_runs(db, actor.scope, interview_id)
    run = await queries.run(db, actor.scope, run_id, lock=True)
    if run is None or run.interview_id != interview_id:
        raise RunNotFound(_("There is no such run."))
    return run


async def feed(db: AsyncSession, scope: Scope, run_id: UUID) -> None:
    """Hands the next answers to the evaluators, as many as may be with them. The run must be locked."""
    counts = (await queries.run_counts(db, scope, [run_id])).get(run_id, {})
    room = MOST_IN_FLIGHT - counts.get(ItemState.QUEUED, 0)
    if room <= 0:
        return
    for item in await queries.next_items(db, scope, run_id, room):
        item.state, item.changed_at = ItemState.QUEUED, clock.now()
        await analysis.judge_again(db, scope, item.session_id, [item.answer_id], run_id=run_id)
    await db.flush()


async def handed_in(db: AsyncSession, scope: Scope, interview_id: UUID) -> list[sessions.Session]:
    """Every session of the interview that was handed in, newest first."""
    states = [state for state in sessions.SessionState if state.handed_in]
    found: list[sessions.Session] = []
    after: str | None = None
    while True:
        page = await sessions.sessions_of(db, scope, interview_id, states=states, after=after, limit=_PAGE)
        found += page.sessions
        after = page.after
        if after is None:
            return found


async def _items(
    db: AsyncSession, scope: Scope, chosen: Sequence[sessions.Session], assessed: Collection[UUID]
) -> list[dict[str, object]]:
    """One a judged answer, with the version that counts now."""
    ids = [one.id for one in chosen]
    versions, runs = await analysis.histories(db, scope, ids), await counting_runs(db, scope, ids)
    items: list[dict[str, object]] = []
    for session in chosen:
        known, counting = versions.get(session.id, {}), runs.get(session.id, frozenset())
        for answer in session.answers:
            if answer.state not in _EVALUATED or answer.question_id not in assessed:
                continue
            before = newest(known.get(answer.id, ()), counting)
            items.append(
                {
                    "session_id": session.id,
                    "answer_id": answer.id,
                    "position": len(items),
                    "state": ItemState.WAITING.value,
                    "old_version": before.version if before else None,
                }
            )
    return items
