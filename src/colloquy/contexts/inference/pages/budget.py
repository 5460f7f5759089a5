"""The form for what may be spent in a month."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from colloquy.contexts.identity.public import CurrentActor, Permission
from colloquy.contexts.inference.pages.given import HOME, Text
from colloquy.contexts.inference.policy.budget import Budget
from colloquy.contexts.inference.policy.money import microdollars, written
from colloquy.contexts.inference.service import change_budget
from colloquy.kit.errors import Malformed
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.web import pages
from colloquy.web.i18n import money

router = APIRouter(prefix=f"{HOME}/budget")


@router.get("")
async def budget(request: Request, actor: CurrentActor, db: DbSession) -> Response:
    """The three limits."""
    spending = await change_budget.spending(db, actor)
    limits = spending.limits
    values = {
        "warning": written(limits.warning_microdollars),
        "soft": written(limits.soft_microdollars),
        "hard": written(limits.hard_microdollars),
    }
    return _form(request, values, spent=money(spending.spent_microdollars))


@router.post("")
async def set_budget(
    request: Request,
    actor: CurrentActor,
    db: DbSession,
    warning: Text = "",
    soft: Text = "",
    hard: Text = "",
) -> Response:
    """Saves them."""
    actor.require(Permission.ORG_MANAGE)
    values, errors, amounts = {"warning": warning, "soft": soft, "hard": hard}, {}, {}
    for name, text in values.items():
        try:
            amounts[name] = microdollars(text)
        except ValueError:
            errors[name] = _("Write an amount in dollars, like 25 or 12.50, or leave it empty.")
    if not errors:
        try:
            await change_budget.set_budget(db, actor, Budget(amounts["warning"], amounts["soft"], amounts["hard"]))
        except Malformed as error:
            errors = error.fields
    if errors:
        spending = await change_budget.spending(db, actor)
        return _form(request, values, spent=money(spending.spent_microdollars), errors=errors, status=422)
    return pages.see_other(request, HOME, _("The budget was saved."))


def _form(
    request: Request, values: dict[str, str], *, spent: str, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    return pages.render(
        request,
        "inference/budget.html",
        status=status,
        section="settings",
        values=values,
        spent=spent,
        errors=errors or {},
    )
