"""Because of whom something happens: the request, the job or the command that is being worked on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class ActorKind(StrEnum):
    """Who acts."""

    PERSON = "person"
    SERVICE_ACCOUNT = "service_account"
    CANDIDATE = "candidate"
    PROGRAM = "program"  # a job or the scheduler
    OPERATOR = "operator"  # somebody at the command line of the installation
    NOBODY = "nobody"  # a request that nobody has signed in for


@dataclass(slots=True)
class Cause:
    """Filled in while a request is understood: first nobody, then whom its cookie or token belongs to.

    `task` is the task that answers the request. What runs in other tasks that it started (the interviewer composes
    for minutes after the candidate's request was answered) is a program's doing.
    """

    kind: ActorKind
    actor_id: UUID | None = None
    request_id: str = ""
    network: str | None = None
    method: str = "GET"
    scope: Mapping[str, Any] = field(default_factory=dict)
    task: Any = None
    reads: str | None = None
    noted: bool = False

    @property
    def changes(self) -> bool:
        """Whether the request is one that may change something."""
        return self.method not in SAFE_METHODS


_PROGRAM = Cause(ActorKind.PROGRAM)
_current: ContextVar[Cause] = ContextVar("audit_cause", default=_PROGRAM)


def current() -> Cause:
    """Because of whom the running code runs. Outside of requests and commands: a program."""
    cause = _current.get()
    if cause.task is not None and cause.task is not _task():
        return Cause(ActorKind.PROGRAM, request_id=cause.request_id)
    return cause


def acting(kind: ActorKind, actor_id: UUID) -> None:
    """Says who the request comes from; called by whoever has just proved it. In jobs and commands: nothing."""
    cause = _current.get()
    if cause.kind not in {ActorKind.PROGRAM, ActorKind.OPERATOR}:
        cause.kind, cause.actor_id = kind, actor_id


def current_reader() -> str:
    """Who acts, as a short text that can be part of a signed address: `person.<id>`; empty for programs."""
    cause = current()
    return "" if cause.actor_id is None else f"{cause.kind}.{cause.actor_id}"


@contextmanager
def of_request(*, request_id: str, network: str | None, method: str, scope: Mapping[str, Any]) -> Iterator[Cause]:
    """Inside the block everything happens because of this request."""
    cause = Cause(ActorKind.NOBODY, request_id=request_id, network=network, method=method, scope=scope, task=_task())
    with _because(cause):
        yield cause


@contextmanager
def by_operator() -> Iterator[Cause]:
    """Inside the block everything happens because of somebody at the command line."""
    with _because(Cause(ActorKind.OPERATOR)) as cause:
        yield cause


@contextmanager
def by_program(request_id: str = "") -> Iterator[Cause]:
    """Inside the block everything happens because of a job. `request_id` names the job's run."""
    with _because(Cause(ActorKind.PROGRAM, request_id=request_id)) as cause:
        yield cause


@contextmanager
def _because(cause: Cause) -> Iterator[Cause]:
    token = _current.set(cause)
    try:
        yield cause
    finally:
        _current.reset(token)


def _task() -> asyncio.Task[Any] | None:
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None
