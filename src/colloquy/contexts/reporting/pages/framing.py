"""What the pages about an interview's candidates share: the interview's frame, and the way between them."""

from __future__ import annotations

from typing import Any

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.interviews import public as interviews


def frame(interview: interviews.Interview, actor: Actor, here: str) -> dict[str, Any]:
    """What interviews/frame.html and reporting/cohort_nav.html ask for. `here`: board, again, calibration or ""."""
    may_edit = actor.may(Permission.INTERVIEWS_EDIT)
    return {
        "section": "interviews",
        "interview": interview,
        "tab": "candidates",
        "may_edit": may_edit,
        "frozen": interview.has_candidates,
        "may_change": may_edit and not interview.has_candidates,
        "has_board": True,
        "may_decide": actor.may(Permission.SESSIONS_DECIDE),
        "cohort_page": here,
    }
