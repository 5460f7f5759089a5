"""Rows of letters on their way."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from colloquy.kit.db import Base


class SendingRow(Base):
    """One letter to one person. `about_id` is the link, the invitation or the session that it is about."""

    __tablename__ = "sendings"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    effect_id: Mapped[str]
    kind: Mapped[str]
    about_id: Mapped[UUID]
    recipient: Mapped[str]
    message_id: Mapped[str]
    state: Mapped[str]
    subject: Mapped[str | None]
    mailer: Mapped[str | None]
    reason: Mapped[str | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
