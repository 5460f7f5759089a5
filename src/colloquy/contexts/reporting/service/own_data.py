"""A candidate's own data: read from every context, for the candidate alone."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.analysis import public as analysis
from colloquy.contexts.conversations import public as conversations
from colloquy.contexts.identity import public as identity
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.media import public as media
from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.reporting.policy.letters import LetterBook, WrittenLetter
from colloquy.contexts.retention import public as retention
from colloquy.contexts.scoring import public as scoring
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.db import Scope
from colloquy.kit.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class OwnData:
    """Everything that is stored about one candidate in one interview, as the contexts give it."""

    scope: Scope
    held: sessions.HeldData
    interview: interviews.Interview
    organisation: identity.Organisation
    ledger: list[privacy.LedgerEntry]
    recordings: dict[UUID, media.Recording]
    originals: dict[UUID, media.Original]
    transcripts: list[media.TranscriptVersion]
    conversations: list[conversations.StoredConversation]
    judgements: list[analysis.StoredJudgements]
    scores: list[scoring.Score]
    contests: tuple[scoring.Contest, ...]
    letters: list[WrittenLetter]
    kept: sessions.Kept
    erasure: retention.Request | None
    offered: sessions.Offered

    @property
    def session(self) -> sessions.Session:
        """The session."""
        return self.held.session


async def own_data(db: AsyncSession, letters: LetterBook, key: sessions.Key) -> OwnData:
    """All of it, for the holder of the key. NotYourSession for anybody else, and once it was erased."""
    row = await sessions.own(db, key)
    scope = Scope(key.org_id)
    held = None if row is None else await sessions.held_data(db, scope, row.id)
    interview = None if held is None else await interviews.interview(db, scope, held.session.interview_id)
    kept = None if held is None else await sessions.kept(db, scope, held.session.id)
    if row is None or held is None or interview is None or kept is None:
        raise sessions.NotYourSession(_("This browser has no interview open. Open the link that you were sent."))
    session = held.session
    recorded = {take.recording_id for take in held.takes}
    recorded |= await conversations.voice_recordings(db, scope, session.id)
    return OwnData(
        scope=scope,
        held=held,
        interview=interview,
        organisation=await identity.organisation(db, scope),
        ledger=await privacy.ledger(db, scope, session.id),
        recordings=await media.recordings(db, scope, recorded),
        originals=await media.originals(db, scope, recorded),
        transcripts=await media.transcript_history(db, scope, recorded),
        conversations=await conversations.conversations_of(db, scope, session.id),
        judgements=await analysis.judgement_history(db, scope, session.id),
        scores=await scoring.score_history(db, scope, session.id),
        contests=await scoring.contests(db, scope, session.id),
        letters=await letters.about(db, scope, await _written_about(db, scope, session)),
        kept=kept,
        erasure=await retention.open_request(db, scope, session.id),
        offered=await sessions.offered(db, row, interview),
    )


async def _written_about(db: AsyncSession, scope: Scope, session: sessions.Session) -> list[UUID]:
    """What letters about this candidate are about: the session, and an invitation that was the candidate's alone."""
    invited = await interviews.invitations(db, scope, session.interview_id)
    return [session.id, *(link.id for link in invited if link.used_by_session == session.id)]
