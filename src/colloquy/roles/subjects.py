"""The audit log reads here what things are called: it lies below their contexts, this module knows them all."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.audit.public import Key, Subject
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.db import Scope


class Subjects:
    """The `SubjectBook` of the audit log."""

    async def find(self, db: AsyncSession, scope: Scope, keys: Collection[Key]) -> dict[Key, Subject]:
        """Interviews and candidates that are still there."""
        found: dict[Key, Subject] = {}
        wanted = [one for kind, one in keys if kind == "interview"]
        for interview_id, title in (await interviews.interview_titles(db, scope, wanted)).items():
            found["interview", interview_id] = Subject(title, f"/interviews/{interview_id}")
        for session_id in (one for kind, one in keys if kind == "session"):
            session = await sessions.session(db, scope, session_id)
            if session is not None:
                found["session", session_id] = Subject(session.candidate.name, f"/sessions/{session_id}")
        return found
