"""What browsers bind a passkey to: the name of this site, and the address a page was at (Web Authentication, 4)."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

NAME = "Colloquy"
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """`id`: the host; `origin`: scheme, host and port as browsers write them."""

    id: str
    origin: str


def relying_party(address: str) -> RelyingParty | None:
    """The party of the installation at `address`; None where browsers have no passkeys.

    They need a name (an IP address is none) and TLS, or `localhost`.
    """
    parts = urlsplit(address)
    host = (parts.hostname or "").lower()
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return None
    local = host == "localhost" or host.endswith(".localhost")
    if not host or parts.scheme not in _PORTS or (parts.scheme == "http" and not local):
        return None
    port = "" if parts.port in (None, _PORTS[parts.scheme]) else f":{parts.port}"
    return RelyingParty(host, f"{parts.scheme}://{host}{port}")
