"""Bare FastAPI over SQLAlchemy's ORM: entities loaded, then told by Pydantic models, as tutorials have it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, Request
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ForeignKey, select
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from colloquy.contexts.interviews.models import InterviewRow
from colloquy.contexts.reporting.models import ReportRow
from colloquy.contexts.scoring.models import ScoreRow
from colloquy.contexts.sessions.models import SessionRow


class Base(DeclarativeBase):
    """The product reads these three by SQL and has no entities for them."""


class Person(Base):
    __tablename__ = "people"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    language: Mapped[str]


class Organisation(Base):
    __tablename__ = "organisations"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    accent: Mapped[str]
    contact_email: Mapped[str | None]


class Membership(Base):
    __tablename__ = "memberships"
    org_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    role: Mapped[str]


class View(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class PersonView(View):
    id: UUID
    name: str
    email: str
    language: str


class OrganisationView(View):
    id: UUID
    name: str
    accent: str
    contact_email: str | None


class MeView(View):
    person: PersonView
    organisation: OrganisationView
    role: str


class Line(View):
    id: UUID
    name: str
    email: str
    state: str
    state_reason: str | None
    started_at: datetime | None
    completed_at: datetime | None
    overall_score: float | None
    technical_score: float | None
    communication_score: float | None
    low_accuracy: bool | None
    levels: list[Any]


class Lines(View):
    items: list[Line]


class InterviewView(View):
    id: UUID
    title: str
    role_title: str
    language: str
    state: str
    closes_at: datetime | None
    created_at: datetime
    updated_at: datetime


class Interviews(View):
    items: list[InterviewView]


router = APIRouter()


async def session(request: Request) -> AsyncIterator[AsyncSession]:
    async with request.app.state.begin() as db:
        yield db


Db = Annotated[AsyncSession, Depends(session)]


def application(database: str) -> FastAPI:
    """`/me/{id}`, `/sessions/{interview_id}`, `/interviews/{org_id}`."""
    engine = create_async_engine(make_url(database).set(drivername="postgresql+psycopg"), pool_size=10)
    app = FastAPI()
    app.state.begin = async_sessionmaker(engine, expire_on_commit=False)
    app.include_router(router)
    return app


@router.get("/readyz")
async def ready() -> dict[str, str]:
    return {}


@router.get("/me/{person_id}")
async def me(person_id: UUID, db: Db) -> MeView:
    query = (
        select(Person, Organisation, Membership)
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.org_id)
        .where(Person.id == person_id)
    )
    person, organisation, membership = (await db.execute(query)).one()
    return MeView(
        person=PersonView.model_validate(person),
        organisation=OrganisationView.model_validate(organisation),
        role=membership.role,
    )


@router.get("/sessions/{interview_id}")
async def sessions(interview_id: UUID, db: Db) -> Lines:
    query = (
        select(SessionRow, ScoreRow, ReportRow)
        .outerjoin(ScoreRow, ScoreRow.session_id == SessionRow.id)
        .outerjoin(ReportRow, ReportRow.session_id == SessionRow.id)
        .where(SessionRow.interview_id == interview_id)
        .order_by(SessionRow.opened_at.desc(), SessionRow.id.desc())
        .limit(51)
    )
    return Lines(items=[line(*row) for row in await db.execute(query)])


@router.get("/interviews/{org_id}")
async def interviews(org_id: UUID, db: Db) -> Interviews:
    query = select(InterviewRow).where(InterviewRow.org_id == org_id).order_by(InterviewRow.id.desc()).limit(51)
    return Interviews(items=[InterviewView.model_validate(row) for row in await db.scalars(query)])


def line(session: SessionRow, score: ScoreRow | None, report: ReportRow | None) -> Line:
    """A candidate; every session here has at most one score and one report."""
    return Line(
        id=session.id,
        name=session.name,
        email=session.email,
        state=session.state,
        state_reason=session.state_reason,
        started_at=session.started_at,
        completed_at=session.completed_at,
        overall_score=score.overall_score if score else None,
        technical_score=score.technical_score if score else None,
        communication_score=score.communication_score if score else None,
        low_accuracy=report.low_accuracy if report else None,
        levels=report.levels if report else [],
    )
