"""Endpoints as people describe them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EndpointDraft:
    """`url` was checked by the guard; `event_types` are of the catalogue."""

    url: str
    description: str
    event_types: tuple[str, ...]
    enabled: bool = True
