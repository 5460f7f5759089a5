"""Models and keys: the page, and the forms for a model."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, CurrentActor, Permission
from colloquy.contexts.inference import schemas
from colloquy.contexts.inference.errors import ModelExists, ModelNotFound, TooManyModels
from colloquy.contexts.inference.models import KeyRow, ModelRow
from colloquy.contexts.inference.pages.given import (
    HOME,
    Text,
    TheGuard,
    TheInference,
    vendor_choices,
    vendor_name,
    whole,
)
from colloquy.contexts.inference.policy.asking import Task, Tier
from colloquy.contexts.inference.policy.breaker import State
from colloquy.contexts.inference.policy.choosing import PREFERRED
from colloquy.contexts.inference.policy.keys import KeyState
from colloquy.contexts.inference.service import change_budget, change_keys, change_models
from colloquy.contexts.inference.service.ask import Inference
from colloquy.contexts.inference.service.pools import needs_no_key
from colloquy.contexts.inference.service.standing import understood
from colloquy.kit import clock
from colloquy.kit.errors import Malformed, Refusal
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.providers.llm.prices import price_of_a_million
from colloquy.web import pages
from colloquy.web.i18n import money

router = APIRouter(prefix=HOME)
_REFUSED: tuple[type[Refusal], ...] = (ModelExists, TooManyModels)


@router.get("")
async def models(request: Request, actor: CurrentActor, db: DbSession, inference: TheInference) -> Response:
    """Which models are asked with which keys, how they are, and what the month has cost."""
    rows, keys = await change_models.models(db, actor), await change_keys.keys(db, actor)
    spending = await change_budget.spending(db, actor)
    limits = spending.limits
    installation = inference.parts.installation
    return pages.render(
        request,
        "inference/models.html",
        section="settings",
        models=[_shown(row, keys, inference) for row in sorted(rows, key=_rank)],
        installation=installation.model.name if installation is not None else None,
        keys=[_key(row) for row in keys],
        level=spending.level.value,
        spent=money(spending.spent_microdollars),
        unknown_calls=spending.unknown_calls,
        limits={
            "warning": _amount(limits.warning_microdollars),
            "soft": _amount(limits.soft_microdollars),
            "hard": _amount(limits.hard_microdollars),
        },
        spent_microdollars=spending.spent_microdollars,
        hard_microdollars=limits.hard_microdollars,
    )


@router.get("/new")
async def new_model(request: Request, actor: CurrentActor) -> Response:
    """The form for a model."""
    actor.require(Permission.ORG_MANAGE)
    return _form(request, {"tier": Tier.STANDARD.value, "tasks": [task.value for task in Task], "position": "0"})


@router.post("")
async def add_model(
    request: Request,
    actor: CurrentActor,
    db: DbSession,
    guard: TheGuard,
    vendor: Text = "",
    model: Text = "",
    base_url: Text = "",
    tier: Text = "",
    position: Text = "0",
) -> Response:
    """Adds a model."""
    actor.require(Permission.ORG_MANAGE)
    tasks = await _tasks(request)
    values: dict[str, Any] = {
        "vendor": vendor,
        "model": model,
        "base_url": base_url,
        "tier": tier,
        "tasks": tasks,
        "position": position,
    }
    try:
        given = schemas.understood(schemas.ModelInput, **{**values, "position": whole(position)})
        row = await change_models.add_model(db, actor, given.checked(guard).draft())
    except Malformed as error:
        return _form(request, values, errors=error.fields, status=422)
    except _REFUSED as refusal:
        return _form(request, values, errors={"model": refusal.message}, status=refusal.status)
    keyed = any((key.vendor, key.base_url) == (row.vendor, row.base_url) for key in await change_keys.keys(db, actor))
    if not keyed and not needs_no_key(understood(row)):
        return pages.see_other(
            request, f"{HOME}/keys/new?vendor={row.vendor}", _("The model was added. Now enter a key for it.")
        )
    return pages.see_other(request, HOME, _("The model was added."))


@router.get("/{model_id}")
async def edit_model(request: Request, model_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """The form for a model that is there."""
    row = await _row(db, actor, model_id)
    return _form(request, _values(row), row=row)


@router.post("/{model_id}")
async def change_model(
    request: Request,
    model_id: UUID,
    actor: CurrentActor,
    db: DbSession,
    tier: Text = "",
    position: Text = "0",
) -> Response:
    """Saves it."""
    row = await _row(db, actor, model_id)
    values = {**_values(row), "tier": tier, "tasks": await _tasks(request), "position": position}
    try:
        given = schemas.understood(
            schemas.ModelChange, tier=tier, tasks=values["tasks"], position=whole(position), enabled=row.enabled
        )
    except Malformed as error:
        return _form(request, values, row=row, errors=error.fields, status=422)
    await change_models.change_model(
        db, actor, model_id, tier=given.tier, tasks=given.tasks, position=given.position, enabled=row.enabled
    )
    return pages.see_other(request, HOME, _("The model was saved."))


@router.post("/{model_id}/enable")
async def enable(request: Request, model_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """Switches a model on."""
    await change_models.enable_model(db, actor, model_id, enabled=True)
    return pages.see_other(request, HOME, _("The model is asked again."))


@router.post("/{model_id}/disable")
async def disable(request: Request, model_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """Switches a model off."""
    await change_models.enable_model(db, actor, model_id, enabled=False)
    return pages.see_other(request, HOME, _("The model is no longer asked."), undo_action=f"{HOME}/{model_id}/enable")


@router.post("/{model_id}/remove")
async def remove(request: Request, model_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """Takes a model out of the list."""
    await change_models.remove_model(db, actor, model_id)
    return pages.see_other(request, HOME, _("The model was removed. What it said and cost stays."))


async def _tasks(request: Request) -> list[str]:
    return [str(task) for task in (await request.form()).getlist("tasks")]


async def _row(db: AsyncSession, actor: Actor, model_id: UUID) -> ModelRow:
    found = next((row for row in await change_models.models(db, actor) if row.id == model_id), None)
    if found is None:
        raise ModelNotFound(_("There is no such model."))
    return found


def _values(row: ModelRow) -> dict[str, Any]:
    return {"tier": row.tier, "tasks": list(row.tasks), "position": str(row.position)}


def _form(
    request: Request,
    values: dict[str, Any],
    *,
    row: ModelRow | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    return pages.render(
        request,
        "inference/model_form.html",
        status=status,
        section="settings",
        values={"vendor": "openai", "model": "", "base_url": "", **values},
        model=None if row is None else {"id": row.id, "name": f"{row.vendor}:{row.model}"},
        vendors=vendor_choices(_("Another server that speaks OpenAI's protocol")),
        errors=errors or {},
    )


def _rank(row: ModelRow) -> tuple[object, ...]:
    """As an evaluation would ask them: the best first."""
    return PREFERRED[Task.EVALUATE].index(Tier(row.tier)), row.position, row.vendor, row.model


def _shown(row: ModelRow, keys: list[KeyRow], inference: Inference) -> dict[str, Any]:
    model, now = understood(row), clock.now()
    price = price_of_a_million(row.vendor, row.model)
    state = inference.vendors.state(model.address)
    elsewhere = row.rests_until is not None and row.rests_until > now
    pool = [key for key in keys if (key.vendor, key.base_url) == model.address and key.state != KeyState.RETIRED]
    return {
        "id": row.id,
        "name": row.model,
        "vendor": vendor_name(row.vendor),
        "address": row.base_url,
        "tier": row.tier,
        "tasks": list(row.tasks),
        "enabled": row.enabled,
        "price": None if price is None else (money(price[0]), money(price[1])),
        "free": price == (0, 0),
        "resting": row.rests_until if elsewhere else None,
        "state": State.OPEN.value if elsewhere else state.value,
        "usable_keys": sum(key.state == KeyState.ACTIVE for key in pool),
        "needs_key": not pool and not needs_no_key(model),
        "keyless": not pool and needs_no_key(model),
        "key_link": f"{HOME}/keys/new?vendor={row.vendor}",
    }


def _key(row: KeyRow) -> dict[str, Any]:
    now = clock.now()
    return {
        "id": row.id,
        "label": row.label,
        "last4": row.last4,
        "vendor": vendor_name(row.vendor),
        "address": row.base_url,
        "state": row.state,
        "reason": row.rest_reason,
        "rests_until": row.rests_until if row.rests_until is not None and row.rests_until > now else None,
        "per_minute": row.per_minute,
        "used_at": row.used_at,
        "retired_at": row.retired_at,
    }


def _amount(microdollars: int | None) -> str | None:
    return None if microdollars is None else money(microdollars)
