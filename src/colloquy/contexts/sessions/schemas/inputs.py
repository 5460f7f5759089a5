"""What the candidate's API takes. Input is strict: unknown members and wrong types are refused."""

from __future__ import annotations

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
    """The candidate's choices, purpose by purpose.

    `longer_retention` counts only where the organisation offers it. `notice_hash`: the notice that was shown; the
    choices are refused when it is not the current one.
    """

    record: bool
    ai_evaluation: bool
    longer_retention: bool = False
    notice_hash: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None


class TabInput(Input):
    """Which tab asks."""

    tab: Tab


class OptionalTabInput(Input):
    """Which tab asks; programs without tabs leave it out."""

    tab: Tab | None = None


class TakeInput(Input):
    """A take that begins."""

    question_id: JsonId
    kind: Literal["video", "audio", "file"]
    mime_type: Annotated[str, StringConstraints(max_length=200)] = ""
    tab: Tab | None = None
    request_id: JsonId | None = None
    source: Literal["camera", "screen", "upload"] = "camera"
    file_name: Annotated[str, StringConstraints(max_length=500), AfterValidator(_writable)] | None = None
    length: Annotated[int, Field(ge=0, le=1 << 40)] | None = None


class CaptionsInput(Input):
    """Captions that the candidate brings for a take."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=200_000), AfterValidator(_writable)]
    format: Literal["vtt", "srt", "txt"]


class OpenInput(Input):
    """A question that the candidate opens, or leaves out."""

    question_id: JsonId
    tab: Tab | None = None


class WithdrawInput(Input):
    """How the candidate withdraws."""

    erase: bool


class ContinueInput(Input):
    """Whose interview goes on on this device."""

    email: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=320)]


class CodeInput(ContinueInput):
    """The code that was sent."""

    code: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]


class FinishInput(Input):
    """A take that has ended."""

    duration_seconds: Annotated[float, Field(ge=0, le=36000, allow_inf_nan=False)]


Option = Annotated[str, StringConstraints(max_length=64), AfterValidator(_writable)]
Link = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_writable)]
Number = Annotated[int | float, Field(allow_inf_nan=False)]
Value = Annotated[list[Option], Field(max_length=50)] | Number | Link


class AnswerInput(Input):
    """The take, the text or the value that is the answer: one of the three."""

    question_id: JsonId
    take_id: JsonId | None = None
    text: Text | None = None
    value: Value | None = None
    tab: Tab | None = None


class DraftInput(Input):
    """What was typed or chosen so far."""

    question_id: JsonId
    text: Text | None = None
    value: Value | None = None
