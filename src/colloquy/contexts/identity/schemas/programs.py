"""Roles, accounts for programs and their keys."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StringConstraints

from colloquy.contexts.identity.policy.api_keys import DEFAULT_DAYS, LONGEST_DAYS
from colloquy.contexts.identity.policy.roles import Permission
from colloquy.contexts.identity.schemas.people import Input, Name, RoleKey, printable


def _counted(value: object) -> object:
    if isinstance(value, bool):  # to Python `True` is 1
        raise ValueError("Write a whole number.")  # noqa: TRY004 - Pydantic's way
    return value


RoleName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60), AfterValidator(printable)
]
SomePermission = Annotated[Permission, Field(strict=False)]
Permissions = Annotated[list[SomePermission], Field(max_length=100)]
KeyName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), AfterValidator(printable)
]


class RoleInput(Input):
    """A role of the organisation's own."""

    name: RoleName
    permissions: Permissions


class AccountInput(Input):
    """A service account."""

    name: Name
    role: RoleKey


class AccountNameInput(Input):
    """A service account's other name."""

    name: Name


class ApiKeyInput(Input):
    """A key: what it may do at most, and for how many days."""

    account_id: UUID = Field(strict=False)
    name: KeyName
    scopes: Annotated[list[SomePermission], Field(min_length=1, max_length=100)]
    days: Annotated[int, Field(ge=1, le=LONGEST_DAYS)] = DEFAULT_DAYS


class RotationInput(Input):
    """For how many hours the old key works on beside the new one."""

    overlap_hours: Annotated[Literal[0, 1, 24, 168], BeforeValidator(_counted)] = 24


class PermissionView(BaseModel):
    """A permission, in words."""

    key: Permission
    name: str


class RoleView(BaseModel):
    """A role. `key` names it wherever a role is chosen; `built_in` ones cannot be changed."""

    key: RoleKey
    name: str
    built_in: bool
    permissions: list[Permission]


class RolesView(BaseModel):
    """Every permission there is, and every role of the organisation."""

    permissions: list[PermissionView]
    roles: list[RoleView]


class ServiceAccountView(BaseModel):
    """An account for programs."""

    id: UUID
    name: str
    role: RoleKey
    role_name: str
    created_at: datetime


class ServiceAccountsView(BaseModel):
    """The organisation's accounts for programs."""

    items: list[ServiceAccountView]


class ApiKeyView(BaseModel):
    """A key. `prefix` is what of it may be shown; `last_used_network` is a neighbourhood, not an address."""

    id: UUID
    account_id: UUID
    name: str
    prefix: str
    scopes: list[Permission]
    state: Literal["active", "ending", "expired", "revoked"]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    last_used_network: str | None


class NewApiKeyView(ApiKeyView):
    """A key with its secret, which is answered this once."""

    secret: str


class ApiKeysView(BaseModel):
    """All keys, the newest first; revoked and expired ones too."""

    items: list[ApiKeyView]
