"""Second factors, passkeys, and sign-in by an organisation's own provider."""

from __future__ import annotations

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Nothing yet."""
