"""Sharing at the border."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from colloquy.contexts.identity.public import Level
from colloquy.contexts.interviews.policy.sharing import Visibility


class Shared(BaseModel):
    """Somebody with what they may do there: `view`, `review` or `edit`, within what their role allows."""

    model_config = ConfigDict(extra="forbid")

    person_id: UUID
    level: Level


class SharingInput(BaseModel):
    """Who may see the interview. `people` counts while `visibility` is `shared`, and is kept while it is `team`."""

    model_config = ConfigDict(extra="forbid")

    visibility: Visibility
    people: Annotated[list[Shared], Field(max_length=500)] = []


class SharingView(BaseModel):
    """Who may see the interview, beside those who see every interview. `made_by` always does."""

    visibility: Visibility
    made_by: UUID | None
    people: list[Shared]
