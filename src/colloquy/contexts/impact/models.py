"""Rows of this context. Answers are kept under a name that only this context can make from a session."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Mapped, mapped_column

from colloquy.kit.db import Base


class ImpactSettingsRow(Base):
    """Whether an organisation asks, and what its candidates' answers are kept under."""

    __tablename__ = "impact_settings"

    org_id: Mapped[UUID] = mapped_column(primary_key=True)
    asks: Mapped[bool]
    salt: Mapped[bytes]
    changed_by: Mapped[UUID | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class DemographicsRow(Base):
    """What one candidate said of themselves. No time and no id of theirs: it says nothing about anybody alone."""

    __tablename__ = "demographics"

    org_id: Mapped[UUID] = mapped_column(primary_key=True)
    subject: Mapped[bytes] = mapped_column(primary_key=True)
    sex: Mapped[str | None]
    race: Mapped[str | None]
