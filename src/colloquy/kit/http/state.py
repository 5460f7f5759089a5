"""What routes are given: the transaction of the request and whatever the composition root provides."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from fastapi.requests import HTTPConnection
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.kit.db import Database
from colloquy.kit.provided import Provided

T = TypeVar("T")


def provided(request: HTTPConnection) -> Provided:
    """What `roles` attached to the application."""
    registry = request.app.state.provided
    assert isinstance(registry, Provided)  # noqa: S101 - set by roles/web.py and nowhere else
    return registry


def instance(kind: type[T]) -> Any:
    """The dependency of a route on what is provided for `kind`; used inside `Annotated`."""

    async def find(request: Request) -> T:  # not for waiting: FastAPI would run a plain function in a thread
        return provided(request).get(kind)

    return Depends(find)


async def _transaction(request: Request) -> AsyncIterator[AsyncSession]:
    async with provided(request).get(Database).begin() as db:
        yield db


# `scope="function"`: the commit happens when the endpoint returns, before the answer is sent. With
# FastAPI's default the answer leaves first, and a commit that fails has already been told as a success.
DbSession = Annotated[AsyncSession, Depends(_transaction, scope="function")]
