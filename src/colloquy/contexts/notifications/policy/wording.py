"""Foreign text made fit for a letter, and numbers and dates in the reader's language.

Names come from people we do not know: anyone may type a name and somebody else's address into a public
form, and the letter then leaves from our house. So a name is one line, of bounded length, cannot turn the
text around it, and holds nothing that a mail program would make into a link.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

NAME_LENGTH = 80
TITLE_LENGTH = 120

_COUNTED_FROM = 2  # "1 day" may be 25 hours or 47
_STEP = 5

# Zero-width joiners shape Persian and Indic words and join emoji; every other invisible character goes.
_JOINERS = "\u200c\u200d"

# "evil.com", "www.evil", "https://evil", "a@b": the ideographic and full-width dots are dots to browsers.
_DOTS = ".\u3002\uff0e\uff61"
_LINKLIKE = re.compile(rf"(?<=\w)[{_DOTS}](?=[\w-]{{2,}})|www[{_DOTS}]|:?[/\\@\uff20]+", re.IGNORECASE)


class Language(StrEnum):
    """The languages we write in."""

    ENGLISH = "en"
    RUSSIAN = "ru"


# Babel is imported where it is used: it reads its calendars from files, and no page and no start needs them.
@cache
def _locale(language: Language) -> Locale:
    from babel import Locale

    # English as most of its readers write dates: day before month.
    return Locale("en", "GB") if language is Language.ENGLISH else Locale("ru")


def language_of(tag: str | None) -> Language:
    """Return the language we write to a reader of `tag` ("ru-RU", "en_GB", None): English if we lack theirs."""
    primary = re.split("[-_]", (tag or "").strip().lower(), maxsplit=1)[0]
    return Language(primary) if primary in set(Language) else Language.ENGLISH


def one_line(text: str, limit: int) -> str:
    """Return `text` on one line of at most `limit` characters, without controls and direction marks."""
    folded = "".join(map(_visible, unicodedata.normalize("NFC", text)))
    line = " ".join(folded.split())
    if len(line) <= limit:
        return line
    return line[: limit - 1].rstrip(_JOINERS + " ") + "…"


def person_name(text: str | None) -> str:
    """Return a person's name fit for a letter, "" if nothing is left; what looks like a link is spaced out."""
    line = one_line(text or "", 10 * NAME_LENGTH)
    return one_line(_LINKLIKE.sub(" ", line), NAME_LENGTH)


def isolated(text: str) -> str:
    """Return `text` so that its right-to-left letters leave the order of the sentence around it alone."""
    if any(unicodedata.bidirectional(character) in {"R", "AL", "AN"} for character in text):
        return f"\u2068{text}\u2069"  # first strong isolate ... pop, Unicode Annex 9
    return text


def plural(language: Language, number: int, one: str, few: str, many: str) -> str:
    """Return `number` with its noun. English has `one` and `many` only and takes `many` for `few`."""
    form = _locale(language).plural_form(number)
    return f"{number} {one if form == 'one' else few if form == 'few' else many}"


def moment(language: Language, at: datetime, zone: tzinfo = UTC) -> str:
    """Return `at` as the reader's weekday, date and time, with the distance from UTC.

    Raises ValueError for a time without a zone: nobody could say when that is.
    """
    if at.tzinfo is None:
        raise ValueError("A time in a letter needs a time zone.")
    from babel.dates import format_datetime

    local = at.astimezone(zone)
    pattern = "EEEE, d MMMM y, HH:mm" if language is Language.RUSSIAN else "EEEE d MMMM y, HH:mm"
    words = format_datetime(local, pattern, tzinfo=zone, locale=_locale(language))
    offset = local.strftime("%z")
    distance = "" if offset == "+0000" else f"{offset[:3]}:{offset[3:5]}"
    return f"{words} (UTC{distance})"


def day(language: Language, on: date) -> str:
    """Return the date `on` in words."""
    from babel.dates import format_date

    return format_date(on, "d MMMM y", locale=_locale(language))


def left(language: Language, time: timedelta) -> str:
    """Return how much `time` is left, in whole days, hours or minutes; never more than there is.

    Days from two on, hours from two on, below that minutes in steps of five.
    """
    minutes = max(1, int(time.total_seconds() // 60))
    days, hours = minutes // (24 * 60), minutes // 60
    russian = language is Language.RUSSIAN
    if days >= _COUNTED_FROM:
        return plural(language, days, *(("день", "дня", "дней") if russian else ("day", "days", "days")))
    if hours >= _COUNTED_FROM:
        return plural(language, hours, *(("час", "часа", "часов") if russian else ("hour", "hours", "hours")))
    minutes = minutes if minutes < _STEP else minutes - minutes % _STEP
    return plural(language, minutes, *(("минута", "минуты", "минут") if russian else ("minute", "minutes", "minutes")))


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    if category == "Cs":  # half a surrogate pair cannot be written in UTF-8
        return "\ufffd"
    return "" if category == "Cf" and character not in _JOINERS else character
