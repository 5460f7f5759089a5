"""Where a model may be: what is accepted as the address of its server."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def tidy(address: str) -> str:
    """The address as it is compared and stored; empty for the vendor's own."""
    return address.strip().rstrip("/")


def acceptable(address: str) -> bool:
    """Whether it is a plain http or https address, and not one by which machines in a cloud learn about themselves.

    Networks of one's own are fine: that is where Ollama and vLLM are. Link-local addresses (169.254.0.0/16, fe80::/10)
    are where clouds hand credentials to whoever asks from inside.
    """
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    if parts.scheme not in {"http", "https"} or not host or not address.isprintable() or " " in address:
        return False
    if parts.username or parts.password or parts.query or parts.fragment:
        return False
    try:
        return not ipaddress.ip_address(host).is_link_local
    except ValueError:
        return host.lower() not in {"metadata", "metadata.google.internal"}
