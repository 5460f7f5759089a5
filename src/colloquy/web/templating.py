"""The Jinja environment that every page is rendered with: layouts and macros here, pages in the contexts."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context

from colloquy.kit.i18n import language
from colloquy.web import i18n
from colloquy.web.assets import static_url
from colloquy.web.icons import icon

TEMPLATES_FOLDER = Path(__file__).parent / "templates"
CONTEXTS_FOLDER = Path(__file__).parents[1] / "contexts"


class SpokenTemplate(Template):
    """A template whose imported module is kept once a language, not once for all.

    Jinja runs a file of macros when it is first imported and keeps the outcome; a list of words at the top of
    such a file would then stay in the language of whoever came first.
    """

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        # Globals of this one rendering make a module of their own, as in Jinja.
        if ctx is not None and ctx.globals_keys - self.globals.keys():
            return super()._get_default_module(ctx)
        spoken: dict[str, TemplateModule] = self.__dict__.setdefault("spoken", {})
        module = spoken.get(language())
        if module is None:
            module = spoken[language()] = self.make_module()
        return module


def build_environment(folders: Iterable[Path] | None = None) -> Environment:
    """An autoescaping environment over the base templates and, by default, each context's `templates` folder.

    An undefined variable is an error, not an empty string. `icon`, `static_url` and gettext's `_` are global;
    the filters are `duration`, `initials`, `iso` and those of `web.i18n`: `moment`, `day`, `number`, `percent`,
    `filesize`, `language_name`.
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
    environment.template_class = SpokenTemplate
    i18n.install(environment)
    environment.globals.update(icon=icon, static_url=static_url)
    environment.filters.update(duration=duration, initials=initials, iso=iso)
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


def iso(moment: datetime) -> str:
    """A moment for `<time datetime>` and scripts: UTC, whole seconds, `Z`. Naive moments are taken for UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
