"""What may never stand in a log: secrets, recognised by the name of their field or by their form.

The first line of defence is not to log them; this is the second, for libraries, exceptions and tomorrow's code. It
works on what is about to be written, text and traces included, so nothing has to remember it.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any

HIDDEN = "[hidden]"
_NAMES = re.compile(
    r"(?:^|[_\-.])(?:pass(?:word|wd|phrase)?|secrets?|tokens?|api[_-]?keys?|authorization|cookies?|set-cookie|signature"
    r"|credentials?|otp|totp|private[_-]?key|csrf[_-]?token|(?:access|refresh|session|model|media|secret|llm|api)[_-]key)$",
    re.IGNORECASE,
)
_COUNTS = frozenset({"tokens", "input_tokens", "output_tokens", "max_tokens", "cached_tokens"})
"""Numbers that models are billed by, and no secrets; let through only as numbers."""

_FORMS = (
    r"eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*",  # JSON web tokens
    r"\b[0-9a-f]{32}\.[0-9a-f]{32}\.[A-Za-z0-9_-]{16,}(?:\.[A-Za-z0-9_-]*)?",  # candidates' keys
    r"\b(?:sk|pk|rk)-[A-Za-z0-9_-]{8,}",  # OpenAI, Anthropic, OpenRouter and many more
    r"\bAIza[0-9A-Za-z_-]{20,}",  # Google
    r"\b(?:hvs|hvb|s)\.[A-Za-z0-9_-]{10,}",  # Vault
    r"\bgh[pousr]_[A-Za-z0-9]{20,}",
    r"\bwhsec_[A-Za-z0-9+/=_-]{10,}",  # webhooks
    r"\bclq_[A-Za-z0-9_-]{10,}",
    r"\bxox[abprs]-[A-Za-z0-9-]{10,}",
    r"\bAKIA[0-9A-Z]{16}\b",
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)",
    r"\$argon2[a-z]*\$[^\s\"']+",
)
_FORM = re.compile("|".join(_FORMS))
_IN_ADDRESS = re.compile(r"(?P<scheme>\b[a-z][a-z0-9+.-]*://[^\s/:@\"']*):(?P<secret>[^\s/\"']+)@", re.IGNORECASE)
_AFTER_SCHEME = re.compile(
    r"\b(?P<scheme>Bearer|Basic|Candidate|Token)\s+(?P<secret>[A-Za-z0-9._~+/=-]{8,})", re.IGNORECASE
)
_NAMED = re.compile(
    r"(?P<name>[\"']?(?:[A-Za-z0-9_.-]*[_.-])?(?:password|passwd|passphrase|secret|token|api[_-]?key|authorization"
    r"|cookie|signature|credential|otp|csrf[_-]?token|smtp_password|client_secret|code_verifier)[\"']?\s*[=:]\s*)"
    r"(?P<open>[\"']?)(?P<secret>(?!\[hidden\])[^\s\"',;&)}\]]{3,})",
    re.IGNORECASE,
)
# A path of ours whose segment opens something; 22 characters are the shortest of our tokens.
_IN_PATH = re.compile(
    r"(?P<path>/(?:join/|api/public/(?:interview|uploads)/)?)(?P<secret>[A-Za-z0-9_-]{22}(?:[A-Za-z0-9_-]{21})?)(?=[/?\s\"']|$)"
)
_DEEPEST = 8


def redacted(text: str) -> str:
    """`text` without what looks like a secret."""
    text = _IN_ADDRESS.sub(rf"\g<scheme>:{HIDDEN}@", text)
    text = _AFTER_SCHEME.sub(rf"\g<scheme> {HIDDEN}", text)
    text = _FORM.sub(HIDDEN, text)
    text = _NAMED.sub(rf"\g<name>\g<open>{HIDDEN}", text)
    return _IN_PATH.sub(rf"\g<path>{HIDDEN}", text)


def redact(value: Any, name: str = "", depth: int = 0) -> Any:
    """The same for values of any shape; a field with a secret's name loses its value whatever it looks like."""
    if name and _NAMES.search(name) and not (isinstance(value, int | float) and name in _COUNTS):
        return value if value is None or isinstance(value, bool) else HIDDEN
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, bytes | bytearray):
        return redacted(bytes(value).decode("utf-8", "replace"))
    if depth >= _DEEPEST:
        return HIDDEN
    if isinstance(value, dict):
        return {key: redact(item, str(key), depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(item, "", depth + 1) for item in value]
    if value is None or isinstance(value, int | float):
        return value
    return redacted(str(value))


def redacting(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """For structlog, after exceptions were rendered and before the line is."""
    for key in list(event):
        if not key.startswith("_"):
            event[key] = redact(event[key], key)
    return event
