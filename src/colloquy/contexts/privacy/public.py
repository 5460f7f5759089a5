"""The front door of privacy: notices, the consent ledger, where rules hold, and whether a program may evaluate."""

from colloquy.contexts.privacy.notices import Notice, Section, Terms, notice
from colloquy.contexts.privacy.policy.gate import BeforeNotice, Standing, Why
from colloquy.contexts.privacy.policy.jurisdictions import NAMES, Effect, Jurisdiction, Rule, rules_of, understood
from colloquy.contexts.privacy.service.choices import (
    Applied,
    Choices,
    InterviewChoices,
    applied,
    choices,
    choose_for_interview,
    interview_choices,
    program_from,
)
from colloquy.contexts.privacy.service.ledger import (
    Consent,
    Decision,
    LedgerEntry,
    Purpose,
    consent,
    forget_addresses,
    forget_origin,
    ledger,
    longer_retention,
    notice_text,
    record_consent,
    withdraw,
)
from colloquy.contexts.privacy.service.program import ai_evaluation_allowed, not_before, program
from colloquy.contexts.privacy.service.terms import Held, announce, held, terms

__all__ = [
    "NAMES",
    "Applied",
    "BeforeNotice",
    "Choices",
    "Consent",
    "Decision",
    "Effect",
    "Held",
    "InterviewChoices",
    "Jurisdiction",
    "LedgerEntry",
    "Notice",
    "Purpose",
    "Rule",
    "Section",
    "Standing",
    "Terms",
    "Why",
    "ai_evaluation_allowed",
    "announce",
    "applied",
    "choices",
    "choose_for_interview",
    "consent",
    "forget_addresses",
    "forget_origin",
    "held",
    "interview_choices",
    "ledger",
    "longer_retention",
    "not_before",
    "notice",
    "notice_text",
    "program",
    "program_from",
    "record_consent",
    "rules_of",
    "terms",
    "understood",
    "withdraw",
]
