"""What people made of a session, as far as whoever asks may see it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.scoring.service import blind, corrections, read


@dataclass(frozen=True, slots=True)
class Seen:
    """While `hidden`: what the person wrote themself and nothing else, and `decided` whether others have decided.

    `decisions` are all of them, the one that holds first; `decision` is the one that holds, or None where there is
    none to be seen. `overrides` are the corrections that hold, `override_history` all of them, the last one first.
    """

    hidden: bool
    reviews: tuple[read.Review, ...]
    decisions: tuple[read.Decision, ...]
    decision: read.Decision | None
    decided: bool
    overrides: tuple[corrections.Override, ...]
    override_history: tuple[corrections.Override, ...]
    reveals: tuple[blind.Reveal, ...]


async def seen(db: AsyncSession, actor: Actor, interview: interviews.Interview, session_id: UUID) -> Seen:
    """Scorecards, decisions, corrections and reveals of the session that the actor may see now."""
    scope = actor.scope
    hidden = await blind.is_hidden(db, actor, interview, session_id)
    reviews = await read.reviews(db, scope, session_id)
    decisions = await read.decisions(db, scope, session_id)
    mine = [one for one in decisions if one.person_id == actor.person_id]
    shown = mine if hidden else decisions
    return Seen(
        hidden=hidden,
        reviews=tuple(one for one in reviews if not hidden or one.person_id == actor.person_id),
        decisions=tuple(shown),
        decision=decisions[0] if decisions and decisions[0] in shown else None,
        decided=len(decisions) > len(mine),
        overrides=() if hidden else tuple(await corrections.overrides(db, scope, session_id)),
        override_history=() if hidden else tuple(await corrections.override_history(db, scope, session_id)),
        reveals=() if hidden else tuple(await blind.reveals(db, scope, interview.id, session_id)),
    )
