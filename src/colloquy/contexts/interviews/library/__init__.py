"""Ready-made competencies and starter templates, in English and Russian."""

from __future__ import annotations

from colloquy.contexts.interviews.library.offers import (
    LANGUAGES,
    LibraryAnchor,
    LibraryCompetency,
    LibraryQuestion,
    LibraryTemplate,
    competencies,
    templates,
)

__all__ = [
    "LANGUAGES",
    "LibraryAnchor",
    "LibraryCompetency",
    "LibraryQuestion",
    "LibraryTemplate",
    "competencies",
    "templates",
]
