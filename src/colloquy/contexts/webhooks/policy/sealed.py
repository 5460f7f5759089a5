"""What webhooks seal, and about what; see `kit.sealed`."""

from __future__ import annotations

from typing import Final

from colloquy.kit.sealed import SealedColumn

SEALED: Final = (
    SealedColumn("webhook_endpoints", "sealed", "webhook-secrets"),
    SealedColumn("webhook_endpoints", "sealed_before", "webhook-secrets"),
)
