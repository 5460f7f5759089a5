"""The Jinja environment that every page is rendered with: layouts and macros here, pages in the contexts."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from colloquy.web.assets import static_url
from colloquy.web.icons import icon

TEMPLATES_FOLDER = Path(__file__).parent / "templates"
CONTEXTS_FOLDER = Path(__file__).parents[1] / "contexts"


def build_environment(folders: Iterable[Path] | None = None) -> Environment:
    """An autoescaping environment over the base templates and, by default, each context's `templates` folder.

    An undefined variable is an error, not an empty string. `icon`, `static_url` and gettext's `_` are global;
    the filters are `duration`, `initials`, `filesize` and `iso`.
    """
    if folders is None:
        folders = sorted(CONTEXTS_FOLDER.glob("*/templates"))
    environment = Environment(
        loader=FileSystemLoader([TEMPLATES_FOLDER, *folders]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.loopcontrols"],
    )
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined] # added by the i18n extension
    environment.globals.update(icon=icon, static_url=static_url)
    environment.filters.update(duration=duration, initials=initials, filesize=filesize, iso=iso)
    return environment


def duration(seconds: float | None) -> str:
    """`42.4` becomes `0:42`, `3725` becomes `1:02:05`, None an en dash."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def initials(name: str) -> str:
    """The first letters of the first and last words of a name: `Ada Byron Lovelace` becomes `AL`."""
    words = name.split()
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def filesize(size: float) -> str:
    """Bytes in the unit a person would say: `640 KB`, `4.1 MB`, `1.2 GB` (1 MB = 1,000,000 bytes)."""
    for unit, scale in (("GB", 1e9), ("MB", 1e6)):
        if size >= scale:
            return f"{size / scale:.1f} {unit}"
    return f"{size / 1e3:.0f} KB"


def iso(moment: datetime) -> str:
    """A moment for `<time datetime>` and scripts: UTC, whole seconds, `Z`. Naive moments are taken for UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
