"""Roles and permissions in plain words: what the pages say, made from the one table there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from colloquy.contexts.identity.policy.roles import AnyRole, CustomRole, Permission, Role, permissions_of, role_name
from colloquy.kit.i18n import N_
from colloquy.kit.i18n import gettext as _

_MAKE = {
    Role.OWNER: N_("Make an owner"),
    Role.ADMIN: N_("Make an admin"),
    Role.RECRUITER: N_("Make a recruiter"),
    Role.REVIEWER: N_("Make a reviewer"),
}
_EXPLAINED = {
    Role.OWNER: N_("Everything, and decides who else is an owner."),
    Role.ADMIN: N_("Everything but appointing owners."),
    Role.RECRUITER: N_("Creates interviews, invites candidates, reviews and decides."),
    Role.REVIEWER: N_("Watches answers and gives an opinion."),
}
_PERMISSIONS = {
    Permission.INTERVIEWS_VIEW: N_("Read interviews and their questions"),
    Permission.INTERVIEWS_EDIT: N_("Write interviews, publish them, invite candidates"),
    Permission.INTERVIEWS_ALL: N_("See interviews that are shared with some people only"),
    Permission.SESSIONS_VIEW: N_("See candidates, boards and reports"),
    Permission.SESSIONS_REVIEW: N_("Write scorecards, comments and corrections"),
    Permission.SESSIONS_DECIDE: N_("Decide about candidates, give more time, erase"),
    Permission.MEDIA_REVIEW: N_("Watch and hear recordings"),
    Permission.TEAM_MANAGE: N_("Invite colleagues, give and make roles"),
    Permission.ORG_MANAGE: N_("Change the organisation's settings, models and budget"),
    Permission.MAIL_VIEW: N_("Read the letters that were sent"),
    Permission.OPERATIONS_VIEW: N_("Watch the work behind the pages, and repeat what failed"),
    Permission.AUDIT_VIEW: N_("Read the audit log"),
    Permission.KEYS_MANAGE: N_("Make service accounts and API keys"),
    Permission.WEBHOOKS_MANAGE: N_("Set up webhooks"),
    Permission.PRIVACY_MANAGE: N_("Keep notices, retention and requests of candidates"),
}


def permission_name(permission: Permission) -> str:
    """What the permission allows, in the language being spoken."""
    return _(_PERMISSIONS[permission])


def make_words(role: AnyRole) -> str:
    """The button that gives somebody the role."""
    return _("Make “%(role)s”", role=role.name) if isinstance(role, CustomRole) else _(_MAKE[role])


def explained(role: AnyRole) -> str:
    """The role in one sentence."""
    if not isinstance(role, CustomRole):
        return _(_EXPLAINED[role])
    allowed = [permission_name(permission) for permission in Permission if permission in role.permissions]
    return "; ".join(allowed) + "." if allowed else _("May sign in, and nothing more.")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a permission in words, and whether each of the roles has it, in their order."""

    permission: Permission
    name: str
    allowed: tuple[bool, ...]


def table(roles: Sequence[AnyRole]) -> list[Row]:
    """The table that a person reads: rows are permissions, columns the roles given."""
    return [
        Row(permission, permission_name(permission), tuple(permission in permissions_of(role) for role in roles))
        for permission in Permission
    ]


def is_built_in_name(name: str) -> bool:
    """Whether a built-in role is called that, as a key or in the language being spoken."""
    taken = {word.lower() for role in Role for word in (role.value, role_name(role))}
    return name.strip().lower() in taken
