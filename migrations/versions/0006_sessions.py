"""Tables of the sessions context."""

from __future__ import annotations

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Nothing yet: the number is kept so that contexts can be built side by side."""
