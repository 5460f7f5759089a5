"""Consent, asked of the ledger itself before a program reads a candidate's words: here no caller can pass by.

Callers ask as well, to say something better than that nothing came. They may be wrong or late; this is neither.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.inference.policy.asking import OF_CANDIDATES, About, NoAnswer, Task
from colloquy.contexts.privacy import public as privacy
from colloquy.kit.db import Scope


async def require(db: AsyncSession, scope: Scope, task: Task, about: About) -> None:
    """Nothing, when a program may do this task now. NoAnswer `not_allowed` otherwise.

    A task of candidates without a session is refused: whose consent it would need cannot be told.
    """
    if about.session_id is None:
        if task in OF_CANDIDATES:
            raise NoAnswer("not_allowed", "What a candidate said is read for a session, and none was named.")
        return
    standing = await privacy.program(db, scope, about.session_id)
    if not standing.allowed:
        raise NoAnswer("not_allowed", f"No program may read this candidate's words: {standing.why}.")
