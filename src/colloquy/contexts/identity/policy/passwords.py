"""What a new password must be. Length counts, composition rules do not (NIST SP 800-63B-4, section 3.1.1.2)."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from itertools import pairwise

from colloquy.kit.i18n import gettext as _

SHORTEST = 12
PRODUCT = "Colloquy"
LEAST_OF_ONES_OWN = 8
"""Letters and digits that a password has besides words that anybody would try: see `words`."""
_SHORTEST_WORD = 3
_PART = re.compile(r"[^\W_]+")
LONGEST = 200  # argon2id takes any length; a bound keeps a request from being made of passwords


def rule() -> str:
    """What is asked of a new password, in words."""
    return _(
        "At least %(number)s characters. A few words in a row are easy to remember and hard to guess.", number=SHORTEST
    )


def problem(password: str, *, email: str, name: str, organisation: str = "") -> str | None:
    """What is wrong with `password` as the new one of this person, in words that say what to do; None if it is fine.

    `organisation` is the name of theirs, where it is known.
    """
    if len(password) < SHORTEST:
        return _("Use at least %(number)s characters; this has %(given)s.", number=SHORTEST, given=len(password))
    if len(password) > LONGEST:
        return _("Use at most %(number)s characters.", number=LONGEST)
    plain = _plain(password)
    if plain in {_plain(email), _plain(email.partition("@")[0]), _plain(name)}:
        return _("Choose something other than your name or e-mail address.")
    if _own_part(plain, words(email=email, name=name, organisation=organisation)) < LEAST_OF_ONES_OWN:
        return _(
            "Whoever guesses begins with your name, your organisation's and Colloquy's. Add some words that are none of"
            " these."
        )
    if len(set(plain)) <= 3 or plain in _commonest() or _is_a_run(plain):  # noqa: PLR2004 - "aaaaaaaaaaaa", "abababababab"
        return _(
            "This is one of the passwords that are tried first. Choose a few words that only you would put together."
        )
    return None


def words(*, email: str, name: str, organisation: str) -> frozenset[str]:
    """Words that a password may have in it but not be made of: the product's name, and the parts of these three.

    Parts of two letters and fewer are in half of all words; and the end of a domain says nothing about anybody.
    """
    local, _at, domain = email.partition("@")
    parts = _PART.findall(" ".join([PRODUCT, organisation, name, local, domain.rpartition(".")[0]]).casefold())
    return frozenset(part for part in parts if len(part) >= _SHORTEST_WORD)


def _own_part(plain: str, known: frozenset[str]) -> int:
    """How many letters and digits are left of the password without the words that everybody knows."""
    if not known:
        return len(plain)
    longest_first = sorted(known, key=len, reverse=True)
    left = re.sub("|".join(map(re.escape, longest_first)), " ", plain)
    return sum(len(part) for part in _PART.findall(left)) if left != plain else len(plain)


def _plain(text: str) -> str:
    return "".join(text.casefold().split())


def _is_a_run(plain: str) -> bool:
    """Whether the text is one step repeated: `123456789012`, `abcdefghijkl`."""
    steps = {(ord(b) - ord(a)) % 10 if (a + b).isdigit() else ord(b) - ord(a) for a, b in pairwise(plain)}
    return len(steps) == 1


@cache
def _commonest() -> frozenset[str]:
    text = (files(__package__) / "commonest_passwords.txt").read_text(encoding="utf-8")
    return frozenset(_plain(line) for line in text.splitlines() if line and not line.startswith("#"))
