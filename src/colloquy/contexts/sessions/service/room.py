"""The room: what the candidate's page shows, by the server's clock and state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.media import public as media
from colloquy.contexts.sessions import queries
from colloquy.contexts.sessions.errors import OpenedElsewhere
from colloquy.contexts.sessions.models import AnswerRow, KeyRow, SessionRow, TakeRow
from colloquy.contexts.sessions.policy import rules
from colloquy.contexts.sessions.policy.states import AnswerState, SessionState
from colloquy.contexts.sessions.policy.terms import Terms
from colloquy.contexts.sessions.service.place import Place, open_question, place, require_open
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope
from colloquy.kit.i18n import gettext as _

_SEAL = "sessions.upload"
UPLOADS = "/api/public/uploads"
_LOST = frozenset({media.RecordingState.REJECTED, media.RecordingState.FAILED})


@dataclass(frozen=True, slots=True)
class ListedQuestion:
    """A question on the candidate's path. `text` is None until the candidate has opened it."""

    id: UUID
    number: int
    kind: str
    state: str
    required: bool
    text: str | None


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """The question that may be answered now. `draft` and `value` were kept but not sent."""

    question: interviews.Question
    terms: Terms
    number: int
    of: int
    answer_id: UUID
    opened_at: datetime
    think_until: datetime
    takes_used: int
    draft: str
    value: object


@dataclass(frozen=True, slots=True)
class NextQuestion:
    """The question that waits to be opened; its text is not told before."""

    question: interviews.Question
    terms: Terms
    number: int
    of: int


@dataclass(frozen=True, slots=True)
class TakeView:
    """A take that can be the answer, `recording` or `saved`. `upload_url` is None once all bytes are here.

    `here` says whether it was begun on the asking device: elsewhere its missing bytes are there.
    """

    id: UUID
    number: int
    state: str
    duration_seconds: float | None
    upload_url: str | None
    source: str
    here: bool
    device: str


@dataclass(frozen=True, slots=True)
class Room:
    """What the candidate's page shows."""

    session_id: UUID
    state: SessionState
    tab: str | None
    device: str | None
    device_since: datetime | None
    must_end_at: datetime | None
    practice: bool
    human_only: bool
    order: interviews.QuestionOrder
    questions: tuple[ListedQuestion, ...]
    up_next: NextQuestion | None
    question: OpenQuestion | None
    takes: tuple[TakeView, ...]
    answered: int
    total: int


async def enter_room(db: AsyncSession, secret: Secret, row: SessionRow, key: KeyRow | None = None) -> Room:
    """Where the candidate is, seen from the device of `key`.

    Opens the current question when seeing it starts no clock; a timed one waits until the candidate opens it.
    """
    if not SessionState(row.state).over:
        require_open(row)
    found = await place(db, row)
    current = None if SessionState(row.state).over else found.course.current
    if current is not None and found.answers[current.id].opened_at is None and not found.terms(current).timed:
        await open_question(db, found, current.id)
    opened = current if current is not None and found.answers[current.id].opened_at is not None else None
    waiting = current if opened is None else None
    device = await _device(db, row)
    return Room(
        session_id=row.id,
        state=SessionState(row.state),
        tab=row.tab,
        device=device.label if device else None,
        device_since=row.tab_since,
        must_end_at=row.must_end_at,
        practice=found.interview.practice,
        human_only=row.human_only,
        order=found.interview.order,
        questions=_listed(found),
        up_next=None if waiting is None else NextQuestion(waiting, found.terms(waiting), *_number(found, waiting)),
        question=None if opened is None else await _open(db, found, opened),
        takes=() if opened is None else await _takes(db, secret, found, opened, key),
        answered=len([question for question in found.course.path if question.id in found.course.answered]),
        total=len(found.course.path),
    )


async def _device(db: AsyncSession, row: SessionRow) -> KeyRow | None:
    if row.tab_key_id is None:
        return None
    keys = await queries.keys(db, Scope(row.org_id), row.id)
    return next((key for key in keys if key.id == row.tab_key_id), None)


def _number(found: Place, question: interviews.Question) -> tuple[int, int]:
    """The question's place on the candidate's own path, counted from 1, and how many are on it as known now."""
    path = [one.id for one in found.course.path]
    return path.index(question.id) + 1, len(path)


