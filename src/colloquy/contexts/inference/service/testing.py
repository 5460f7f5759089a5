"""Trying a key out: a tiny request that is really made, and what came of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.inference.errors import KeyNotFound, KeyRetired, NothingToTestWith
from colloquy.contexts.inference.policy.asking import About
from colloquy.contexts.inference.policy.choosing import Model
from colloquy.contexts.inference.policy.keys import KeyState
from colloquy.contexts.inference.queries import keys as queries
from colloquy.contexts.inference.queries import models
from colloquy.contexts.inference.service import pools, recording
from colloquy.contexts.inference.service.ask import Inference
from colloquy.contexts.inference.service.asking import Failure, Parts, cost_of, outcome_name, spent_on
from colloquy.contexts.inference.service.pools import Taken
from colloquy.contexts.inference.service.standing import understood
from colloquy.kit import clock
from colloquy.kit.i18n import gettext as _
from colloquy.providers.llm.structured import (
    ModelMalformed,
    ModelRefused,
    ModelUnavailable,
    StructuredAnswer,
    StructuredRequest,
)

_SECONDS: Final = 20.0


class Hello(BaseModel):
    """The smallest form there is."""

    ok: bool = Field(description="true")


_REQUEST: Final = StructuredRequest(
    "Fill in the form.",
    "Answer with ok = true.",
    Hello,
    # Models that think first use some before they write anything.
    max_tokens=400,
    total_seconds=_SECONDS,
)


@dataclass(frozen=True, slots=True)
class Tested:
    """`outcome` as it is stored with calls; `works` when the vendor accepted the key and the model answered."""

    works: bool
    outcome: str
    model: str
    latency_ms: int


async def test_key(inference: Inference, actor: Actor, key_id: UUID) -> Tested:
    """Asks the first model at the key's address with this key alone. No transaction may be open meanwhile.

    A key that its vendor had refused is used again when it works. Forbidden, KeyNotFound, KeyRetired,
    NothingToTestWith.
    """
    actor.require(Permission.ORG_MANAGE)
    parts = inference.parts
    model, taken = await _ready(parts, actor, key_id)
    started = parts.seconds()
    outcome = await _tried(parts, model, taken)
    took = parts.seconds() - started
    async with parts.database.begin(actor.scope) as db:
        now = clock.now()
        if isinstance(outcome, StructuredAnswer | ModelMalformed):
            await _mended(db, actor, key_id)
        else:
            await pools.note(db, actor.scope, taken, outcome, None, now)
        await recording.record(db, actor.scope, _call(model, key_id, outcome, took), now)
    return Tested(isinstance(outcome, StructuredAnswer), outcome_name(outcome), model.name, round(took * 1000))


async def _ready(parts: Parts, actor: Actor, key_id: UUID) -> tuple[Model, Taken]:
    async with parts.database.begin(actor.scope) as db:
        row = await queries.lock_key(db, actor.scope, key_id)
        if row is None:
            raise KeyNotFound(_("There is no such key."))
        if row.state == KeyState.RETIRED:
            raise KeyRetired(_("This key was retired. Enter a new one."))
        at = [
            model
            for found in await models.models(db, actor.scope)
            if (model := understood(found)).address == (row.vendor, row.base_url)
        ]
        if not at:
            raise NothingToTestWith(_("Add a model of this vendor first: a key is tested by asking one."))
        value = pools.unsealed(parts.secret, row)
    if value is None:
        raise KeyRetired(_("This installation's secret does not open the key. Enter it anew."))
    return min(at, key=lambda model: not model.enabled), Taken(value, id=key_id)


async def _tried(parts: Parts, model: Model, taken: Taken) -> StructuredAnswer[Hello] | Failure:
    try:
        with parts.vendors.using(model) as built:
            async with asyncio.timeout(_SECONDS + 2):
                return await built.complete(_REQUEST, key=taken.value)
    except (ModelRefused, ModelUnavailable, ModelMalformed) as failure:
        return failure
    except TimeoutError:
        return ModelUnavailable("The model did not answer in time.")
    except ValueError:
        return ModelRefused("model", "There is no such model, or something that it needs is missing.")


async def _mended(db: AsyncSession, actor: Actor, key_id: UUID) -> None:
    row = await queries.lock_key(db, actor.scope, key_id)
    if row is not None and row.state in {KeyState.REFUSED, KeyState.ACTIVE}:
        row.state, row.rest_reason, row.rests_until = KeyState.ACTIVE.value, None, None


def _call(model: Model, key_id: UUID, outcome: StructuredAnswer[Hello] | Failure, took: float) -> recording.Call:
    spent = spent_on(outcome)
    return recording.Call(
        "test",
        model.name,
        key_id,
        About(),
        outcome_name(outcome),
        took,
        spent.input_tokens,
        spent.output_tokens,
        spent.requests,
        cost_of(model, outcome),
    )
