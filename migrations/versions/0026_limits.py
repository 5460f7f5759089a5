"""Nothing: requests are counted in memory or in Redis (docs/decisions/0026), and the number was given away before."""

from __future__ import annotations

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """No table."""
