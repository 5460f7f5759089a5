"""Comments about a moment of a recording or about words of an answer. Their versions are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity import public as identity
from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.media import public as media
from colloquy.contexts.scoring import queries
from colloquy.contexts.scoring.errors import CommentNotFound
from colloquy.contexts.scoring.models import CommentRow
from colloquy.contexts.scoring.policy.comment import comment_problems, place_of
from colloquy.contexts.scoring.service import blind
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock
from colloquy.kit.errors import Malformed
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as it is now. `at_seconds` into the recording, `start_char` and `end_char` into the words, or neither.

    `quote` are the words themselves. `name` is empty when the person's account is gone. `edits` counts the versions
    before this one, which are kept.
    """

    id: UUID
    answer_id: UUID
    person_id: UUID
    name: str
    at_seconds: float | None
    start_char: int | None
    end_char: int | None
    quote: str
    text: str
    written_at: datetime
    changed_at: datetime
    edits: int


@dataclass(frozen=True, slots=True)
class _Place:
    """What a comment of an answer can point into."""

    seconds: float | None
    words: str
    starts: tuple[tuple[int, float], ...]

    def second_of(self, start_char: int) -> float | None:
        """When the word at this place was said."""
        said = [at for begin, at in self.starts if begin <= start_char]
        return said[-1] if said else None


async def comments(db: AsyncSession, actor: Actor, session_id: UUID) -> list[Comment]:
    """What people noted about the session, in each answer by time: everybody's, or while it is hidden one's own.

    Raises Forbidden, SessionNotFound.
    """
    actor.require(Permission.SESSIONS_VIEW)
    session, interview = await _session(db, actor, session_id)
    hidden = await blind.is_hidden(db, actor, interview, session_id)
    order = {answer.id: answer.number for answer in session.answers}
    found = [
        one
        for one in await _all(db, actor, session_id)
        if one.answer_id in order and (not hidden or one.person_id == actor.person_id)
    ]
    return sorted(found, key=lambda one: (order[one.answer_id], one.at_seconds or 0.0, one.start_char or 0, one.id))


async def add_comment(
    db: AsyncSession,
    actor: Actor,
    session_id: UUID,
    answer_id: UUID,
    text: str,
    *,
    at_seconds: float | None = None,
    quote: str = "",
) -> Comment:
    """Notes something. Words of a recording bring their second along. Forbidden, SessionNotFound, AnswerNotFound.

    Raises Malformed for nothing written, a moment outside the recording, and words that are not in the answer.
    """
    actor.require(Permission.SESSIONS_REVIEW)
    session, _interview = await _session(db, actor, session_id)
    answer = next((one for one in session.answers if one.id == answer_id), None)
    if answer is None:
        raise sessions.AnswerNotFound(_("There is no such answer in this session."))
    place, text, quote = await _place(db, actor, answer), text.strip(), quote.strip()
    if problems := comment_problems(text, at_seconds, quote, seconds=place.seconds, words=place.words):
        raise Malformed(_("The comment was not saved."), fields=problems)
    span = place_of(quote, place.words)
    if span is not None and at_seconds is None:
        at_seconds = place.second_of(span[0])
    comment_id = new_id()
    db.add(
        CommentRow(
            id=comment_id,
            org_id=actor.scope.org_id,
            session_id=session_id,
            comment_id=comment_id,
            answer_id=answer_id,
            person_id=actor.person_id,
            at_seconds=at_seconds,
            start_char=span and span[0],
            end_char=span and span[1],
            quote=place.words[span[0] : span[1]] if span else "",
            text=text,
            deleted=False,
            made_at=clock.now(),
        )
    )
    await db.flush()
    return await _one(db, actor, session_id, comment_id)


