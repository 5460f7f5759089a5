"""The guard: may this address be asked, and which machine exactly is connected to.

Checked twice. When an address is typed, by its spelling, so that people learn at once what is wrong with it. When a
connection is made, by the machine it would lead to: the name is looked up once, every answer is checked, and the
connection goes there: a name that leads elsewhere a moment later (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Collection
from typing import Final
from urllib.parse import urlsplit

import idna

from colloquy.kit.i18n import gettext as _
from colloquy.providers.outbound.errors import OutboundRefused
from colloquy.providers.outbound.rules import Allow, is_public, usual_port

Resolve = Callable[[str, int], Awaitable[Collection[str]]]
"""(host, port) -> addresses as text. OSError when the name leads nowhere."""

HTTP: Final = frozenset({"http", "https"})
HTTPS: Final = frozenset({"https"})
LONGEST: Final = 2000
"""Characters of an address; what browsers and proxies agree on."""
_LOOKUP_SECONDS: Final = 5.0
_PORTS: Final = {"http": 80, "https": 443}
_NUMBERS: Final = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)", re.IGNORECASE)
_NAME: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*")
_OWN_NAMES: Final = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".localdomain")
"""Ends of names that never are on the public internet (RFC 6761, 6762, 8375, and those that ICANN has set aside)."""


async def system_resolve(host: str, port: int) -> list[str]:
    """What this machine's resolver says."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(_LOOKUP_SECONDS):
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Guard:
    """What may be asked: the public internet, and what `allow` opens. One a process; knows no connection."""

    def __init__(self, allow: Allow | None = None, *, resolve: Resolve = system_resolve) -> None:
        self._allow = allow or Allow()
        self._resolve = resolve

    def check(self, address: str, *, schemes: frozenset[str] = HTTP) -> str:
        """The address as it is stored and asked: with its name in ASCII, without spaces around it. Looks nothing up.

        Of `schemes` without "http", plain http is accepted for what the operator has opened. OutboundRefused.
        """
        address = address.strip()
        scheme, host, port, rest = _parts(address)
        opened = self._opened(host, port)
        if scheme not in schemes and not (scheme == "http" and opened):
            raise OutboundRefused("scheme", _("The address begins with https://."))
        if not opened:
            self._check_public(host, port)
        shown = f"[{host}]" if ":" in host else host
        return f"{scheme}://{shown}{'' if port == _PORTS[scheme] else f':{port}'}{rest}"

    async def addresses(self, host: str, port: int) -> tuple[str, ...]:
        """The addresses that may be connected to now, in the resolver's order; connect to no other. OutboundRefused.

        One address that is not public refuses the name altogether: an honest name does not lead to both.
        """
        host = host.strip("[]").lower()
        try:
            found = await self._resolve(host, port)
        except (OSError, TimeoutError, UnicodeError) as error:
            raise OutboundRefused("unknown", _("There is no server of the name %(host)s.", host=host)) from error
        checked = tuple(self.checked(host, port, address) for address in found)
        if not checked:
            raise OutboundRefused("unknown", _("There is no server of the name %(host)s.", host=host))
        return checked

    def checked(self, host: str, port: int, address: str) -> str:
        """`address`, to which `host` leads, when it may be connected to. OutboundRefused."""
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            raise _private(host, port) from None
        if self._allow.name(host, port) or self._allow.ip(ip, port):
            return str(ip)
        if not usual_port(port):
            raise _port(port)
        if not is_public(ip):
            raise _private(host, port)
        return str(ip)

    def _opened(self, host: str, port: int) -> bool:
        if self._allow.name(host, port):
            return True
        ip = _literal(host)
        return ip is not None and self._allow.ip(ip, port)

    def _check_public(self, host: str, port: int) -> None:
        if not usual_port(port):
            raise _port(port)
        ip = _literal(host)
        own_name = ip is None and ("." not in host or host.endswith(_OWN_NAMES))
        if own_name or (ip is not None and not is_public(ip)):
            raise _private(host, port)


def _parts(address: str) -> tuple[str, str, int, str]:
    """Scheme, host, port, and the rest with its slash. Stricter than any client, so that all read it alike."""
    if not address or len(address) > LONGEST:
        raise _malformed()
    if not address.isprintable() or "\\" in address or " " in address:
        raise _malformed()
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise _malformed() from None
    if parts.scheme not in _PORTS:
        raise OutboundRefused("scheme", _("The address begins with http:// or https://."))
    if "@" in parts.netloc:
        raise OutboundRefused("malformed", _("The address holds no name and password before the server's name."))
    if parts.fragment or "#" in address:
        raise OutboundRefused("malformed", _("The address ends before the sign #: what comes after it is never sent."))
    host = _host(parts.netloc, parts.hostname)
    rest = parts.path + (f"?{parts.query}" if parts.query else "")
    if not rest.isascii():
        raise _malformed()
    return parts.scheme, host, _PORTS[parts.scheme] if port is None else port, rest


def _host(netloc: str, host: str | None) -> str:
    if not host:
        raise _malformed()
    if netloc.startswith("["):
        try:
            return str(ipaddress.IPv6Address(host)) if "%" not in host else _no_scope()
        except ValueError:
            raise _malformed() from None
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode()
        except (idna.IDNAError, UnicodeError):
            raise _malformed() from None
    host = host.lower()
    if _NUMBERS.fullmatch(host.rstrip(".").rpartition(".")[2]):
        # 127.1, 0x7f000001, 017700000001 and 2130706433 are one machine to some programs and none to others.
        try:
            return str(ipaddress.IPv4Address(host))
        except ValueError:
            raise OutboundRefused("malformed", _("Write a numeric address as four numbers with full stops.")) from None
    if not _NAME.fullmatch(host) or len(host) > 253:  # noqa: PLR2004 - RFC 1035
        raise _malformed()
    return host


def _no_scope() -> str:
    raise OutboundRefused("malformed", _("The address names a network card of this machine: leave out the sign %."))


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _malformed() -> OutboundRefused:
    return OutboundRefused("malformed", _("This is not an address: write for example https://hooks.example.com/new."))


def _port(port: int) -> OutboundRefused:
    return OutboundRefused(
        "port", _("Port %(port)s is not one for HTTP: use 443, 80, or one from 1024 on.", port=str(port))
    )


def _private(host: str, port: int) -> OutboundRefused:
    entry = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return OutboundRefused(
        "private",
        _(
            "%(host)s is not on the public internet. Whoever runs this installation can open it with the setting "
            "COLLOQUY_OUTBOUND_ALLOW=%(entry)s.",
            host=host,
            entry=entry,
        ),
    )
