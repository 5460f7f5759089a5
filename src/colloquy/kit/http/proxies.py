"""Who asks, and by which scheme, when proxies stand before us. Pure ASGI, see `request_id`.

A header can be written by anybody, so one is believed only from an address that the installation trusts, and read from
the right: each proxy adds what it saw at the end, and what stands left of the last untrusted address was written by a
stranger. What follows from the address and the scheme (limits, Secure cookies, HSTS, links) reads the ASGI scope only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Literal

from starlette.types import ASGIApp, Receive, Scope, Send

from colloquy.kit import log

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
Spoken = Literal["x-forwarded", "forwarded"]
"""Which headers the proxies write. Only one kind is read: the other passes through them as the client wrote it."""

_SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
_SOCKET_SCHEMES = {"http": "ws", "https": "wss"}
_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?")
_PAIR = re.compile(r'\s*([!#$%&\'*+.^_`|~0-9A-Za-z-]+)=("(?:[^"\\]|\\.)*"|[^\s",;]*)\s*')
_MOST_HOPS = 32
_SAID: set[str] = set()
_log = log.get_logger(__name__)


def networks(text: str) -> tuple[Network, ...]:
    """The addresses and CIDR networks in `text`, with commas or spaces between them. ValueError names a bad one."""
    found = []
    for part in re.split(r"[\s,]+", text.strip()):
        if not part:
            continue
        try:
            found.append(ip_network(part, strict=False))
        except ValueError:
            message = f"{part!r} is no address and no network. Write addresses like 10.0.0.5, 10.0.0.0/8 or fd00::/8."
            raise ValueError(message) from None
    return tuple(found)


def address(text: str) -> Address | None:
    """The IP address in `text`, also with a port or in brackets; None when there is none. `::ffff:1.2.3.4` is IPv4."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text, closed, rest = text[1:].partition("]")
        if not closed or (rest and not re.fullmatch(r":\d{1,5}", rest)):
            return None
    elif text.count(":") == 1:
        text, _, port = text.partition(":")
        if not port.isdigit():
            return None
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


def network_of(host: str) -> str:
    """What requests are counted by: the address, or for IPv6 the /64, which is what one subscriber has (RFC 6177)."""
    found = address(host)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, 64), strict=False))
    return str(found) if found else host[:64]


@dataclass(frozen=True, slots=True)
class _Hop:
    """What one proxy said of whoever came to it. `client` is None where it could not be read."""

    client: Address | None
    scheme: str | None
    host: str | None


class TrustedProxies:
    """Puts the client's address, scheme and host into the scope, as trusted proxies report them."""

    def __init__(self, app: ASGIApp, trusted: Sequence[Network] = (), spoken: Spoken = "x-forwarded") -> None:
        self.app = app
        self._trusted = tuple(trusted)
        self._read = _x_forwarded if spoken == "x-forwarded" else _forwarded

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request or serves one WebSocket."""
        if scope["type"] in {"http", "websocket"}:
            peer = address(scope["client"][0]) if scope.get("client") else None
            if self._trusts(peer):
                scope = self._as_seen_from_outside(scope, peer)
            elif any(name in {b"x-forwarded-for", b"forwarded"} for name, _ in scope["headers"]):
                _say_once("A proxy that is not trusted names clients; COLLOQUY_TRUSTED_PROXIES lists those that may")
        await self.app(scope, receive, send)

    def _trusts(self, one: Address | None) -> bool:
        return one is not None and any(one in network for network in self._trusted)

    def _as_seen_from_outside(self, scope: Scope, peer: Address | None) -> Scope:
        client, scheme, host = peer, None, None
        for hop in self._read(scope["headers"]):
            scheme, host = hop.scheme or scheme, hop.host or host
            if hop.client is None:
                break  # unreadable: as far as we can see, the proxy before it is who asks
            client = hop.client
            if not self._trusts(client):
                break
        seen = dict(scope)
        if client is not peer and client is not None:
            seen["client"] = (str(client), 0)
        if scheme is not None:
            seen["scheme"] = scheme if scope["type"] == "http" else _SOCKET_SCHEMES[scheme]
        if host is not None:
            others = [(name, value) for name, value in scope["headers"] if name != b"host"]
            seen["headers"] = [(b"host", host.encode("ascii")), *others]
        return seen


def _x_forwarded(headers: Sequence[tuple[bytes, bytes]]) -> Iterator[_Hop]:
    """Hops from the nearest on. A proxy that overwrites where others append leaves fewer values than hops: the first
    value then speaks for all the hops before it.
    """
    clients = _listed(headers, b"x-forwarded-for")
    schemes = _listed(headers, b"x-forwarded-proto")
    hosts = _listed(headers, b"x-forwarded-host")
    for number in range(1, min(max(len(clients), 1), _MOST_HOPS) + 1):
        yield _Hop(
            address(clients[-number]) if clients else None,
            _SCHEMES.get(_nth_from_right(schemes, number).lower()),
            _host(_nth_from_right(hosts, number)),
        )


def _nth_from_right(values: list[str], number: int) -> str:
    return values[max(0, len(values) - number)] if values else ""


def _listed(headers: Sequence[tuple[bytes, bytes]], name: bytes) -> list[str]:
    joined = ",".join(value.decode("latin-1") for key, value in headers if key == name)
    return [part.strip() for part in joined.split(",")] if joined.strip() else []


def _forwarded(headers: Sequence[tuple[bytes, bytes]]) -> Iterator[_Hop]:
    """Hops from the nearest on (RFC 7239). An element that is not well-formed ends them: nothing left of it counts."""
    joined = ",".join(value.decode("latin-1") for key, value in headers if key == b"forwarded")
    for element in list(reversed(_split(joined, ",")))[:_MOST_HOPS]:
        pairs: dict[str, str] = {}
        for part in _split(element, ";"):
            found = _PAIR.fullmatch(part)
            if found is None or found[1].lower() in pairs:
                return
            value = found[2]
            pairs[found[1].lower()] = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
        yield _Hop(
            address(pairs.get("for", "")), _SCHEMES.get(pairs.get("proto", "").lower()), _host(pairs.get("host", ""))
        )


def _split(text: str, mark: str) -> list[str]:
    """Parts of `text` between marks that are not inside quotes; empty ones left out."""
    parts, quoted, escaped, start = [], False, False, 0
    for at, char in enumerate(text):
        if escaped:
            escaped = False
        elif quoted and char == "\\":
            escaped = True
        elif char == '"':
            quoted = not quoted
        elif char == mark and not quoted:
            parts.append(text[start:at])
            start = at + 1
    return [part for part in (*parts, text[start:]) if part.strip()]


def _host(text: str) -> str | None:
    return text if _HOST.fullmatch(text) else None


def _say_once(text: str) -> None:
    if text not in _SAID:
        _SAID.add(text)
        _log.warning(text)
