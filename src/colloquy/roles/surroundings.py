"""What of the settings documents may tell: names and hosts, never keys."""

from __future__ import annotations

import re
from importlib import metadata
from urllib.parse import urlsplit

from colloquy import __version__
from colloquy.contexts.documents.public import Surroundings
from colloquy.settings import Settings

_NAME = re.compile(r"[A-Za-z0-9._-]+")


def surroundings(settings: Settings, recogniser: str) -> Surroundings:
    """The surroundings by these settings; `recogniser` is the name of the one in use."""
    return Surroundings(
        version=__version__,
        components=components(),
        recogniser=recogniser,
        speech_host=_host(settings.openai_base_url) if recogniser.startswith("openai:") else None,
        language_model=settings.llm or "",
        model_host=_host(settings.llm_url) or "",
        mail_host=settings.smtp_host if settings.mailer == "smtp" else None,
        scanner=bool(settings.clamd),
        spans_host=_host(settings.otlp_endpoint),
        spans_content=settings.otlp_content,
    )


def components() -> tuple[tuple[str, str], ...]:
    """The libraries that Colloquy names, with the versions installed (those of requirements.lock), by name."""
    found = set()
    for line in metadata.requires("colloquy") or ():
        match = _NAME.match(line)
        if match is None or "extra ==" in line:
            continue
        try:
            found.add((match[0].lower(), metadata.version(match[0])))
        except metadata.PackageNotFoundError:
            continue  # it is for another kind of machine
    return tuple(sorted(found))


def _host(address: str | None) -> str | None:
    return urlsplit(address).hostname if address else None
