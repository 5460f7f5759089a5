"""Tables of the media context."""

from __future__ import annotations

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Nothing yet: the number is kept so that contexts can be built side by side."""
