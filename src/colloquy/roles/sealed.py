"""Everything that the secret seals, for sealing it again after a rotation."""

from __future__ import annotations

from colloquy.contexts.identity.policy import sealed as identity
from colloquy.contexts.inference.policy import sealed as inference
from colloquy.contexts.interviews.policy import sealed as interviews
from colloquy.contexts.retention.policy import sealed as retention
from colloquy.contexts.sessions.policy import sealed as sessions
from colloquy.contexts.webhooks.policy import sealed as webhooks
from colloquy.kit.sealed import SealedColumn

SEALED: tuple[SealedColumn, ...] = (
    *identity.SEALED,
    *inference.SEALED,
    *interviews.SEALED,
    *retention.SEALED,
    *sessions.SEALED,
    *webhooks.SEALED,
)
