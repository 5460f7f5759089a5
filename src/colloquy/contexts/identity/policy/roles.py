"""Who may do what: four built-in roles in one table, and roles that an organisation makes for itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from colloquy.kit.db import Scope
from colloquy.kit.errors import Forbidden
from colloquy.kit.i18n import N_
from colloquy.kit.i18n import gettext as _


class Permission(StrEnum):
    """What a person may be allowed to do in an organisation."""

    INTERVIEWS_VIEW = "interviews_view"
    INTERVIEWS_EDIT = "interviews_edit"
    INTERVIEWS_ALL = "interviews_all"
    SESSIONS_VIEW = "sessions_view"
    SESSIONS_REVIEW = "sessions_review"
    SESSIONS_DECIDE = "sessions_decide"
    MEDIA_REVIEW = "media_review"
    TEAM_MANAGE = "team_manage"
    ORG_MANAGE = "org_manage"
    MAIL_VIEW = "mail_view"
    OPERATIONS_VIEW = "operations_view"
    AUDIT_VIEW = "audit_view"
    KEYS_MANAGE = "keys_manage"
    WEBHOOKS_MANAGE = "webhooks_manage"
    PRIVACY_MANAGE = "privacy_manage"


class Role(StrEnum):
    """What a person is in an organisation, from the most trusted to the least."""

    OWNER = "owner"
    ADMIN = "admin"
    RECRUITER = "recruiter"
    REVIEWER = "reviewer"


_NAMES = {
    Role.OWNER: N_("Owner"),
    Role.ADMIN: N_("Admin"),
    Role.RECRUITER: N_("Recruiter"),
    Role.REVIEWER: N_("Reviewer"),
}


_REVIEWER = frozenset(
    {Permission.INTERVIEWS_VIEW, Permission.SESSIONS_VIEW, Permission.SESSIONS_REVIEW, Permission.MEDIA_REVIEW}
)
_RECRUITER = _REVIEWER | {Permission.INTERVIEWS_EDIT, Permission.SESSIONS_DECIDE}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    # An admin differs from an owner in one thing, which no permission expresses: see `may_appoint`.
    Role.ADMIN: frozenset(Permission),
    Role.RECRUITER: _RECRUITER,
    Role.REVIEWER: _REVIEWER,
}


@dataclass(frozen=True, slots=True)
class CustomRole:
    """A role that an organisation made for itself."""

    id: UUID
    name: str
    permissions: frozenset[Permission]


AnyRole = Role | CustomRole
"""What a member or a service account is: one of the four, or one of the organisation's own."""


def role_name(role: AnyRole) -> str:
    """The role as people call it: a built-in one in the language being spoken, another by the name it was given."""
    return role.name if isinstance(role, CustomRole) else _(_NAMES[role])


def role_key(role: AnyRole) -> str:
    """What forms and programs name the role by: `recruiter`, or the id of a custom role."""
    return str(role.id) if isinstance(role, CustomRole) else role.value


def permissions_of(role: AnyRole) -> frozenset[Permission]:
    """Everything the role allows."""
    return role.permissions if isinstance(role, CustomRole) else PERMISSIONS[role]


class Level(StrEnum):
    """What an interview is shared as with somebody. It never adds to what their role allows."""

    VIEW = "view"
    REVIEW = "review"
    EDIT = "edit"


_WITHHELD = {
    Level.VIEW: frozenset({Permission.SESSIONS_REVIEW, Permission.INTERVIEWS_EDIT, Permission.SESSIONS_DECIDE}),
    Level.REVIEW: frozenset({Permission.INTERVIEWS_EDIT, Permission.SESSIONS_DECIDE}),
    Level.EDIT: frozenset[Permission](),
}


def withheld(level: Level) -> frozenset[Permission]:
    """What sharing at this level leaves out of what a role allows."""
    return _WITHHELD[level]


@dataclass(frozen=True, slots=True)
class Actor:
    """The person or service account behind a request, in the organisation they act for.

    `only` is what an API key is limited to; None for people, who may do all that their role allows. `level` is what
    the interview that the request is about was shared as with them; None where that limits nothing.
    """

    person_id: UUID
    name: str
    email: str
    role: AnyRole
    scope: Scope
    only: frozenset[Permission] | None = None
    level: Level | None = None

    @property
    def permissions(self) -> frozenset[Permission]:
        """Everything the actor may do: what the role allows, within the limits of the key and of the sharing."""
        allowed = permissions_of(self.role)
        if self.only is not None:
            allowed &= self.only
        return allowed if self.level is None else allowed - _WITHHELD[self.level]

    @property
    def owns(self) -> bool:
        """Whether this is an owner in person: owners alone make and unmake owners."""
        return self.role is Role.OWNER and self.only is None

    def may(self, permission: Permission) -> bool:
        """Whether the actor has `permission`."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raises Forbidden unless the actor has `permission`."""
        if self.may(permission):
            return
        if self.level is not None and permission in _WITHHELD[self.level]:
            raise Forbidden(
                _("This interview is shared with you to look at or to review only. Ask who made it for more.")
            )
        if self.only is not None:
            raise Forbidden(_("This API key does not allow it. It would need: %(scope)s.", scope=permission.value))
        raise Forbidden(
            _(
                "Your role (%(role)s) does not allow this. Ask an owner or an admin of your team.",
                role=role_name(self.role),
            )
        )


def may_give(actor: Actor, permissions: frozenset[Permission]) -> bool:
    """Whether `actor` has everything that they would hand on, or take away."""
    return permissions <= actor.permissions


def may_appoint(actor: Actor, before: AnyRole | None, after: AnyRole | None) -> bool:
    """Whether `actor` may turn a member from `before` into `after`.

    None before: the member is new; None after: the member leaves. Only owners make and unmake owners, and nobody
    gives or takes a role that allows more than they may do themselves.
    """
    if not actor.may(Permission.TEAM_MANAGE):
        return False
    if Role.OWNER in (before, after) and not actor.owns:
        return False
    return all(role is None or may_give(actor, permissions_of(role)) for role in (before, after))
