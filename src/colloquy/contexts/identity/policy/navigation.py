"""The recruiter's main navigation: what there is, and who sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from colloquy.contexts.identity.policy.roles import Actor, Permission
from colloquy.contexts.identity.policy.settings_places import OPEN_SETTINGS
from colloquy.kit.i18n import N_
from colloquy.kit.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Item:
    """One entry. `key` is what a page names as its `section`; `icon` is a Lucide name from web.icons.

    Whoever has one of `permissions` sees it.
    """

    key: str
    text: str
    href: str
    icon: str
    permissions: frozenset[Permission]


def _one(permission: Permission) -> frozenset[Permission]:
    return frozenset({permission})


NAVIGATION: tuple[Item, ...] = (
    Item("interviews", N_("Interviews"), "/interviews", "clipboard-list", _one(Permission.INTERVIEWS_VIEW)),
    Item("waiting", N_("Your reviews"), "/waiting", "user-check", _one(Permission.SESSIONS_REVIEW)),
    Item("team", N_("Team"), "/team", "users", _one(Permission.TEAM_MANAGE)),
    Item("mail", N_("Mail"), "/mail", "mail", _one(Permission.MAIL_VIEW)),
    Item("operations", N_("Operations"), "/operations", "gauge", _one(Permission.OPERATIONS_VIEW)),
    Item("settings", N_("Settings"), "/settings", "settings", OPEN_SETTINGS),
)


def navigation(actor: Actor) -> list[dict[str, Any]]:
    """The entries that `actor` may use, as the layout takes them."""
    return [
        {"key": item.key, "text": _(item.text), "href": item.href, "icon": item.icon}
        for item in NAVIGATION
        if any(actor.may(permission) for permission in item.permissions)
    ]
