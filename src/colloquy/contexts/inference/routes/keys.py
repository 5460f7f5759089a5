"""An organisation's keys. None of these answers holds one."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from colloquy.contexts.identity.public import CurrentActor, Permission
from colloquy.contexts.inference import schemas
from colloquy.contexts.inference.errors import KeyExists, KeyNotFound, KeyRetired, NothingToTestWith, TooManyModels
from colloquy.contexts.inference.models import KeyRow
from colloquy.contexts.inference.service import change_keys, testing
from colloquy.contexts.inference.service.ask import Inference
from colloquy.kit.crypto import Secret
from colloquy.kit.errors import Forbidden, Malformed, NotSignedIn
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession, instance
from colloquy.providers.llm.guarded import ModelGuard

router = APIRouter(prefix="/model-keys")
TheSecret = Annotated[Secret, instance(Secret)]
TheInference = Annotated[Inference, instance(Inference)]
TheGuard = Annotated[ModelGuard, instance(ModelGuard)]
_ALL = (NotSignedIn, Forbidden)
_ONE = (*_ALL, KeyNotFound, KeyRetired)


@router.get("", response_model=list[schemas.KeyView], responses=problems(*_ALL))
async def read_keys(actor: CurrentActor, db: DbSession) -> list[KeyRow]:
    """All keys, the retired ones last."""
    return await change_keys.keys(db, actor)


@router.post(
    "",
    status_code=201,
    response_model=schemas.KeyView,
    responses=problems(*_ALL, KeyExists, TooManyModels, Malformed),
)
async def add_key(
    given: schemas.KeyInput, actor: CurrentActor, db: DbSession, secret: TheSecret, guard: TheGuard
) -> KeyRow:
    """Enters a key. It is encrypted, used from the next request on, and never shown again."""
    actor.require(Permission.ORG_MANAGE)
    return await change_keys.add_key(db, secret, actor, given.checked(guard).draft())


@router.patch("/{key_id}", response_model=schemas.KeyView, responses=problems(*_ONE, Malformed))
async def change_key(key_id: UUID, given: schemas.KeyChange, actor: CurrentActor, db: DbSession) -> KeyRow:
    """Another name, another limit."""
    return await change_keys.change_key(db, actor, key_id, label=given.label, per_minute=given.per_minute)


@router.post("/{key_id}/replace", response_model=schemas.KeyView, responses=problems(*_ONE, KeyExists, Malformed))
async def replace_key(
    key_id: UUID, given: schemas.KeyReplacement, actor: CurrentActor, db: DbSession, secret: TheSecret
) -> KeyRow:
    """Enters a new key and retires this one, together. The answer is the new one, which has an id of its own."""
    return await change_keys.replace_key(db, secret, actor, key_id, given.key.get_secret_value())


@router.post("/{key_id}/disable", response_model=schemas.KeyView, responses=problems(*_ONE))
async def disable_key(key_id: UUID, actor: CurrentActor, db: DbSession) -> KeyRow:
    """Leaves a key alone until it is enabled."""
    return await change_keys.enable_key(db, actor, key_id, enabled=False)


@router.post("/{key_id}/enable", response_model=schemas.KeyView, responses=problems(*_ONE))
async def enable_key(key_id: UUID, actor: CurrentActor, db: DbSession) -> KeyRow:
    """Uses a key again that was disabled, refused by its vendor, or rests."""
    return await change_keys.enable_key(db, actor, key_id, enabled=True)


@router.delete("/{key_id}", status_code=204, responses=problems(*_ALL, KeyNotFound))
async def retire_key(key_id: UUID, actor: CurrentActor, db: DbSession) -> None:
    """Erases a key; requests under way finish. Its name stays for what it was used for."""
    await change_keys.retire_key(db, actor, key_id)


@router.post("/{key_id}/test", response_model=schemas.TestView, responses=problems(*_ONE, NothingToTestWith))
async def test_key(key_id: UUID, actor: CurrentActor, db: DbSession, inference: TheInference) -> testing.Tested:
    """Asks a model at the key's address with it: a request of a few words, at most 20 s, counted as usage."""
    actor.require(Permission.ORG_MANAGE)
    await db.commit()  # the vendor takes its time, and no transaction is open meanwhile
    return await testing.test_key(inference, actor, key_id)