async def change_comment(db: AsyncSession, actor: Actor, session_id: UUID, comment_id: UUID, text: str) -> Comment:
    """Writes an own comment anew; its place stays. Forbidden, SessionNotFound, CommentNotFound, Malformed."""
    before, text = await _own(db, actor, session_id, comment_id), text.strip()
    if problems := comment_problems(text, None, "", seconds=None, words=""):
        raise Malformed(_("The comment was not saved."), fields=problems)
    if before.text != text:
        await _again(db, before, text, deleted=False)
    return await _one(db, actor, session_id, comment_id)


async def delete_comment(db: AsyncSession, actor: Actor, session_id: UUID, comment_id: UUID) -> None:
    """Takes an own comment away; what it said is kept. Forbidden, SessionNotFound, CommentNotFound."""
    before = await _own(db, actor, session_id, comment_id)
    await _again(db, before, before.text, deleted=True)


async def _own(db: AsyncSession, actor: Actor, session_id: UUID, comment_id: UUID) -> CommentRow:
    actor.require(Permission.SESSIONS_REVIEW)
    await _session(db, actor, session_id)
    versions = [row for row in await queries.comments(db, actor.scope, session_id) if row.comment_id == comment_id]
    if not versions or versions[-1].deleted or versions[-1].person_id != actor.person_id:
        raise CommentNotFound(_("There is no such comment of yours."))
    return versions[-1]


async def _again(db: AsyncSession, before: CommentRow, text: str, *, deleted: bool) -> None:
    db.add(
        CommentRow(
            id=new_id(),
            org_id=before.org_id,
            session_id=before.session_id,
            comment_id=before.comment_id,
            answer_id=before.answer_id,
            person_id=before.person_id,
            at_seconds=before.at_seconds,
            start_char=before.start_char,
            end_char=before.end_char,
            quote=before.quote,
            text=text,
            deleted=deleted,
            made_at=clock.now(),
        )
    )
    await db.flush()


async def _one(db: AsyncSession, actor: Actor, session_id: UUID, comment_id: UUID) -> Comment:
    return next(one for one in await _all(db, actor, session_id) if one.id == comment_id)


async def _all(db: AsyncSession, actor: Actor, session_id: UUID) -> list[Comment]:
    versions: dict[UUID, list[CommentRow]] = {}
    for row in await queries.comments(db, actor.scope, session_id):
        versions.setdefault(row.comment_id, []).append(row)
    standing = [rows for rows in versions.values() if not rows[-1].deleted]
    names = await identity.person_names(db, actor.scope, {rows[-1].person_id for rows in standing}) if standing else {}
    return [_comment(rows, names.get(rows[-1].person_id, "")) for rows in standing]


def _comment(versions: list[CommentRow], name: str) -> Comment:
    last = versions[-1]
    return Comment(
        id=last.comment_id,
        answer_id=last.answer_id,
        person_id=last.person_id,
        name=name,
        at_seconds=last.at_seconds,
        start_char=last.start_char,
        end_char=last.end_char,
        quote=last.quote,
        text=last.text,
        written_at=versions[0].made_at,
        changed_at=last.made_at,
        edits=len(versions) - 1,
    )


async def _session(db: AsyncSession, actor: Actor, session_id: UUID) -> tuple[sessions.Session, interviews.Interview]:
    session = await sessions.session(db, actor.scope, session_id)
    interview = None if session is None else await interviews.interview(db, actor.scope, session.interview_id)
    if session is None or interview is None:
        raise sessions.SessionNotFound(_("There is no such session."))
    return session, interview


async def _place(db: AsyncSession, actor: Actor, answer: sessions.Answer) -> _Place:
    if answer.recording_id is None:
        return _Place(None, answer.text or "", ())
    recording = (await media.recordings(db, actor.scope, [answer.recording_id])).get(answer.recording_id)
    heard = (await media.transcripts(db, actor.scope, [answer.recording_id])).get(answer.recording_id)
    words = heard.transcript.words if heard else ()
    return _Place(
        # A recording whose length is not known yet takes any moment.
        float("inf")
        if recording is not None and recording.duration_seconds is None
        else recording.duration_seconds
        if recording
        else None,
        heard.transcript.text if heard else "",
        tuple((word.start_char, word.start) for word in words),
    )
