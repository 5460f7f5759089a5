"""Where somebody may be sent after signing in, and how a browser is called in a list."""

from __future__ import annotations

import re
from ipaddress import ip_network

START = "/"
_LOCAL = re.compile(r"/(?![/\\])[^\x00-\x20\\\x7f]*")

# The first match wins: every Chromium says Safari, Edge and Opera say Chrome as well.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("YaBrowser", "Yandex Browser"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
_LONGEST = 120


def local(address: str | None) -> str:
    """`address` if it is a path on this site, else the start: two slashes, or one and a backslash, leave the site."""
    return address if address and _LOCAL.fullmatch(address) else START


def browser_name(user_agent: str) -> str:
    """`Firefox on Linux`; for a program, what it calls itself up to the first space."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), None)
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), None)
    if browser is None:
        words = "".join(c for c in user_agent if c.isprintable()).split()
        return words[0][:_LONGEST] if words else ""
    return f"{browser} on {system}" if system else browser


def coarse(network: str) -> str:
    """The neighbourhood of a network address: an IPv4 /24, an IPv6 /48. Enough to notice a stranger, not a person."""
    try:
        base = ip_network(network, strict=False)
    except ValueError:
        return ""
    return str(base.supernet(new_prefix=24 if base.version == 4 else 48))  # noqa: PLR2004 - the versions of IP
