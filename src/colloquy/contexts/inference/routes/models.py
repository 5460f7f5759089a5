"""An organisation's models, and its budget."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from colloquy.contexts.identity.public import CurrentActor, Permission
from colloquy.contexts.inference import schemas
from colloquy.contexts.inference.errors import ModelExists, ModelNotFound, TooManyModels
from colloquy.contexts.inference.models import ModelRow
from colloquy.contexts.inference.policy.asking import Task, Tier
from colloquy.contexts.inference.service import change_budget, change_models
from colloquy.kit import clock
from colloquy.kit.errors import Forbidden, Malformed, NotSignedIn
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession, instance
from colloquy.providers.llm.guarded import ModelGuard
from colloquy.providers.llm.prices import price_of_a_million

router = APIRouter()
TheGuard = Annotated[ModelGuard, instance(ModelGuard)]
_ALL = (NotSignedIn, Forbidden)


@router.get("/models", response_model=list[schemas.ModelView], responses=problems(*_ALL))
async def read_models(actor: CurrentActor, db: DbSession) -> list[schemas.ModelView]:
    """The organisation's models. Without any, the installation's is used, if it has one."""
    return [view(row) for row in await change_models.models(db, actor)]


@router.post(
    "/models",
    status_code=201,
    response_model=schemas.ModelView,
    responses=problems(*_ALL, ModelExists, TooManyModels, Malformed),
)
async def add_model(
    given: schemas.ModelInput, actor: CurrentActor, db: DbSession, guard: TheGuard
) -> schemas.ModelView:
    """Adds a model. It is asked from the next request on, once there is a key for its address."""
    actor.require(Permission.ORG_MANAGE)
    return view(await change_models.add_model(db, actor, given.checked(guard).draft()))


@router.put("/models/{model_id}", response_model=schemas.ModelView, responses=problems(*_ALL, ModelNotFound, Malformed))
async def change_model(
    model_id: UUID, given: schemas.ModelChange, actor: CurrentActor, db: DbSession
) -> schemas.ModelView:
    """Another tier, other tasks, another place, on or off."""
    row = await change_models.change_model(
        db, actor, model_id, tier=given.tier, tasks=given.tasks, position=given.position, enabled=given.enabled
    )
    return view(row)


@router.delete("/models/{model_id}", status_code=204, responses=problems(*_ALL, ModelNotFound))
async def remove_model(model_id: UUID, actor: CurrentActor, db: DbSession) -> None:
    """Takes a model out; what it said and cost stays."""
    await change_models.remove_model(db, actor, model_id)


@router.get("/model-budget", response_model=schemas.BudgetView, responses=problems(*_ALL))
async def read_budget(actor: CurrentActor, db: DbSession) -> schemas.BudgetView:
    """The limits and this month's spending."""
    return _budget(await change_budget.spending(db, actor))


@router.put("/model-budget", response_model=schemas.BudgetView, responses=problems(*_ALL, Malformed))
async def set_budget(given: schemas.BudgetInput, actor: CurrentActor, db: DbSession) -> schemas.BudgetView:
    """Other limits, from the next request on."""
    return _budget(await change_budget.set_budget(db, actor, given.limits()))


def _budget(spending: change_budget.Spending) -> schemas.BudgetView:
    limits = spending.limits
    return schemas.BudgetView(
        warning_microdollars=limits.warning_microdollars,
        soft_microdollars=limits.soft_microdollars,
        hard_microdollars=limits.hard_microdollars,
        month=spending.month,
        spent_microdollars=spending.spent_microdollars,
        unknown_calls=spending.unknown_calls,
        level=spending.level,
    )


def view(row: ModelRow) -> schemas.ModelView:
    """A model as it goes out, with its price."""
    price = price_of_a_million(row.vendor, row.model)
    resting = row.rests_until is not None and row.rests_until > clock.now()
    return schemas.ModelView(
        id=row.id,
        name=f"{row.vendor}:{row.model}",
        vendor=row.vendor,
        model=row.model,
        base_url=row.base_url,
        tier=Tier(row.tier),
        tasks=[Task(task) for task in row.tasks],
        position=row.position,
        enabled=row.enabled,
        resting_until=row.rests_until if resting else None,
        input_microdollars_per_million=price[0] if price else None,
        output_microdollars_per_million=price[1] if price else None,
    )
