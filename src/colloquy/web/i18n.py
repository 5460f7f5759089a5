"""Pages in the reader's language: Jinja's gettext, the scripts' messages, dates and numbers.

Babel is imported where it is used: it reads its calendars from files, and no start needs them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from colloquy.kit import i18n
from colloquy.kit.http.language import PARAMETER

if TYPE_CHECKING:
    from babel import Locale
    from fastapi import Request
    from jinja2 import Environment

LOCALES = Path(__file__).parent / "locales"
"""The catalogues: `<language>/LC_MESSAGES/colloquy.po`."""
_MEGABYTE, _GIGABYTE = 1e6, 1e9
_CANDIDATES = ("/js/room/", "/js/chat/")
"""Scripts that only candidates' pages load."""


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """One entry of the language switch. `tag` is BCP 47's; `address` keeps the rest of the page's query."""

    tag: str
    name: str
    address: str
    current: bool


_TEN_CENTS = Decimal("0.1")


def install(environment: Environment) -> None:
    """Gives the environment gettext in the language being spoken, and the filters and globals about language."""
    i18n.use_catalogues(LOCALES)
    environment.install_gettext_callables(  # type: ignore[attr-defined] # added by the i18n extension
        # The extension itself replaces %(name)s, escaping what it puts in, so these only find the words.
        gettext=_word,
        ngettext=_form,
        pgettext=_word_in,
        npgettext=_form_in,
        newstyle=True,
    )
    environment.globals.update(
        N_=i18n.N_, html_language=i18n.html_language, language_links=language_links, script_messages=script_messages
    )
    environment.filters.update(
        moment=moment, day=day, said=said, number=number, percent=percent, filesize=filesize, language_name=name_of
    )


def _word(message: str) -> str:
    return i18n.catalogue().translations.gettext(message)


def _form(one: str, many: str, num: int) -> str:
    return i18n.catalogue().translations.ngettext(one, many, num)


def _word_in(context: str, message: str) -> str:
    return i18n.catalogue().translations.pgettext(context, message)


def _form_in(context: str, one: str, many: str, num: int) -> str:
    return i18n.catalogue().translations.npgettext(context, one, many, num)


def language_links(request: Request | None) -> list[LanguageLink]:
    """Every language there is, each with the address of this page in it; none for a page without an address."""
    if request is None:
        return []
    here = i18n.language()
    return [
        LanguageLink(
            one.replace("_", "-"),
            i18n.language_name(one),
            # Relative: the page's own path, whatever stands in front of it.
            f"?{request.url.include_query_params(**{PARAMETER: one}).query}",
            one == here,
        )
        for one in i18n.languages()
    ]


def script_messages(*, room: bool = True) -> Markup:
    """The messages of the scripts in the language being spoken, as JSON for a `<script>`; empty in English.

    `{"plural": {"one": 0, "few": 1, …}, "messages": {"Saved": "Сохранено", "%(num)s take": [forms]}}`. Without
    `room` those of the candidates' room and conversation are left out.
    """
    return _script_messages(i18n.language(), i18n.catalogue(), room)


@lru_cache(maxsize=64)
def _script_messages(language: str, catalogue: i18n.Catalogue, room: bool) -> Markup:
    translations = catalogue.translations
    # GNUTranslations keeps its messages in this mapping: plurals under (message, form).
    known: dict[str | tuple[str, int], str] = getattr(translations, "_catalog", {})
    said: dict[str, str | list[str]] = {}
    for key, text in known.items():
        message = key if isinstance(key, str) else key[0]
        files = [name for name in catalogue.files.get(message, ()) if name.endswith(".js")]
        if not room:
            files = [name for name in files if not any(folder in name for folder in _CANDIDATES)]
        if not files or not message:
            continue
        if isinstance(key, str):
            said[message] = text
        else:
            forms = said.setdefault(message, [])
            assert isinstance(forms, list)  # noqa: S101 - a message has a plural or it has none
            forms.append(text)
    if not said:
        return Markup("")
    content = json.dumps(
        {"plural": _plural_forms(language), "messages": said}, ensure_ascii=False, separators=(",", ":")
    )
    return Markup(content.replace("<", "\\u003c"))  # noqa: S704 - JSON that cannot end its element


