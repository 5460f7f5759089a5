"""The tables as JSON."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from colloquy.contexts.impact.policy.categories import Race, Sex


class _View(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class LineView(_View):
    """One category. Figures are null where `hidden`: fewer than five people, or needed to keep those hidden."""

    sex: Sex | None
    race: Race | None
    people: int | None
    reached: int | None
    rate: float | None = Field(description="0–1")
    ratio: float | None = Field(description="The impact ratio: the rate by the highest rate of the table.")
    p: float | None = Field(description="Fisher's exact test against the category with the highest rate, two-sided.")
    under_four_fifths: bool
    significant: bool
    small: bool = Field(description="Fewer than 30 people.")
    under_two_percent: bool
    hidden: bool


class TableView(_View):
    """The categories, and how many people are in none of them."""

    lines: list[LineView]
    unknown: int


class TablesView(_View):
    """The three tables of one kind. `median` is that of the scores of all, where the kind is `scoring`."""

    kind: str
    people: int
    by_sex: TableView
    by_race: TableView
    by_both: TableView
    median: float | None


class ImpactView(BaseModel):
    """Both kinds, in the form of 6 RCNY § 5-301; null while fewer than five candidates said anything of themselves."""

    label: str = Field(description="Says that this is not an independent audit.")
    interview_id: UUID | None
    first: date | None
    last: date | None
    candidates: int
    answered: int
    selection: TablesView | None
    scoring: TablesView | None
