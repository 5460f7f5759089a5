"""The board: an interview's candidates, one line each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.reporting import queries
from colloquy.contexts.reporting.policy.csv import BoardRow
from colloquy.contexts.reporting.policy.document import moment
from colloquy.contexts.reporting.policy.levels import MeanLevel, from_stored
from colloquy.contexts.reporting.policy.progress import STATES, Filter, Progress, progress_of
from colloquy.contexts.scoring import public as scoring
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.i18n import gettext as _

PAGE = 50
_EXPORT_PAGE = 500


@dataclass(frozen=True, slots=True)
class Line:
    """One candidate. `progress` is there while answers are processed, `levels` once there is a report.

    `hidden`: the reader's own scorecard comes first; until then scores, levels and the decisions of others are left
    out, and `decided` says whether there are any. `due`: the reader is asked for a scorecard and has none in.
    `waits_until`: from when a program may evaluate, where notice has to come first; people may at any time.
    """

    session: sessions.Session
    score: scoring.Score | None
    levels: dict[str, MeanLevel]
    low_accuracy: bool
    progress: Progress | None
    decision: str | None
    hidden: bool = False
    decided: bool = False
    due: bool = False
    waits_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class BoardPage:
    """A page of the board. `counts` are of all candidates, whatever the filter; `after` opens the next page."""

    interview: interviews.Interview
    lines: tuple[Line, ...]
    counts: dict[Filter, int]
    after: str | None

    @property
    def total(self) -> int:
        """How many candidates there are."""
        return sum(self.counts.values())

    @property
    def moving(self) -> bool:
        """Whether something on this page changes by itself."""
        return any(line.progress is not None for line in self.lines)


async def board(
    db: AsyncSession,
    actor: Actor,
    interview_id: UUID,
    *,
    only: Filter | None = None,
    search: str = "",
    after: str | None = None,
    limit: int = PAGE,
) -> BoardPage:
    """A page of the interview's candidates, newest first. Forbidden, InterviewNotFound."""
    actor.require(Permission.SESSIONS_VIEW)
    interview = await interviews.interview(db, actor.scope, interview_id)
    if interview is None:
        raise interviews.InterviewNotFound(_("There is no such interview."))
    states = [sessions.SessionState(state) for state in STATES[only]] if only else []
    found = await sessions.sessions_of(
        db, actor.scope, interview_id, states=states, search=search.replace("\0", ""), after=after, limit=limit
    )
    counted = (await sessions.session_counts(db, actor.scope, [interview_id])).get(interview_id, {})
    counts = {
        one: sum(number for state, number in counted.items() if state.value in named) for one, named in STATES.items()
    }
    return BoardPage(interview, await _lines(db, actor, interview, found.sessions), counts, found.after)


async def _lines(
    db: AsyncSession, actor: Actor, interview: interviews.Interview, found: tuple[sessions.Session, ...]
) -> tuple[Line, ...]:
    ids = [session.id for session in found]
    found = tuple(await sessions.with_people_alone(db, actor.scope, found))
    hidden = await scoring.hidden_from(db, actor.scope, actor.person_id, interview, ids)
    due = await scoring.due_from(db, actor.scope, actor.person_id, interview.id, ids)
    scores = await scoring.scores_of(db, actor.scope, ids)
    decisions = await scoring.decisions_of(db, actor.scope, ids)
    glances = {glance.session_id: glance for glance in await queries.glances(db, actor.scope, ids)}
    early = await privacy.not_before(db, actor.scope, ids)
    lines = []
    for session in found:
        waits = waiting(session, early.get(session.id))
        glance, decision = glances.get(session.id), decisions.get(session.id)
        # What a program made of the answers is shown to nobody once people alone evaluate.
        evaluated = not session.human_only and session.id not in hidden
        known = decision is not None and (session.id not in hidden or decision.person_id == actor.person_id)
        lines.append(
            Line(
                session=session,
                score=scores.get(session.id) if evaluated else None,
                levels={level.key: level for level in from_stored(glance.levels)} if glance and evaluated else {},
                low_accuracy=glance is not None and glance.low_accuracy,
                progress=None if waits else progress_now(session, written=glance is not None),
                waits_until=waits,
                decision=decision.outcome.value if decision and known else None,
                hidden=session.id in hidden,
                decided=decision is not None and not known,
                due=session.state.handed_in and session.id in due and decision is None,
            )
        )
    return tuple(lines)


def waiting(session: sessions.Session, program_from: datetime | None) -> datetime | None:
    """Until when a session waits for a program, its words being there; None when it does not."""
    waits = any(answer.state is sessions.AnswerState.TRANSCRIBED for answer in session.answers)
    return program_from if waits and session.state.handed_in and not session.human_only else None


def progress_now(session: sessions.Session, *, written: bool) -> Progress | None:
    """How far processing is; None before the session is handed in and once its report is `written`."""
    if not session.state.handed_in or (written and session.state is not sessions.SessionState.COMPLETED):
        return None
    return progress_of([answer.state.value for answer in session.answers], session.progress)


async def board_rows(db: AsyncSession, actor: Actor, interview_id: UUID) -> list[BoardRow]:
    """Every candidate of the interview as a row of the export. Forbidden, InterviewNotFound."""
    rows: list[BoardRow] = []
    after: str | None = None
    while True:
        page = await board(db, actor, interview_id, after=after, limit=_EXPORT_PAGE)
        rows += [_row(page.interview, line) for line in page.lines]
        after = page.after
        if after is None:
            return rows


def _row(interview: interviews.Interview, line: Line) -> BoardRow:
    session, score = line.session, line.score
    levels = {
        competency.name: line.levels[competency.key].level if competency.key in line.levels else None
        for competency in interview.competencies
    }
    return BoardRow(
        session_id=str(session.id),
        name=session.candidate.name,
        email=session.candidate.email,
        interview=interview.title,
        state=session.state.value,
        started_at=moment(session.started_at) if session.started_at else None,
        completed_at=moment(session.completed_at) if session.completed_at else None,
        overall_score=score.overall_score if score else None,
        technical_score=score.technical_score if score else None,
        communication_score=score.communication_score if score else None,
        needs_human=session.state is sessions.SessionState.NEEDS_HUMAN,
        decision=line.decision,
        levels=levels,
        hidden=line.hidden,
    )
