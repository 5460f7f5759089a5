"""What is asked for in an address: the same for the page, the API and both exports."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from colloquy.contexts.audit.policy.log import Filter
from colloquy.contexts.audit.policy.words import KINDS, actions_about
from colloquy.kit.errors import Malformed
from colloquy.kit.i18n import gettext as _

Text = Annotated[str, Query(max_length=100)]


def filter_of(
    who: Annotated[
        Text,
        Query(description="A person's id, or one of: person, service_account, candidate, program, operator, nobody"),
    ] = "",
    about: Annotated[
        Text, Query(description="The id of what it was done to: a session, an interview, a person …")
    ] = "",
    since: Annotated[Text, Query(description="The first day, UTC, like 2026-11-21")] = "",
    until: Annotated[Text, Query(description="The last day, UTC")] = "",
    action: Annotated[Text, Query(description="Part of an action's name, or of its words in your language")] = "",
) -> Filter:
    """The filter. Malformed with a sentence for each field that cannot be understood."""
    errors: dict[str, str] = {}
    kind, actor_id = (who, None) if who in KINDS else ("", _id("who", who, errors))
    wanted = Filter(
        kind=kind,
        actor_id=actor_id,
        subject_id=_id("about", about, errors),
        since=_day("since", since, errors),
        until=_day("until", until, errors),
        text=action.strip(),
        actions=actions_about(action),
    )
    if errors:
        raise Malformed(_("Some of the input could not be understood."), fields=errors)
    return wanted


Asked = Annotated[Filter, Depends(filter_of)]


def _id(field: str, text: str, errors: dict[str, str]) -> UUID | None:
    try:
        return UUID(text.strip()) if text.strip() else None
    except ValueError:
        errors[field] = _("Give an id, like 0193c1f0-5b7a-7c1e-9d3e-2f4a5b6c7d8e.")
        return None


def _day(field: str, text: str, errors: dict[str, str]) -> date | None:
    try:
        found = date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        found = date.max
    if found is not None and not date(2000, 1, 1) <= found <= date(9000, 1, 1):
        errors[field] = _("Give a day, like 2026-11-21.")
        return None
    return found
