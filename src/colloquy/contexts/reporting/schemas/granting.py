"""What recruiters' programs grant one candidate."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from colloquy.contexts.interviews.public import MOST_EXTRA_TAKES, TIME_MULTIPLIERS
from colloquy.kit.moments import Moment

Factor = Annotated[float, Field(json_schema_extra={"enum": list(TIME_MULTIPLIERS)})]


class AccommodationBody(BaseModel):
    """The rules of one candidate; what is left out is as for everybody."""

    model_config = ConfigDict(strict=True, extra="forbid", from_attributes=True)

    time_multiplier: Factor = 1.0
    extra_takes: Annotated[int, Field(ge=0, le=MOST_EXTRA_TAKES)] = 0
    text_instead: bool = False
    no_camera: bool = False
    own_captions: bool = False


class ExtendInput(BaseModel):
    """Until when the candidate may answer."""

    model_config = ConfigDict(strict=True, extra="forbid")

    until: Moment


class GrantedView(BaseModel):
    """What is granted, and until when the candidate may answer."""

    accommodation: AccommodationBody
    answer_until: datetime | None
    must_end_at: datetime | None
