"""Answers that are kept for an hour, so that the same request is not paid for twice."""

from __future__ import annotations

import hmac
import json
from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.inference.policy.asking import About, Task
from colloquy.contexts.inference.queries import calls
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope
from colloquy.kit.jobs import enqueue
from colloquy.providers.llm.structured import StructuredRequest

Output = TypeVar("Output", bound=BaseModel)
KEPT: Final = timedelta(hours=1)
PURPOSE: Final = "model-cache"
FORGET: Final = "inference.forget"


def key(
    secret: Secret, scope: Scope, task: Task, request: StructuredRequest[Output], avoid: Collection[str], sample: int
) -> bytes:
    """32 bytes that name a request of an organisation, whichever model answers it.

    An HMAC-SHA256 with the installation's secret: a plain hash of a short answer could be guessed back.
    """
    content = [
        str(scope.org_id),
        task.value,
        sample,
        sorted(avoid),
        request.instructions,
        request.prompt,
        request.output.model_json_schema(),
        request.max_tokens,
        request.temperature,
    ]
    message = json.dumps(content, sort_keys=True, ensure_ascii=True).encode()
    return hmac.new(secret.derive(PURPOSE), message, sha256).digest()


async def look(
    db: AsyncSession,
    secret: Secret,
    scope: Scope,
    name: bytes,
    output: type[Output],
    models: Collection[str],
    now: datetime,
) -> tuple[Output, str] | None:
    """The answer kept under this name, with the model that gave it, if that model is still among `models`."""
    row = await calls.kept(db, scope, name, now)
    if row is None or row.model not in models:
        return None
    try:
        return output.model_validate_json(secret.unseal(PURPOSE, row.sealed, about=name)), row.model
    except (ValidationError, ValueError):  # another secret, or a shape that has changed: it is asked for anew
        return None


async def keep(
    db: AsyncSession,
    secret: Secret,
    scope: Scope,
    name: bytes,
    output: BaseModel,
    model: str,
    about: About,
    now: datetime,
) -> None:
    """Keeps an answer, and sees to it that it is forgotten in time, and with its session."""
    sealed = secret.seal(PURPOSE, output.model_dump_json().encode(), about=name)
    expires_at = now + KEPT
    kept = await calls.keep(
        db, scope, name, session_id=about.session_id, model=model, sealed=sealed, expires_at=expires_at
    )
    if kept and await calls.forget_alone(db, scope):
        await enqueue(db, FORGET, at=expires_at, once=f"{FORGET}.{scope.org_id}", org_id=scope.org_id)


async def forget(db: AsyncSession, scope: Scope, now: datetime) -> None:
    """Removes the answers whose hour is over, and comes back for the next ones."""
    following = await calls.forget_expired(db, scope, now)
    if following is not None and await calls.forget_alone(db, scope):
        # At least a minute apart: a thousand answers of one morning are not a thousand jobs.
        at = max(following, now + timedelta(minutes=1))
        await enqueue(db, FORGET, at=at, once=f"{FORGET}.{scope.org_id}", org_id=scope.org_id)
