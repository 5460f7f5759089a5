"""The language that texts are said in: chosen once a request or job, known to everything that it calls.

English is the source: a message is its own key, and English needs no catalogue. Every other language is one
file, `<folder>/<language>/LC_MESSAGES/colloquy.po`, read when the language is first spoken. The composition
root says where the folder is.

    from colloquy.kit.i18n import gettext as _

    raise LinkGone(_("This link ended on %(day)s. Ask %(company)s for a new one.", day=day, company=name))
"""

from __future__ import annotations

import gettext as gnu
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path

SOURCE = "en"
"""The language that the messages in the code are written in."""
DOMAIN = "colloquy"
_TAG = re.compile(r"[a-z]{2,3}(_[A-Za-z]{2,4})?")

_language: ContextVar[str] = ContextVar("language", default=SOURCE)
_chosen: ContextVar[bool] = ContextVar("language_chosen", default=False)


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """One language's messages. `files` names, for each message, the source files that say it."""

    translations: gnu.NullTranslations = field(default_factory=gnu.NullTranslations)
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class _Shelf:
    """Where the catalogues are, and those read so far."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.languages: tuple[str, ...] = (SOURCE,)
        self.read: dict[str, Catalogue] = {SOURCE: Catalogue()}


_shelf = _Shelf()


def use_catalogues(folder: Path) -> None:
    """Takes the catalogues in `folder` from now on: a language is a sub-folder that has one. Reads none of them yet."""
    if folder == _shelf.folder:
        return
    found = sorted(path.parts[-3] for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
    _shelf.languages = (SOURCE, *(name for name in found if _TAG.fullmatch(name) and name != SOURCE))
    _shelf.read = {SOURCE: Catalogue()}
    _shelf.folder = folder


def languages() -> tuple[str, ...]:
    """The languages there are, English first: `("en", "ru")`."""
    return _shelf.languages


def supported(tag: str | None) -> str | None:
    """The language of ours for a tag as browsers and forms give them (`ru-RU`, `en_GB`); None if there is none."""
    wanted = (tag or "").strip().replace("-", "_")
    for candidate in (wanted, wanted.partition("_")[0]):
        for one in _shelf.languages:
            if candidate.lower() == one.lower():
                return one
    return None


@cache
def language_name(language: str) -> str:
    """The language's name in itself, as a switch shows it: `English`, `Русский`."""
    from babel import Locale  # read from files; no start needs it

    name = Locale.parse(language).get_display_name() or language
    return name[:1].upper() + name[1:]


def language() -> str:
    """The language being spoken: one of `languages()`."""
    return _language.get()


def html_language() -> str:
    """The same as a tag for `lang` attributes and headers (BCP 47): `pt_BR` is `pt-BR` there."""
    return _language.get().replace("_", "-")


@contextmanager
def using_language(tag: str | None, *, chosen: bool = False) -> Iterator[None]:
    """Speaks `tag` inside the block (English if it is none of ours). `chosen`: `prefer` will not change it."""
    spoken = _language.set(supported(tag) or SOURCE)
    fixed = _chosen.set(chosen)
    try:
        yield
    finally:
        _language.reset(spoken)
        _chosen.reset(fixed)


def prefer(tag: str | None, *, again: bool = False) -> None:
    """Speaks `tag` for the rest of the request, unless its reader chose a language or `tag` is none of ours.

    For what is known only after the database was asked: the language of a person or of an interview.
    `again`: the reader has just chosen anew, so what they chose before no longer counts.
    """
    ours = supported(tag)
    if ours is not None and (again or not _chosen.get()):
        _language.set(ours)


def gettext(message: str, /, **values: object) -> str:
    """`message` in the language being spoken, with `%(name)s` replaced. Without values, a `%` is a `%`."""
    text = catalogue().translations.gettext(message)
    return text % values if values else text


def ngettext(one: str, many: str, num: float, /, **values: object) -> str:
    """The form of the message that goes with `num`, which is also `%(num)s` unless given otherwise."""
    # Plural rules take whole numbers; "1.5 minutes" is said like many in the languages we have.
    whole = int(num) if num == int(num) else 1000 + int(num) * 10
    text = catalogue().translations.ngettext(one, many, whole)
    return text % {"num": num, **values}


def pgettext(context: str, message: str, /, **values: object) -> str:
    """The same as gettext, for a word that means different things: `pgettext("verb", "Open")`."""
    text = catalogue().translations.pgettext(context, message)
    return text % values if values else text


def N_(message: str, /) -> str:  # noqa: N802 - gettext's own name for it
    """Marks a message that is translated later, where it is shown: `gettext(ITEM.text)`."""
    return message


def catalogue(tag: str | None = None) -> Catalogue:
    """The catalogue of `tag`, or of the language being spoken."""
    wanted = _language.get() if tag is None else tag
    known = _shelf.read.get(wanted)
    if known is None:
        known = _shelf.read[wanted] = _read(wanted)
    return known


def _read(language: str) -> Catalogue:
    if language not in _shelf.languages or _shelf.folder is None:
        return Catalogue()
    # Compiled here rather than by a build step: a catalogue that was edited is never an old one, and the wheel,
    # the checkout and the tests read the same file. It happens once a process and language.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    path = _shelf.folder / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    with path.open("rb") as file:
        messages = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    files = {_key(one.id): tuple(name for name, _ in one.locations) for one in messages if one.id}
    return Catalogue(gnu.GNUTranslations(compiled), files)


def _key(identifier: str | tuple[str, ...] | list[str]) -> str:
    return identifier if isinstance(identifier, str) else identifier[0]
