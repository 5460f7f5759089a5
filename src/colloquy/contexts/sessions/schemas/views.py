"""What the candidate's API gives."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel


class QuestionView(BaseModel):
    """A question as candidates may know it beforehand: its rules. Its text is told when the candidate opens it."""

    id: UUID
    number: int
    kind: str
    think_seconds: int
    answer_seconds: int
    takes: int
    max_characters: int
    required: bool


class InterviewView(BaseModel):
    """What a candidate learns before beginning."""

    title: str
    role_title: str
    company: str
    description: str
    language: str
    minutes: int
    closes_at: datetime | None
    questions: list[QuestionView]


class StartedView(BaseModel):
    """A session that was opened. `key` goes into `Authorization: Candidate <key>`; it is shown once."""

    session_id: UUID
    key: str
    state: str


class DeviceView(BaseModel):
    """The device that has the room, as it is called (`iPhone · Safari`, or empty), and since when."""

    label: str
    since: datetime


class SessionView(BaseModel):
    """The candidate's session. `must_end_at`: the end of the whole-interview limit, once it runs."""

    id: UUID
    state: str
    tab: str | None
    device: DeviceView | None
    must_end_at: datetime | None
    server_now: datetime
    practice: bool
    human_only: bool


class ListedQuestionView(BaseModel):
    """A question on the candidate's path, as it is known now. `text` is null until it was opened."""

    id: UUID
    number: int
    kind: str
    state: Literal["waiting", "open", "answered", "skipped"]
    required: bool
    text: str | None


class OptionView(BaseModel):
    """One of the answers to choose from."""

    id: str
    text: str


class NumberView(BaseModel):
    """Which numbers are taken."""

    lowest: float | None
    highest: float | None
    unit: str


class NextQuestionView(BaseModel):
    """The question that comes next, without its text: opening it may start a clock."""

    id: UUID
    number: int
    of: int
    kind: str
    source: str
    required: bool
    think_seconds: int
    answer_seconds: int
    takes_allowed: int


class OpenQuestionView(BaseModel):
    """The question that may be answered now, by the server's clock, with the rules that hold for this candidate."""

    id: UUID
    number: int
    of: int
    text: str
    kind: str
    required: bool
    source: str
    upload_allowed: bool
    text_allowed: bool
    captions_allowed: bool
    options: list[OptionView]
    number_rule: NumberView
    think_seconds: int
    answer_seconds: int
    max_characters: int
    takes_allowed: int
    takes_used: int
    opened_at: datetime
    think_until: datetime
    server_now: datetime
    draft: str
    value: Any


class TakeView(BaseModel):
    """A take that can be the answer: `recording` (bytes are missing; go on at `upload_url`) or `saved`.

    `here`: it was begun on this device; if not, its missing bytes are on `device`.
    """

    id: UUID
    number: int
    state: str
    duration_seconds: float | None
    upload_url: str | None
    source: str
    here: bool
    device: str


class SavedView(BaseModel):
    """How many answers are in, of the questions that are asked as far as it is known now."""

    answers_done: int
    answers_total: int


class RoomView(BaseModel):
    """Where the candidate is.

    `question` may be answered now. `up_next` waits to be opened. Neither: choose one of `questions` that waits (in
    the free order), or, when all are answered, hand in.
    """

    session: SessionView
    order: str
    questions: list[ListedQuestionView]
    up_next: NextQuestionView | None
    question: OpenQuestionView | None
    takes: list[TakeView]
    saved: SavedView


class NewTakeView(BaseModel):
    """A take that may be recorded now."""

    take_id: UUID
    number: int
    upload_url: str
    must_stop_at: datetime | None
    server_now: datetime


class TakeStateView(BaseModel):
    """What became of a take."""

    state: str


class NextView(BaseModel):
    """After an answer: where the candidate is now."""

    next: RoomView


class NothingView(BaseModel):
    """Nothing to say: the answer is the same in every case."""


class SavedAnswerView(BaseModel):
    """An answer that came in one request. `sha256` is of the bytes that were stored."""

    answer_id: UUID
    take: int
    received_bytes: int
    sha256: str


class CompletedView(BaseModel):
    """Where the finish page is."""

    redirect: str
