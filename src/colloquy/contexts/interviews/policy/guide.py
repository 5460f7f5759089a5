"""What a question is meant for and what a good answer to it sounds like: for recruiters and reviewers alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from colloquy.contexts.interviews.policy.texts import Problems, one_line, several_lines, text_problem
from colloquy.kit.i18n import gettext as _

DIFFICULTIES: Final = (1, 2, 3)
MAX_SUGGESTED_ANSWER: Final = 4000
MAX_FOLLOW_UP: Final = 300
MOST_FOLLOW_UPS: Final = 5


class QuestionType(StrEnum):
    """What a question asks for: knowledge, something done, something that might be, or why somebody is here."""

    TECHNICAL = "technical"
    BEHAVIOURAL = "behavioural"
    SITUATIONAL = "situational"
    MOTIVATION = "motivation"


@dataclass(frozen=True, slots=True)
class Guide:
    """`difficulty` 1 (basic) to 3 (advanced); None and "" where nobody said. Follow-ups are to be asked in person.

    Nothing in it is judged by, so it changes no rubric.
    """

    type: QuestionType | None = None
    difficulty: int | None = None
    answer: str = ""
    follow_ups: tuple[str, ...] = ()

    def tidied(self) -> Guide:
        """Trimmed; empty follow-ups left out."""
        follow_ups = tuple(text for text in map(one_line, self.follow_ups) if text)
        return replace(self, answer=several_lines(self.answer), follow_ups=follow_ups)

    def problems(self) -> Problems:
        """What is outside its limits, of a tidied guide, by the names `guide_*`."""
        found: Problems = {}
        if self.difficulty is not None and self.difficulty not in DIFFICULTIES:
            found["guide_difficulty"] = _("Choose a difficulty from the list.")
        if problem := text_problem(self.answer, MAX_SUGGESTED_ANSWER):
            found["guide_answer"] = problem
        if len(self.follow_ups) > MOST_FOLLOW_UPS:
            found["guide_follow_ups"] = _("Keep to %(number)s follow-ups.", number=MOST_FOLLOW_UPS)
        elif problem := next((p for text in self.follow_ups if (p := text_problem(text, MAX_FOLLOW_UP))), None):
            found["guide_follow_ups"] = problem
        return found


NO_GUIDE: Final = Guide()
