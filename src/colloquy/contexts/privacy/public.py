"""The front door of privacy: the notice, the consent ledger, and whether a program may evaluate."""

from colloquy.contexts.privacy.notices import Notice, Section, notice
from colloquy.contexts.privacy.service import (
    Consent,
    Decision,
    LedgerEntry,
    Purpose,
    ai_evaluation_allowed,
    consent,
    forget_origin,
    ledger,
    notice_text,
    record_consent,
    withdraw,
)

__all__ = [
    "Consent",
    "Decision",
    "LedgerEntry",
    "Notice",
    "Purpose",
    "Section",
    "ai_evaluation_allowed",
    "consent",
    "forget_origin",
    "ledger",
    "notice",
    "notice_text",
    "record_consent",
    "withdraw",
]
