"""Values as the API shows them."""

from __future__ import annotations

from colloquy.contexts.reporting import schemas
from colloquy.contexts.reporting.service.board import BoardPage, Line
from colloquy.contexts.sessions import public as sessions


def session_state(session: sessions.Session, *, hidden: bool = False) -> schemas.SessionState:
    """A session without a report. While it is `hidden`, why a person has to look would say what a program found."""
    return schemas.SessionState(
        id=session.id,
        interview_id=session.interview_id,
        candidate_name=session.candidate.name,
        state=session.state.value,
        state_reason=None if hidden else session.state_reason,
        hidden=hidden,
        started_at=session.started_at,
        completed_at=session.completed_at,
        progress=round(session.progress, 3),
        answers=[
            schemas.AnswerState(
                id=answer.id,
                number=answer.number,
                kind=answer.kind,
                state=answer.state.value,
                state_reason=answer.reason,
            )
            for answer in session.answers
        ],
    )


def board(page: BoardPage) -> schemas.SessionsView:
    """A page of the board."""
    return schemas.SessionsView(
        items=[_line(line) for line in page.lines],
        counts={one.value: number for one, number in page.counts.items()},
        next_cursor=page.after,
    )


def _line(line: Line) -> schemas.SessionLine:
    session, score = line.session, line.score
    return schemas.SessionLine(
        id=session.id,
        candidate_name=session.candidate.name,
        candidate_email=session.candidate.email,
        state=session.state.value,
        state_reason=None if line.hidden else session.state_reason,
        started_at=session.started_at,
        completed_at=session.completed_at,
        progress=round(line.progress.share, 3) if line.progress else None,
        overall_score=score.overall_score if score else None,
        technical_score=score.technical_score if score else None,
        communication_score=score.communication_score if score else None,
        needs_human=session.state is sessions.SessionState.NEEDS_HUMAN,
        low_accuracy=line.low_accuracy,
        levels=[schemas.LevelView(key=one.key, name=one.name, level=one.level) for one in line.levels.values()],
        decision=line.decision,
        hidden=line.hidden,
    )
