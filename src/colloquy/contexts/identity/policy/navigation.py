"""The recruiter's main navigation: what there is, and who sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from colloquy.contexts.identity.policy.roles import Actor, Permission


@dataclass(frozen=True, slots=True)
class Item:
    """One entry. `key` is what a page names as its `section`; `icon` is a Lucide name from web.icons."""

    key: str
    text: str
    href: str
    icon: str
    permission: Permission


NAVIGATION: tuple[Item, ...] = (
    Item("interviews", "Interviews", "/interviews", "clipboard-list", Permission.INTERVIEWS_VIEW),
    Item("team", "Team", "/team", "users", Permission.TEAM_MANAGE),
    Item("mail", "Mail", "/mail", "mail", Permission.MAIL_VIEW),
    Item("operations", "Operations", "/operations", "gauge", Permission.OPERATIONS_VIEW),
    Item("settings", "Settings", "/settings", "settings", Permission.ORG_MANAGE),
)


def navigation(actor: Actor) -> list[dict[str, Any]]:
    """The entries that `actor` may use, as the layout takes them."""
    return [
        {"key": item.key, "text": item.text, "href": item.href, "icon": item.icon}
        for item in NAVIGATION
        if actor.may(item.permission)
    ]
