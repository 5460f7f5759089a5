"""Agreement as the API gives it."""

from __future__ import annotations

from colloquy.contexts.reporting.schemas.sessions import View


class MeasureView(View):
    """A figure with its 95 % interval; null where it is not defined, or with too few candidates."""

    value: float | None
    low: float | None
    high: float | None


class PeopleView(View):
    """People among themselves. Shares are 0 to 1 of pairs; `alpha` is Krippendorff's, ordinal."""

    people: int
    candidates: int
    pairs: int
    exact: float | None
    within_one: float | None
    alpha: MeasureView
    enough: bool


class MachineView(View):
    """The program against each person: `shift` is its level minus theirs, `absolute` without the sign."""

    n: int
    candidates: int
    shift: MeasureView
    absolute: MeasureView
    kappa: MeasureView
    enough: bool


class CompetencyAgreement(View):
    """The agreement about one competency."""

    key: str
    name: str
    people: PeopleView
    machine: MachineView


class AgreementView(View):
    """The agreement about an interview's candidates. `left_out` have scorecards that the caller may not see yet."""

    competencies: list[CompetencyAgreement]
    candidates: int
    scorecards: int
    not_blind: int
    left_out: int
