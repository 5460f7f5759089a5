"""Ready-made competencies, starter templates and the question bank, in English and Russian."""

from __future__ import annotations

from colloquy.contexts.interviews.library.bank_files import BankQuestion, BankRole, bank_questions, bank_roles
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
    "BankQuestion",
    "BankRole",
    "LibraryAnchor",
    "LibraryCompetency",
    "LibraryQuestion",
    "LibraryTemplate",
    "bank_questions",
    "bank_roles",
    "competencies",
    "templates",
]
