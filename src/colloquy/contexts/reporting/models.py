"""Rows of reports."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from colloquy.kit.db import Base


class ReportRow(Base):
    """A report as it was when its score was made. `document` is canonical JSON and is never changed.

    `levels` lists `{key, name, level}` for the board: the mean of a competency's levels, 1–5, or null.
    """

    __tablename__ = "reports"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    session_id: Mapped[UUID]
    version: Mapped[int]
    document: Mapped[str]
    hash: Mapped[str]
    levels: Mapped[list[Any]] = mapped_column(JSONB)
    low_accuracy: Mapped[bool]
    made_at: Mapped[datetime]
