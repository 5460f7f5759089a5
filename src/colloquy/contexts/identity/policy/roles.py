"""Who may do what: four roles, one table."""

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


def role_name(role: Role) -> str:
    """The role as people call it, in the language being spoken."""
    return _(_NAMES[role])


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
class Actor:
    """The person behind a request, in the organisation they act for."""

    person_id: UUID
    name: str
    email: str
    role: Role
    scope: Scope

    def may(self, permission: Permission) -> bool:
        """Whether their role has `permission`."""
        return permission in PERMISSIONS[self.role]

    def require(self, permission: Permission) -> None:
        """Raises Forbidden unless their role has `permission`."""
        if not self.may(permission):
            raise Forbidden(
                _(
                    "Your role (%(role)s) does not allow this. Ask an owner or an admin of your team.",
                    role=role_name(self.role),
                )
            )


def may_appoint(acting: Role, before: Role | None, after: Role | None) -> bool:
    """Whether somebody with the role `acting` may turn a member from `before` into `after`.

    None before: the member is new; None after: the member leaves. Only owners make and unmake owners.
    """
    if Permission.TEAM_MANAGE not in PERMISSIONS[acting]:
        return False
    return acting is Role.OWNER or Role.OWNER not in (before, after)
