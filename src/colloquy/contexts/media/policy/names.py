"""Names of files that strangers send: kept for people to read, never used as a path."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

LONGEST_NAME = 150
"""Characters. Every file system takes 255 bytes, and a Cyrillic letter has two."""

_PATH = re.compile(r"[/\\]")
_FORBIDDEN = re.compile(r'[<>:"|?*%]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode categories that nobody sees: control characters, and those that turn `fdp.exe` into `exe.pdf`."""


def safe_name(given: str | None, fallback: str = "file") -> str:
    """The last part of a name that a browser sent, without what a file system or a reader could trip over.

    Any folder is left away, and so are invisible and direction-changing characters, leading dots, and names that
    Windows keeps for devices. 1 to 150 characters.
    """
    name = _PATH.split(unicodedata.normalize("NFC", given or ""))[-1]
    name = "".join(letter for letter in name if unicodedata.category(letter) not in _INVISIBLE)
    name = " ".join(_FORBIDDEN.sub("_", name).split()).strip(". ")
    if not name or _RESERVED.fullmatch(name):
        name = f"{fallback}-{name}".rstrip("-") if name else fallback
    stem, dot, ending = name.rpartition(".")
    if len(name) <= LONGEST_NAME:
        return name
    if dot and len(ending) <= 10:  # noqa: PLR2004 - longer than any ending that says something
        return f"{stem[: LONGEST_NAME - len(ending) - 1].rstrip('. ')}.{ending}"
    return name[:LONGEST_NAME].rstrip(". ")


def with_ending(name: str, endings: tuple[str, ...]) -> str:
    """The name with one of the endings (`.pdf`) that its content deserves: the last one says how it is opened."""
    if name.lower().endswith(endings):
        return name
    return safe_name(f"{name[: LONGEST_NAME - len(endings[0])]}{endings[0]}")


def attachment(name: str) -> str:
    """`Content-Disposition` that saves under `name` (RFC 6266): plain ASCII for old programs, and RFC 8187 for all."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "replace").decode().replace("?", "_")
    plain = plain.replace("\\", "_").replace('"', "_")
    encoded = quote(name, safe="!#$&+.^_`|~-")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"
