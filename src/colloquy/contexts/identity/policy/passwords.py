"""What a new password must be. Length counts, composition rules do not (NIST SP 800-63B-4, section 3.1.1.2)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from itertools import pairwise

from colloquy.kit.i18n import gettext as _

SHORTEST = 12
LONGEST = 200  # argon2id takes any length; a bound keeps a request from being made of passwords


def rule() -> str:
    """What is asked of a new password, in words."""
    return _(
        "At least %(number)s characters. A few words in a row are easy to remember and hard to guess.", number=SHORTEST
    )


def problem(password: str, *, email: str, name: str) -> str | None:
    """What is wrong with `password` as the new one of this person, in words that say what to do; None if it is fine."""
    if len(password) < SHORTEST:
        return _("Use at least %(number)s characters; this has %(given)s.", number=SHORTEST, given=len(password))
    if len(password) > LONGEST:
        return _("Use at most %(number)s characters.", number=LONGEST)
    plain = _plain(password)
    if plain in {_plain(email), _plain(email.partition("@")[0]), _plain(name)}:
        return _("Choose something other than your name or e-mail address.")
    if len(set(plain)) <= 3 or plain in _commonest() or _is_a_run(plain):  # noqa: PLR2004 - "aaaaaaaaaaaa", "abababababab"
        return _(
            "This is one of the passwords that are tried first. Choose a few words that only you would put together."
        )
    return None


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
