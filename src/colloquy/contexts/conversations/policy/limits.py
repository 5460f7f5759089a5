"""How much may be said, and how long things may take."""

from __future__ import annotations

MESSAGE_CHARACTERS = 4000
CANDIDATE_CHARACTERS = 80_000
"""All messages of one candidate together; an answer holds 100,000 with the lines between them."""
MESSAGES = 400
"""Of a conversation, superseded ones among them. An hour at nine seconds a message."""

VOICE_SECONDS = 300.0
VOICE_BYTES = 25 << 20
VOICE_GRACE_SECONDS = 5.0
"""A browser stops a little after the limit."""

LEASE_SECONDS = 10.0
"""For so long a turn belongs to the process that composes it; then another may take it over."""
RENEW_SECONDS = 3.0

FIRST_PIECE_SECONDS = 20.0
NEXT_PIECE_SECONDS = 12.0
TURN_SECONDS = 60.0
"""How long a model may take: to begin, between two pieces, altogether. Then the fixed wording is said instead."""

STILL_THINKING_SECONDS = 4.0
HEARTBEAT_SECONDS = 10.0

END_GRACE_SECONDS = 30.0
"""A message that was being written when the time ended is still taken for so long."""
VOICE_WAIT_SECONDS = 120.0
"""How long a conversation that has ended waits for voice messages that are still being turned into text."""
