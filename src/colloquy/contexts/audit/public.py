"""The front door of the audit log's reading side. Writing is `kit.audit.note`."""

from __future__ import annotations

from colloquy.contexts.audit.policy.findings import said
from colloquy.contexts.audit.policy.lines import check_file
from colloquy.contexts.audit.policy.log import Checkpoint, Finding, Verdict
from colloquy.contexts.audit.policy.subjects import Key, Subject, SubjectBook
from colloquy.contexts.audit.queries import chains
from colloquy.contexts.audit.service.checkpoint import sign_all, signed_by_us
from colloquy.contexts.audit.service.verify import verify

__all__ = [
    "Checkpoint",
    "Finding",
    "Key",
    "Subject",
    "SubjectBook",
    "Verdict",
    "chains",
    "check_file",
    "said",
    "sign_all",
    "signed_by_us",
    "verify",
]
