"""Rows of the consent ledger, and of what was chosen about the law.

The ledger is added to and read; the application's role may not change or remove any of it, except that it may empty
`given_from`.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, FetchedValue, Text, func
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
    position: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())
    session_id: Mapped[UUID]
    purpose: Mapped[str]
    decision: Mapped[str]
    notice_hash: Mapped[str]
    given_from: Mapped[str | None]
    decided_at: Mapped[datetime] = mapped_column(server_default=func.now())


class SettingsRow(Base):
    """What an organisation has chosen about the law. Without a row nothing was chosen."""

    __tablename__ = "privacy_settings"

    org_id: Mapped[UUID] = mapped_column(primary_key=True)
    jurisdictions: Mapped[list[str]] = mapped_column(ARRAY(Text))
    people_only: Mapped[bool]
    before_notice: Mapped[str]
    longer_retention_days: Mapped[int | None]
    announcing_since: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class InterviewRow(Base):
    """What was chosen for one interview. `jurisdictions` None: what the organisation has chosen."""

    __tablename__ = "interview_privacy"

    interview_id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    jurisdictions: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    people_only: Mapped[bool]
    posted_on: Mapped[date | None]
    announcing_since: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class SessionRow(Base):
    """What held for a candidate when they agreed."""

    __tablename__ = "session_privacy"

    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    interview_id: Mapped[UUID]
    jurisdictions: Mapped[list[str]] = mapped_column(ARRAY(Text))
    told_at: Mapped[datetime | None]
    program_from: Mapped[datetime | None]
    before_notice: Mapped[str]
