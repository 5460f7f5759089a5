"""What the privacy context refuses."""

from __future__ import annotations

from colloquy.kit.errors import Refusal


class NoticeNotFound(Refusal):
    """No such notice was shown by this organisation."""

    status = 404
    code = "notice_not_found"
