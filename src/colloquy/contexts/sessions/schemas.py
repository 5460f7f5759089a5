"""What the candidate's API takes and gives. Input is strict: unknown members and wrong types are refused."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, EmailStr, Field, StringConstraints

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Tab = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{8,64}$")]
JsonId = Annotated[UUID, Field(strict=False)]


def _web_address(value: str) -> str:
    if not value.startswith(("https://", "http://")) or any(c.isspace() or c in "<>\"'" for c in value):
        raise ValueError("Give the whole address, beginning with https://")
    return value


def _writable(value: str) -> str:
    if "\x00" in value:
        raise ValueError("The text contains a character that cannot be stored (NUL).")
    return value


Url = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), AfterValidator(_web_address)]
Text = Annotated[str, StringConstraints(max_length=10000), AfterValidator(_writable)]


class Input(BaseModel):
    """Parent of what is taken in."""

    model_config = ConfigDict(strict=True, extra="forbid")


class StartInput(Input):
    """The form of the landing page."""

    name: Annotated[Name, AfterValidator(_writable)]
    email: Annotated[EmailStr, StringConstraints(max_length=320)]
    profile_url: Url | None = None


class ConsentInput(Input):
    """The candidate's choices, purpose by purpose."""

    record: bool
    ai_evaluation: bool


class TabInput(Input):
    """Which tab asks."""

    tab: Tab


class OptionalTabInput(Input):
    """Which tab asks; programs without tabs leave it out."""

    tab: Tab | None = None


class TakeInput(Input):
    """A take that begins."""

    question_id: JsonId
    kind: Literal["video", "audio"]
    mime_type: Annotated[str, StringConstraints(max_length=200)] = ""
    tab: Tab | None = None


class FinishInput(Input):
    """A take that has ended."""

    duration_seconds: Annotated[float, Field(ge=0, le=36000, allow_inf_nan=False, strict=False)]


class AnswerInput(Input):
    """The take, or the text, that is the answer."""

    question_id: JsonId
    take_id: JsonId | None = None
    text: Text | None = None
    tab: Tab | None = None


class DraftInput(Input):
    """What was typed so far."""

    question_id: JsonId
    text: Text


class QuestionView(BaseModel):
    """A question with its rules, as candidates may know it: no rubric, no expected points."""

    id: UUID
    number: int
    text: str
    kind: str
    think_seconds: int
    answer_seconds: int
    takes: int
    max_characters: int


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


class SessionView(BaseModel):
    """The candidate's session."""

    id: UUID
    state: str
    tab: str | None


class OpenQuestionView(BaseModel):
    """The question that may be answered now, by the server's clock."""

    id: UUID
    number: int
    of: int
    text: str
    kind: str
    think_seconds: int
    answer_seconds: int
    max_characters: int
    takes_allowed: int
    takes_used: int
    opened_at: datetime
    think_until: datetime
    server_now: datetime
    draft: str


class TakeView(BaseModel):
    """A take that can be the answer: `recording` (bytes are missing; go on at `upload_url`) or `saved`."""

    id: UUID
    number: int
    state: str
    duration_seconds: float | None
    upload_url: str | None


class SavedView(BaseModel):
    """How many answers are in."""

    answers_done: int
    answers_total: int


class RoomView(BaseModel):
    """Where the candidate is. `question` is null when every question has its answer."""

    session: SessionView
    question: OpenQuestionView | None
    takes: list[TakeView]
    saved: SavedView


class NewTakeView(BaseModel):
    """A take that may be recorded now."""

    take_id: UUID
    number: int
    upload_url: str
    must_stop_at: datetime
    server_now: datetime


class TakeStateView(BaseModel):
    """What became of a take."""

    state: str


class NextView(BaseModel):
    """After an answer: where the candidate is now."""

    next: RoomView


class SavedAnswerView(BaseModel):
    """An answer that came in one request. `sha256` is of the bytes that were stored."""

    answer_id: UUID
    take: int
    received_bytes: int
    sha256: str


class CompletedView(BaseModel):
    """Where the finish page is."""

    redirect: str
