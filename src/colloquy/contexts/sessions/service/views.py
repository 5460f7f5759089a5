"""Values as the candidate's API and pages show them."""

from __future__ import annotations

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.sessions import schemas
from colloquy.contexts.sessions.service.room import OpenQuestion, Room
from colloquy.kit import clock


def interview_view(interview: interviews.Interview) -> schemas.InterviewView:
    """An interview as candidates may know it."""
    return schemas.InterviewView(
        title=interview.title,
        role_title=interview.role_title,
        company=interview.company,
        description=interview.description,
        language=interview.language,
        minutes=interview.minutes,
        closes_at=interview.closes_at,
        questions=[
            schemas.QuestionView(
                id=question.id,
                number=question.number,
                text=question.text,
                kind=question.kind.value,
                think_seconds=question.think_seconds,
                answer_seconds=question.answer_seconds,
                takes=question.takes,
                max_characters=question.max_characters,
            )
            for question in interview.questions
        ],
    )


def room_view(room: Room) -> schemas.RoomView:
    """The room as JSON."""
    return schemas.RoomView(
        session=schemas.SessionView(id=room.session_id, state=room.state.value, tab=room.tab),
        question=None if room.question is None else _question(room.question),
        takes=[
            schemas.TakeView(
                id=take.id,
                number=take.number,
                state=take.state,
                duration_seconds=take.duration_seconds,
                upload_url=take.upload_url,
            )
            for take in room.takes
        ],
        saved=schemas.SavedView(answers_done=room.answered, answers_total=room.total),
    )


def _question(opened: OpenQuestion) -> schemas.OpenQuestionView:
    question = opened.question
    return schemas.OpenQuestionView(
        id=question.id,
        number=question.number,
        of=opened.of,
        text=question.text,
        kind=question.kind.value,
        think_seconds=question.think_seconds,
        answer_seconds=question.answer_seconds,
        max_characters=question.max_characters,
        takes_allowed=question.takes,
        takes_used=opened.takes_used,
        opened_at=opened.opened_at,
        think_until=opened.think_until,
        server_now=clock.now(),
        draft=opened.draft,
    )
