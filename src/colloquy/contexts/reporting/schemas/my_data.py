"""Everything that is stored about a candidate: the answer of `GET /api/public/my-data` and `data.json` of the export.

Documented for candidates in docs/api/my-data.md; a change of shape raises `VERSION`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

VERSION: Literal[1] = 1


class Part(BaseModel):
    """Parent of all parts."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class About(Part):
    """Which interview, at which company."""

    title: str
    company: str
    language: str
    contact: str | None


class You(Part):
    """Who you are, as you said."""

    name: str
    email: str
    profile_url: str | None


class Course(Part):
    """Your session: where it is and which rules hold for you."""

    id: UUID
    link_id: UUID | None
    state: str
    state_reason: str | None
    people_only: bool
    opened_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    withdrawn_at: datetime | None
    answer_until: datetime | None
    must_end_at: datetime | None
    updated_at: datetime
    ended_by_question: UUID | None
    accommodation: dict[str, Any]
    codes_asked_for: int


class Device(Part):
    """A browser that can open your session."""

    name: str
    since: datetime


class ConsentEntry(Part):
    """A choice you made, and which text you had read. `network_address` is where it came from."""

    purpose: str
    decision: str
    at: datetime
    notice_version: str
    notice_hash: str
    network_address: str | None


class Take(Part):
    """One recorded try, used as the answer or not. Its recording is under `recordings`."""

    number: int
    recording_id: UUID
    source: str
    device: str
    started_at: datetime
    stopped_at: datetime | None
    late_seconds: float


class Answer(Part):
    """A question and what you answered. The question's text is there once you have answered, or begun to."""

    id: UUID
    number: int
    question: str | None
    kind: str
    state: str
    reason: str | None
    submitted_at: datetime | None
    take: int | None
    text: str | None
    value: Any
    value_in_words: str | None
    draft_text: str | None
    draft_value: Any
    takes: list[Take]


class TranscriptVersion(Part):
    """What a program heard, or the captions you brought. Files are paths in the archive; null in the API's answer."""

    version: int
    made_by: str
    made_at: datetime
    words: int
    hash: str
    not_evaluated_because: str | None
    text_file: str | None
    captions_file: str | None


class Recording(Part):
    """A recording or a file as it arrived. `file` is its path in the archive; null while it is not stored whole."""

    id: UUID
    kind: str
    source: str
    state: str
    reason: str | None
    file_name: str | None
    content_type: str | None
    bytes: int
    duration_seconds: float | None
    sha256: str | None
    file: str | None
    transcripts: list[TranscriptVersion]


class Message(Part):
    """A message of a conversation, replaced ones among them."""

    id: UUID
    number: int
    who: Literal["interviewer", "candidate"]
    kind: str
    state: str
    text: str
    replaced: bool
    recording_id: UUID | None
    at: datetime


class Conversation(Part):
    """A conversation with the interviewer, a program."""

    id: UUID
    answer_id: UUID
    opened_at: datetime
    ended_at: datetime | None
    messages: list[Message]


class JudgedLevel(Part):
    """What a program made of an answer for one competency: 1 to 5 or null, and your words behind it."""

    competency: str
    level: int | None
    quotes: list[str]


class Judgement(Part):
    """One version of what a program made of one answer."""

    answer_id: UUID
    version: int
    evaluator: str
    rubric_version: str
    made_at: datetime
    levels: list[JudgedLevel]


class Score(Part):
    """One version of the numbers, 0 to 100, that follow from the levels."""

    version: int
    overall: float | None
    technical: float | None
    communication: float | None
    made_at: datetime


class Contest(Part):
    """What you said is wrong in the evaluation, and what a person answered (null: nobody has yet)."""

    id: UUID
    answer_id: UUID | None
    about: str
    text: str
    at: datetime
    outcome: str | None
    reply: str | None
    replied_at: datetime | None


class Letter(Part):
    """A letter that was written to you, or to the company's team about you (then without the reader's address)."""

    kind: str
    to_you: bool
    subject: str | None
    state: str
    at: datetime


class LeftOut(Part):
    """Something that is stored and not in here, and why."""

    what: str
    why: str


class Kept(Part):
    """Until when it is kept, by kind: recordings and files, words, everything. `held`: a legal hold stops all of it."""

    recordings_until: date
    words_until: date
    everything_until: date
    access_data_until: date
    recordings_deleted_at: datetime | None
    words_deleted_at: datetime | None
    held: bool


class ErasureAsked(Part):
    """That you asked for everything to be erased, and how far that is.

    `state`: asked (a letter waits for your confirmation, until `confirm_until`), due (within the hour), held (a legal
    hold is on your data; they are erased when it ends), needs_person (there is no address, somebody of the company does
    it).
    """

    id: UUID
    state: str
    asked_at: datetime
    confirm_until: datetime | None
    due_at: datetime | None


class MyData(Part):
    """Everything that is stored about you in one interview."""

    version: Literal[1] = VERSION
    made_at: datetime
    about: About
    you: You
    session: Course
    devices: list[Device]
    consents: list[ConsentEntry]
    answers: list[Answer]
    recordings: list[Recording]
    conversations: list[Conversation]
    judgements: list[Judgement]
    scores: list[Score]
    contests: list[Contest]
    letters: list[Letter]
    seen_by: list[str]
    erased_on: date
    kept: Kept
    erasure: ErasureAsked | None
    not_included: list[LeftOut]


class EraseInput(BaseModel):
    """The word that shows that it is meant."""

    model_config = ConfigDict(strict=True, extra="forbid")

    confirm: Literal["erase"]
