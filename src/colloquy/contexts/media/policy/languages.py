"""The little this product knows of languages itself: their scripts and their most common words."""

from __future__ import annotations

from typing import Literal

Script = Literal["LATIN", "CYRILLIC"]
"""As Unicode character names begin."""

SCRIPTS: dict[str, Script] = {
    **dict.fromkeys(("en", "de", "es", "fr", "it", "pt", "nl", "pl", "tr", "cs", "sv"), "LATIN"),
    **dict.fromkeys(("ru", "uk", "bg", "be"), "CYRILLIC"),
}

ALPHABETS = {
    "en": frozenset("abcdefghijklmnopqrstuvwxyz"),
    "ru": frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя"),
}
"""The letters a language writes its own words with."""

STOP_WORDS: dict[str, frozenset[str]] = {
    # The function words among the hundred most frequent of each language (Brown corpus; Lyashevskaya and
    # Sharov, Frequency Dictionary of Modern Russian), and the forms recognisers write for them.
    "en": frozenset(
        """the be to of and a in that have i it for not on with he as you do at this but his by from they we
        say her she or an will my one all would there their what so up out if about who get which go me when
        make can like time no just him know take into your some could them see other than then now only its
        over also after use how our first well way even new want because any these most us is was are were
        been had has did said i'm it's don't didn't i've we've""".split()  # noqa: SIM905 - a list this long is read as prose
    ),
    "ru": frozenset(
        """и в не на я быть он с что а по это она этот к но они мы весь который из у то за свой ты так вы
        о от же для бы как до чтобы или только его её мне было была были был уже если когда нет ещё меня
        вот да мой моя наш наша мои наши нас вас им их все всё этом этого эта эти есть потом потому очень
        можно нужно где со при тоже после чем без там один раз сам себя мной нам ну""".split()  # noqa: SIM905 - as above
    ),
}
