"""Values as the candidate's API and pages show them."""

from __future__ import annotations

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.sessions import schemas
from colloquy.contexts.sessions.service.room import NextQuestion, OpenQuestion, Room
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
                kind=question.kind.value,
                think_seconds=question.think_seconds,
                answer_seconds=question.answer_seconds,
                takes=question.takes,
                max_characters=question.max_characters,
                required=question.required,
            )
            for question in interview.questions
        ],
    )


def room_view(room: Room) -> schemas.RoomView:
    """The room as JSON."""
    return schemas.RoomView(
        session=_session(room),
        order=room.order.value,
        questions=[
            schemas.ListedQuestionView(
                id=one.id,
                number=one.number,
                kind=one.kind,
                state=one.state,
                required=one.required,
                text=one.text,
            )
            for one in room.questions
        ],
        up_next=None if room.up_next is None else _next(room.up_next),
        question=None if room.question is None else _question(room.question),
        takes=[
            schemas.TakeView(
                id=take.id,
                number=take.number,
                state=take.state,
                duration_seconds=take.duration_seconds,
                upload_url=take.upload_url,
                source=take.source,
                here=take.here,
                device=take.device,
            )
            for take in room.takes
        ],
        saved=schemas.SavedView(answers_done=room.answered, answers_total=room.total),
    )


def _session(room: Room) -> schemas.SessionView:
    device = None
    if room.device is not None and room.device_since is not None:
        device = schemas.DeviceView(label=room.device, since=room.device_since)
    return schemas.SessionView(
        id=room.session_id,
        state=room.state.value,
        tab=room.tab,
        device=device,
        must_end_at=room.must_end_at,
        server_now=clock.now(),
        practice=room.practice,
        human_only=room.human_only,
    )


def _next(waiting: NextQuestion) -> schemas.NextQuestionView:
    return schemas.NextQuestionView(
        id=waiting.question.id,
        number=waiting.number,
        of=waiting.of,
        kind=waiting.terms.kind.value,
        source=waiting.question.source.value,
        required=waiting.question.required,
        think_seconds=waiting.terms.think_seconds,
        answer_seconds=waiting.terms.answer_seconds,
        takes_allowed=waiting.terms.takes,
    )


def _question(opened: OpenQuestion) -> schemas.OpenQuestionView:
    question, terms = opened.question, opened.terms
    rule = question.number_rule
    return schemas.OpenQuestionView(
        id=question.id,
        number=opened.number,
        of=opened.of,
        text=question.text,
        kind=terms.kind.value,
        required=question.required,
        source=question.source.value,
        upload_allowed=question.upload_allowed,
        text_allowed=terms.text_allowed,
        captions_allowed=terms.captions_allowed,
        options=[schemas.OptionView(id=option.id, text=option.text) for option in question.options],
        number_rule=schemas.NumberView(lowest=rule.lowest, highest=rule.highest, unit=rule.unit),
        think_seconds=terms.think_seconds,
        answer_seconds=terms.answer_seconds,
        max_characters=terms.max_characters,
        takes_allowed=terms.takes,
        takes_used=opened.takes_used,
        opened_at=opened.opened_at,
        think_until=opened.think_until,
        server_now=clock.now(),
        draft=opened.draft,
        value=opened.value,
    )
