"""Names of exported files. A candidate's name is a stranger's text, and a header and a file system read it."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

_UNSAFE = re.compile(r"[^a-z0-9]+")
_LONGEST = 60


def content_disposition(*parts: str, suffix: str) -> str:
    """`attachment` with an ASCII name for old programs and the same words in their own letters (RFC 6266).

    `parts` are joined by hyphens and reduced to letters and digits; nothing of them can end the header, leave the
    folder or hide the suffix.
    """
    spoken = "-".join(filter(None, (_words(part) for part in parts))) or "report"
    plain = _UNSAFE.sub("-", unicodedata.normalize("NFKD", spoken).encode("ascii", "ignore").decode().lower())
    plain = plain.strip("-")[:_LONGEST].strip("-") or "report"
    encoded = quote(f"{spoken}.{suffix}", safe="")
    return f"attachment; filename=\"{plain}.{suffix}\"; filename*=UTF-8''{encoded}"


def _words(text: str) -> str:
    """Letters and digits of any script, with one hyphen for whatever is between them."""
    kept = "".join(c if c.isalnum() else " " for c in unicodedata.normalize("NFC", text))
    return "-".join(kept.lower().split())[:_LONGEST].strip("-")
