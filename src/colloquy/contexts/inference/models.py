"""Rows of models, keys, budgets; what was called. Keys are encrypted; nothing anybody said is in a row of calls."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from colloquy.kit.db import Base


class ModelRow(Base):
    """A model that an organisation uses."""

    __tablename__ = "org_models"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    vendor: Mapped[str]
    model: Mapped[str]
    base_url: Mapped[str]
    tier: Mapped[str]
    tasks: Mapped[list[Any]]
    position: Mapped[int]
    enabled: Mapped[bool]
    rests_until: Mapped[datetime | None]
    created_at: Mapped[datetime]


class KeyRow(Base):
    """A key. `sealed` opens with the installation's secret and the row's id; None once it is retired."""

    __tablename__ = "model_keys"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    vendor: Mapped[str]
    base_url: Mapped[str]
    label: Mapped[str]
    last4: Mapped[str]
    sealed: Mapped[bytes | None]
    fingerprint: Mapped[bytes]
    state: Mapped[str]
    rest_reason: Mapped[str | None]
    rests_until: Mapped[datetime | None]
    per_minute: Mapped[int | None]
    minute: Mapped[datetime | None]
    minute_uses: Mapped[int]
    minute_before: Mapped[int]
    used_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[UUID]
    retired_at: Mapped[datetime | None]


class BudgetRow(Base):
    """An organisation's limits."""

    __tablename__ = "model_budgets"

    org_id: Mapped[UUID] = mapped_column(primary_key=True)
    warning_microdollars: Mapped[int | None] = mapped_column(BigInteger)
    soft_microdollars: Mapped[int | None] = mapped_column(BigInteger)
    hard_microdollars: Mapped[int | None] = mapped_column(BigInteger)
    updated_at: Mapped[datetime]


class SpendingRow(Base):
    """What a month has cost so far. `unknown_calls` cost something that nobody knows."""

    __tablename__ = "model_spending"

    org_id: Mapped[UUID] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    microdollars: Mapped[int] = mapped_column(BigInteger)
    unknown_calls: Mapped[int] = mapped_column(BigInteger)


class CallRow(Base):
    """One asking of one model, or one answer that was kept. Ids and numbers only."""

    __tablename__ = "model_calls"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    at: Mapped[datetime]
    task: Mapped[str]
    model: Mapped[str]
    key_id: Mapped[UUID | None]
    interview_id: Mapped[UUID | None]
    session_id: Mapped[UUID | None]
    input_tokens: Mapped[int | None] = mapped_column(BigInteger)
    output_tokens: Mapped[int | None] = mapped_column(BigInteger)
    requests: Mapped[int]
    cost_microdollars: Mapped[int | None] = mapped_column(BigInteger)
    latency_ms: Mapped[int]
    outcome: Mapped[str]


class CacheRow(Base):
    """An answer that is kept for an hour, encrypted."""

    __tablename__ = "model_cache"

    org_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(primary_key=True)
    session_id: Mapped[UUID | None]
    model: Mapped[str]
    sealed: Mapped[bytes]
    expires_at: Mapped[datetime]
