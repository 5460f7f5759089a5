"""Which models an organisation has named, for documents that say so."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.inference.queries import models as queries
from colloquy.contexts.inference.service.standing import understood
from colloquy.kit.db import Scope


@dataclass(frozen=True, slots=True)
class NamedModel:
    """One model: "vendor:model", the host that is asked (empty: the vendor's own), its tasks, whether it is on."""

    name: str
    host: str
    tasks: tuple[str, ...]
    enabled: bool


async def named_models(db: AsyncSession, scope: Scope) -> tuple[NamedModel, ...]:
    """The organisation's own models by name; none where it uses the installation's. Keys are not among it."""
    found = [understood(row) for row in await queries.models(db, scope)]
    return tuple(
        NamedModel(
            one.name,
            urlsplit(one.base_url).hostname or "",
            tuple(sorted(task.value for task in one.tasks)),
            one.enabled,
        )
        for one in sorted(found, key=lambda one: (one.name, one.base_url))
    )
