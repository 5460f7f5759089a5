"""Candidates side by side: one question at a time, each with their recording, words and evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.reporting.service.review import Reviewed, review_page
from colloquy.contexts.scoring import public as scoring
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.crypto import Secret
from colloquy.kit.i18n import gettext as _

FEWEST, MOST = 2, 4
"""One is a review; five side by side are too narrow to read."""


@dataclass(frozen=True, slots=True)
class Column:
    """One candidate. `shown` is their answer, None when they were not asked this question.

    `hidden`: whoever looks has yet to write their own scorecard, so nothing that others made of the answer is here.
    `own` are their own levels, of the whole interview, by competency key.
    """

    session: sessions.Session
    letter: str
    shown: Reviewed | None
    hidden: bool
    own: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ComparePage:
    """What is compared. `probed` are the competencies that the question is about."""

    interview: interviews.Interview
    question: interviews.Question
    probed: tuple[interviews.Competency, ...]
    columns: tuple[Column, ...]


async def compare(
    db: AsyncSession, secret: Secret, actor: Actor, interview_id: UUID, session_ids: Sequence[UUID], number: int
) -> ComparePage | None:
    """These candidates' answers to question `number`; None when there are not two to four of them.

    Forbidden, InterviewNotFound, and SessionNotFound for one that is not of this interview. A number that no question
    has means the nearest one.
    """
    actor.require(Permission.SESSIONS_VIEW)
    interview = await interviews.interview(db, actor.scope, interview_id)
    if interview is None:
        raise interviews.InterviewNotFound(_("There is no such interview."))
    if not FEWEST <= len(session_ids) <= MOST or not interview.questions:
        return None
    question = interview.questions[min(max(number, 1), len(interview.questions)) - 1]
    hidden = await scoring.hidden_from(db, actor.scope, actor.person_id, interview, session_ids)
    columns = []
    for place, session_id in enumerate(session_ids):
        page = await review_page(db, secret, actor, session_id)
        if page.interview.id != interview_id:
            raise sessions.SessionNotFound(_("There is no such session in this interview."))
        of_question = {str(answer.id) for answer in page.session.answers if answer.question_id == question.id}
        columns.append(
            Column(
                session=page.session,
                letter="ABCD"[place],
                shown=next((one for one in page.answers if one.answer.id in of_question), None),
                hidden=session_id in hidden,
                own=page.own.levels if page.own else {},
            )
        )
    probed = tuple(one for one in interview.competencies if one.id in question.competency_ids)
    return ComparePage(interview, question, probed, tuple(columns))