def _listed(found: Place) -> tuple[ListedQuestion, ...]:
    return tuple(
        ListedQuestion(
            id=question.id,
            number=number,
            kind=found.terms(question).kind.value,
            state=_state(found.answers[question.id]),
            required=question.required,
            text=question.text if found.answers[question.id].opened_at else None,
        )
        for number, question in enumerate(found.course.path, 1)
        # Once a rule has ended the interview, what is left of the path is not asked any more.
        if found.course.ended_by is None or question.id in found.course.answered
    )


def _state(answer: AnswerRow) -> str:
    if answer.submitted_at is not None:
        return "skipped" if answer.state == AnswerState.MISSING else "answered"
    return "open" if answer.opened_at is not None else "waiting"


async def _open(db: AsyncSession, found: Place, question: interviews.Question) -> OpenQuestion:
    answer, terms = found.answers[question.id], found.terms(question)
    opened_at = answer.opened_at or clock.now()
    takes = await queries.takes(db, found.scope, answer.id)
    recordings = await media.recordings(db, found.scope, [take.recording_id for take in takes])
    number, of = _number(found, question)
    return OpenQuestion(
        question=question,
        terms=terms,
        number=number,
        of=of,
        answer_id=answer.id,
        opened_at=opened_at,
        think_until=rules.think_until(opened_at, terms.think_seconds),
        takes_used=takes_used(takes, recordings),
        draft=answer.draft or "",
        value=answer.draft_value,
    )


def takes_used(takes: Sequence[TakeRow], recordings: dict[UUID, media.Recording]) -> int:
    """Takes that count. One that could not be used, through no will of the candidate's, is given back."""
    return rules.takes_used(is_lost(recordings[take.recording_id]) for take in takes)


def is_lost(recording: media.Recording) -> bool:
    """Whether a take can never be the answer: it was refused, or our work on it failed."""
    return recording.state in _LOST


async def _takes(
    db: AsyncSession, secret: Secret, found: Place, question: interviews.Question, key: KeyRow | None
) -> tuple[TakeView, ...]:
    takes = await queries.takes(db, found.scope, found.answers[question.id].id)
    recordings = await media.recordings(db, found.scope, [take.recording_id for take in takes])
    labels = {one.id: one.label for one in await queries.keys(db, found.scope, found.row.id)}
    return tuple(
        _shown(secret, take, recordings[take.recording_id], key, labels)
        for take in takes
        if not is_lost(recordings[take.recording_id])
    )


def _shown(
    secret: Secret, take: TakeRow, recording: media.Recording, key: KeyRow | None, labels: dict[UUID, str]
) -> TakeView:
    receiving = recording.state is media.RecordingState.RECEIVING
    return TakeView(
        id=take.id,
        number=take.number,
        state="recording" if receiving else "saved",
        duration_seconds=recording.duration_seconds or take.client_seconds,
        upload_url=upload_address(secret, take) if receiving else None,
        source=take.source,
        here=key is None or take.key_id is None or take.key_id == key.id,
        device=labels.get(take.key_id, "") if take.key_id else "",
    )


def seal_upload(secret: Secret, take_id: UUID, scope: Scope, upload_id: str) -> bytes:
    """The upload's id as it is kept: readable for this take's row alone."""
    return secret.seal(_SEAL, upload_id.encode(), scope.org_id.bytes + take_id.bytes)


def upload_address(secret: Secret, take: TakeRow) -> str:
    """The upload's address again, for the candidate whose take it is."""
    return f"{UPLOADS}/{secret.unseal(_SEAL, take.upload_sealed, take.org_id.bytes + take.id.bytes).decode()}"


def claim_tab(row: SessionRow, tab: str, key: KeyRow | None) -> None:
    """Gives the room to this tab of this device: the newest wins, the others are told at their next step."""
    row.tab_since = row.updated_at = clock.now()
    row.tab, row.tab_key_id = tab, key.id if key else None


async def require_tab(db: AsyncSession, row: SessionRow, tab: str | None) -> None:
    """OpenedElsewhere, with the other device's name, when another tab has the room. Programs without tabs send none."""
    if tab is None or row.tab is None or row.tab == tab:
        return
    device = await _device(db, row)
    raise OpenedElsewhere(
        _("You have continued elsewhere. Go on there, or continue here."),
        device=device.label if device else "",
        since=row.tab_since.isoformat() if row.tab_since else None,
    )
