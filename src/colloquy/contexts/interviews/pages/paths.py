"""The map of paths: who is asked what, drawn by the server and said in sentences."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Request, Response

from colloquy.contexts.interviews.pages import framing
from colloquy.contexts.interviews.pages.given import Viewer, whole
from colloquy.contexts.interviews.policy.interview import Question
from colloquy.contexts.interviews.policy.paths import survey
from colloquy.kit.http.state import DbSession

router = APIRouter(prefix="/interviews/{interview_id}/paths")

WIDTH = 400
SPINE = 44
"""Where the line of those who are asked runs, from the left. All lengths are units of the drawing, about a pixel."""
_LEFT, _INDENTED, _RIGHT = 24, 84, 376
_LINE, _PAD, _GAP = 17, 12, 22
_HEAD = 16
_CHARACTER = 6.9  # the average width of a character of 13 units; Cyrillic is wider than Latin


@dataclass(frozen=True, slots=True)
class Node:
    """A question in the drawing: its box, its lines of text, and what is written above and below it."""

    question: Question
    left: int
    top: int
    width: int
    height: int
    lines: tuple[str, ...]
    condition_top: int
    ends_top: int

    @property
    def bottom(self) -> int:
        """Where the box ends."""
        return self.top + self.height


@router.get("")
async def paths(request: Request, interview_id: UUID, actor: Viewer, db: DbSession) -> Response:
    """The drawing, the figures, and the same in words."""
    interview = await whole(db, actor, interview_id)
    nodes, height = drawn(interview.questions)
    return framing.render(
        request,
        "interviews/paths.html",
        interview,
        actor,
        tab="questions",
        nodes=nodes,
        width=WIDTH,
        height=height,
        spine=SPINE,
        survey=survey(interview.questions) if interview.questions else None,
    )


def drawn(questions: tuple[Question, ...]) -> tuple[list[Node], int]:
    """The nodes from top to bottom, and the height of the drawing.

    Questions that everybody is asked lie on the spine; those with a condition stand beside it, like a siding.
    """
    nodes: list[Node] = []
    top = 40
    for question in questions:
        left = _LEFT if question.show_if is None else _INDENTED
        width = _RIGHT - left
        fitting = int((width - 2 * _PAD) / _CHARACTER)
        lines = textwrap.wrap(question.text, fitting, max_lines=2, placeholder=" …") or [""]
        condition_top = top
        if question.show_if is not None:
            # One line for each condition, above the box.
            top += 6 + _LINE * len(question.show_if.conditions)
        height = 2 * _PAD + _HEAD + _LINE * len(lines)
        nodes.append(Node(question, left, top, width, height, tuple(lines), condition_top, top + height + 10))
        top += height + _GAP + (_LINE + 26 if question.knock_out else 0)
    return nodes, top + 30
