"""Which addresses are public, and which others the operator has opened. Pure: nothing is looked up here."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_GLOBAL_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
"""All that IANA has given out of IPv6 for the public internet (RFC 4291, 2.4). Loopback, mapped and compatible IPv4,
NAT64 (64:ff9b::/96, 64:ff9b:1::/48), unique local, link-local and multicast addresses all lie outside."""
_NOT_PUBLIC: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carriers' NAT; some clouds keep their metadata here
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local: where clouds hand credentials to whoever asks from inside
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "2001::/23",  # Teredo, ORCHID and other protocols' own
        "2001:db8::/32",
        "2002::/16",  # 6to4: any IPv4 address, private ones too, in another dress
        "3fff::/20",
        "5f00::/16",
    )
)
"""From IANA's registries of special-purpose addresses. Python's `is_global` knows most and differs by version."""
_THIS_MACHINE: Final = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))
_LOW_PORTS: Final = frozenset({80, 443})
FIRST_HIGH_PORT: Final = 1024
_LAST_PORT: Final = 65535


def is_public(ip: Ip) -> bool:
    """Whether the address is one machine on the public internet."""
    if isinstance(ip, ipaddress.IPv6Address) and (ip.scope_id is not None or ip not in _GLOBAL_UNICAST):
        return False
    return ip.is_global and not any(ip in network for network in _NOT_PUBLIC)


def _all_public(network: Network) -> bool:
    special = any(network.version == other.version and network.overlaps(other) for other in _NOT_PUBLIC)
    return not special and is_public(network[0]) and is_public(network[-1])


def usual_port(port: int) -> bool:
    """Whether HTTP may be spoken there: below 1024 listen mail, shells and file servers, not receivers of HTTP."""
    return port in _LOW_PORTS or FIRST_HIGH_PORT <= port <= _LAST_PORT


@dataclass(frozen=True, slots=True)
class Opened:
    """One entry of the operator's list: a host name or a network, on one port or (None) on every usual one."""

    name: str | None
    networks: tuple[Network, ...]
    port: int | None

    def covers_name(self, host: str, port: int) -> bool:
        """Whether whatever the name leads to is open."""
        return self.name == host and self._port(port)

    def covers_ip(self, ip: Ip, port: int) -> bool:
        """Whether the address is open."""
        return self._port(port) and any(ip in network for network in self.networks)

    def __str__(self) -> str:
        host = self.name or str(self.networks[0]).removesuffix("/32").removesuffix("/128")
        if self.port is None:
            return host
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"

    def _port(self, port: int) -> bool:
        return usual_port(port) if self.port is None else port == self.port


@dataclass(frozen=True, slots=True)
class Allow:
    """What the operator has opened besides the public internet."""

    entries: tuple[Opened, ...] = ()

    def inside(self) -> tuple[Opened, ...]:
        """The entries that lead, or may lead, to other than public addresses: a name is trusted wherever it leads."""
        return tuple(
            one for one in self.entries if one.name is not None or any(not _all_public(net) for net in one.networks)
        )

    def name(self, host: str, port: int) -> bool:
        """Whether the operator trusts this name, wherever it leads."""
        return any(entry.covers_name(host, port) for entry in self.entries)

    def ip(self, ip: Ip, port: int) -> bool:
        """Whether the operator has opened this address."""
        return any(entry.covers_ip(ip, port) for entry in self.entries)

    def and_also(self, entries: Iterable[str]) -> Allow:
        """The list with some more. ValueError, as `parse_allow`."""
        return Allow((*self.entries, *(_entry(entry) for entry in entries)))


def parse_allow(given: str | None) -> Allow:
    """The list from `COLLOQUY_OUTBOUND_ALLOW`: names, addresses and networks between commas or spaces, each with
    `:port` or without. ValueError says which entry cannot be understood.
    """
    return Allow().and_also((given or "").replace(",", " ").split())


def _entry(text: str) -> Opened:
    host, port = _with_port(text)
    try:
        network = ipaddress.ip_network(host, strict=False)
    except ValueError:
        name = host.lower().rstrip(".")
        if not _is_name(name):
            raise ValueError(
                f"COLLOQUY_OUTBOUND_ALLOW: “{text}” is neither a name, nor an address, nor a network. Write for "
                "example localhost:11434, keycloak.example.lan or 10.0.0.0/8."
            ) from None
        return Opened(name, _THIS_MACHINE if name == "localhost" else (), port)
    return Opened(None, (network,), port)


def _with_port(text: str) -> tuple[str, int | None]:
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        return (host, int(rest[1:])) if rest.startswith(":") and rest[1:].isdigit() else (host + rest, None)
    host, colon, port = text.partition(":")
    if colon and port.isdigit() and "/" not in host:
        return host, int(port)
    return text, None


def _is_name(name: str) -> bool:
    labels = name.split(".")
    return len(name) <= 253 and all(  # noqa: PLR2004 - RFC 1035
        label and len(label) <= 63 and label.replace("-", "").replace("_", "").isalnum()  # noqa: PLR2004 - RFC 1035
        for label in labels
    )
