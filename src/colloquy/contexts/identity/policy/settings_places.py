"""The pages under "Settings", and whom each is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from colloquy.contexts.identity.policy.roles import Actor, Permission
from colloquy.kit.i18n import N_
from colloquy.kit.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Place:
    """One card. `icon` is a Lucide name from web.icons; `permission` is what changing anything there asks for."""

    href: str
    text: str
    icon: str
    about: str
    permission: Permission


@dataclass(frozen=True, slots=True)
class Places:
    """Cards under one heading; `id` is the heading's."""

    id: str
    title: str
    places: tuple[Place, ...]


_ACCESS = Places(
    "access",
    N_("Who may come in"),
    (
        Place(
            "/settings/sign-in",
            N_("Signing in"),
            "log-in",
            N_("A second step for everybody, and single sign-on with your own provider."),
            Permission.ORG_MANAGE,
        ),
        Place(
            "/settings/roles",
            N_("Roles"),
            "users",
            N_("What each role allows, and roles of your own."),
            Permission.TEAM_MANAGE,
        ),
        Place(
            "/settings/api-keys",
            N_("API keys"),
            "key-round",
            N_("Service accounts for programs, with keys that do what you choose and end by themselves."),
            Permission.KEYS_MANAGE,
        ),
        Place(
            "/settings/audit",
            N_("Audit log"),
            "list-checks",
            N_("Who changed what, and who looked at what candidates gave."),
            Permission.AUDIT_VIEW,
        ),
    ),
)
_LAW = Places(
    "law",
    N_("Candidates and the law"),
    (
        Place(
            "/settings/jurisdictions",
            N_("Places and their rules"),
            "globe",
            N_("Where your candidates are, what they are told because of it, and whether a program evaluates at all."),
            Permission.PRIVACY_MANAGE,
        ),
        Place(
            "/settings/notices",
            N_("Notices that were shown"),
            "file-text",
            N_("Every text that candidates decided on, word by word."),
            Permission.PRIVACY_MANAGE,
        ),
        Place(
            "/settings/privacy/requests",
            N_("Erasure and retention"),
            "shield",
            N_(
                "How long what is kept, legal holds, requests to erase with their certificates,"
                " and an export of everything."
            ),
            Permission.PRIVACY_MANAGE,
        ),
        Place(
            "/settings/impact",
            N_("Adverse impact"),
            "chart-column",
            N_(
                "Whether what comes of interviews differs between groups of people,"
                " and whether candidates are asked about themselves."
            ),
            Permission.PRIVACY_MANAGE,
        ),
        Place(
            "/settings/documents",
            N_("Documents"),
            "file-text",
            N_("For the EU AI Act and the GDPR, made from what is really configured here."),
            Permission.PRIVACY_MANAGE,
        ),
    ),
)
_PROGRAMS = Places(
    "programs",
    N_("Programs"),
    (
        Place(
            "/settings/models",
            N_("Models and keys"),
            "cpu",
            N_(
                "Language models that evaluate answers, word conversations and draft questions."
                " Without one, the built-in rules do all of it."
            ),
            Permission.ORG_MANAGE,
        ),
        Place(
            "/settings/usage",
            N_("Usage of models"),
            "chart-column",
            N_("What models were asked for, and what it cost."),
            Permission.ORG_MANAGE,
        ),
        Place(
            "/settings/webhooks",
            N_("Webhooks"),
            "webhook",
            N_(
                "Your own programs are told at once what happens: who has handed in, which report can be read,"
                " what was decided."
            ),
            Permission.WEBHOOKS_MANAGE,
        ),
    ),
)
SETTINGS = (_ACCESS, _LAW, _PROGRAMS)

OPEN_SETTINGS = frozenset({Permission.ORG_MANAGE}) | {
    place.permission for section in SETTINGS for place in section.places
}
"""Any of these opens the page "Settings", with the cards that it allows; the organisation's own needs ORG_MANAGE."""


def settings_for(actor: Actor) -> list[Mapping[str, object]]:
    """The cards that `actor` may open, under the headings that have any, in the language being spoken."""
    found: list[Mapping[str, object]] = []
    for section in SETTINGS:
        places = [
            {"href": one.href, "text": _(one.text), "icon": one.icon, "about": _(one.about)}
            for one in section.places
            if actor.may(one.permission)
        ]
        if places:
            found.append({"id": section.id, "title": _(section.title), "places": places})
    return found