def _plural_forms(language: str) -> dict[str, int]:
    """Which form of a message goes with each category that `Intl.PluralRules` knows of the language."""
    # The catalogue's rule is an expression in C, which our pages may not evaluate; the browser's has names.
    catalogue = i18n.catalogue(language).translations
    form = getattr(catalogue, "plural", lambda number: int(number != 1))
    category = _locale(language).plural_form
    forms: dict[str, int] = {}
    for number in range(1001):
        forms.setdefault(category(number), form(number))
    return forms


@cache
def _locale(language: str) -> Locale:
    from babel import Locale

    # English as most of its readers write dates: day before month.
    return Locale("en", "GB") if language == i18n.SOURCE else Locale.parse(language)


def _here() -> Locale:
    return _locale(i18n.language())


def name_of(language: str) -> str:
    """A language's name in the language being spoken: `ru` is `Russian`, or `русский`."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(language.replace("-", "_")).get_display_name(_here()) or language
    except (ValueError, UnknownLocaleError):
        return language


def moment(at: datetime, *, zone: bool = True) -> str:
    """`21 Nov 2026, 14:30 UTC`: what stands in a page until its script shows the reader's own zone."""
    from babel.dates import format_datetime

    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    words = format_datetime(aware.astimezone(UTC), "d MMM y, HH:mm", tzinfo=UTC, locale=_here())
    return f"{words} UTC" if zone else words


def long_moment(at: datetime) -> str:
    """`21 November 2026, 14:30 UTC`, of a moment in UTC: for what is printed."""
    from babel.dates import format_datetime

    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return f"{format_datetime(aware.astimezone(UTC), 'd MMMM y, HH:mm', tzinfo=UTC, locale=_here())} UTC"


def day(on: date) -> str:
    """`21 November 2026`, `21 ноября 2026 г.`; of a moment, its day in UTC."""
    from babel.dates import format_date

    if isinstance(on, datetime):
        on = (on if on.tzinfo else on.replace(tzinfo=UTC)).astimezone(UTC).date()
    return format_date(on, "long", locale=_here())


def number(value: float, places: int = 0) -> str:
    """A number with at most `places` decimals, grouped as the language does: `2,000`, `2 000`."""
    from babel.numbers import format_decimal

    return format_decimal(value, "#,##0." + "#" * places if places else "#,##0", locale=_here())


def money(microdollars: int) -> str:
    """Millionths of a US dollar as dollars: `$12.50`; four decimals where two would show nothing."""
    from babel.numbers import format_currency

    dollars = Decimal(microdollars) / 1_000_000
    places = 2 if not microdollars or abs(dollars) >= _TEN_CENTS else 4
    return str(format_currency(round(dollars, places), "USD", locale=_here(), decimal_quantization=places == 2))  # noqa: PLR2004 - cents


def percent(share: float) -> str:
    """A share (0 to 1) in whole percents: `42%`, `42 %`."""
    from babel.numbers import format_percent

    return format_percent(share, locale=_here())


def filesize(size: float) -> str:
    """Bytes in the unit a person would say: `640 KB`, `4.1 MB`, `1.2 GB` (1 MB = 1,000,000 bytes)."""
    from babel.numbers import format_decimal

    if size >= _GIGABYTE:
        return i18n.gettext("%(size)s GB", size=format_decimal(size / _GIGABYTE, "#,##0.0", locale=_here()))
    if size >= _MEGABYTE:
        return i18n.gettext("%(size)s MB", size=format_decimal(size / _MEGABYTE, "#,##0.0", locale=_here()))
    return i18n.gettext("%(size)s KB", size=number(size / 1e3))


def said(text: str | None) -> str:
    """A sentence that was stored in English by a job, in the language being spoken; any other text as it is."""
    return i18n.gettext(text) if text else ""


def page_language(context: dict[str, Any]) -> None:
    """Lets the page's own `language` (a person's, an interview's) count, unless its reader chose one."""
    i18n.prefer(context.get("language"))
