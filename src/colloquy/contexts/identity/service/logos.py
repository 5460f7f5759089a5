"""The organisation's logo: chosen, taken away, shown."""

from __future__ import annotations

import hashlib

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.policy.pictures import PictureError, read_picture
from colloquy.contexts.identity.policy.roles import Actor, Permission
from colloquy.contexts.identity.queries import logos
from colloquy.kit.errors import Malformed

_HASH_DIGITS = 32


async def choose_logo(db: AsyncSession, actor: Actor, data: bytes) -> None:
    """Makes this picture the logo. Raises Forbidden, and Malformed (field `logo`) for what cannot be one."""
    actor.require(Permission.ORG_MANAGE)
    try:
        picture = read_picture(data)
    except PictureError as problem:
        raise Malformed(str(problem), fields={"logo": str(problem)}) from problem
    digest = hashlib.sha256(data).hexdigest()[:_HASH_DIGITS]
    await logos.set_logo(db, actor.scope, data, picture.media_type, digest)


async def remove_logo(db: AsyncSession, actor: Actor) -> None:
    """Takes the logo away; without one there is nothing to do. Raises Forbidden."""
    actor.require(Permission.ORG_MANAGE)
    await logos.clear_logo(db, actor.scope)
