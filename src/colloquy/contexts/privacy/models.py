"""Rows of the consent ledger. They are added and read; the application's role may not change or remove them, except
that it may empty `given_from`.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import FetchedValue, func
from sqlalchemy.orm import Mapped, mapped_column

from colloquy.kit.db import Base


class NoticeRow(Base):
    """A notice as somebody was shown it, once per organisation and content."""

    __tablename__ = "notices"

    org_id: Mapped[UUID] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str]
    language: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    first_shown_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ConsentRow(Base):
    """One decision of a candidate about one purpose. The row with the highest position is in force."""

    __tablename__ = "consents"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(server_default=FetchedValue())
    session_id: Mapped[UUID]
    purpose: Mapped[str]
    decision: Mapped[str]
    notice_hash: Mapped[str]
    given_from: Mapped[str | None]
    decided_at: Mapped[datetime] = mapped_column(server_default=func.now())
