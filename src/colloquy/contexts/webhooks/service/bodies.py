"""What is sent, byte for byte."""

from __future__ import annotations

import json

from colloquy.contexts.webhooks.models import MessageRow
from colloquy.kit.address import PublicAddress


def body(row: MessageRow, address: PublicAddress) -> bytes | None:
    """The message; the same on every try. None when its content was erased."""
    if row.data is None:
        return None
    data = dict(row.data)
    if "url" in data:
        data["url"] = address.of(str(data["url"]))
    moment = row.occurred_at.isoformat(timespec="microseconds").replace("+00:00", "Z")
    told = {"type": row.event_type, "timestamp": moment, "data": data}
    return json.dumps(told, separators=(",", ":")).encode()
