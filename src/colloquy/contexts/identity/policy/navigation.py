"""The recruiter's main navigation: what there is, and who sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from colloquy.contexts.identity.policy.roles import Actor, Permission
from colloquy.kit.i18n import N_
from colloquy.kit.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Item:
    """One entry. `key` is what a page names as its `section`; `icon` is a Lucide name from web.icons."""

    key: str
    text: str
    href: str
    icon: str
    permission: Permission


NAVIGATION: tuple[Item, ...] = (
    Item("interviews", N_("Interviews"), "/interviews", "clipboard-list", Permission.INTERVIEWS_VIEW),
    Item("waiting", N_("Your reviews"), "/waiting", "user-check", Permission.SESSIONS_REVIEW),
    Item("team", N_("Team"), "/team", "users", Permission.TEAM_MANAGE),
    Item("mail", N_("Mail"), "/mail", "mail", Permission.MAIL_VIEW),
    Item("operations", N_("Operations"), "/operations", "gauge", Permission.OPERATIONS_VIEW),
    Item("settings", N_("Settings"), "/settings", "settings", Permission.ORG_MANAGE),
)


def navigation(actor: Actor) -> list[dict[str, Any]]:
    """The entries that `actor` may use, as the layout takes them."""
    return [
        {"key": item.key, "text": _(item.text), "href": item.href, "icon": item.icon}
        for item in NAVIGATION
        if actor.may(item.permission)
    ]
