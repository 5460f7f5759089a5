"""Comments as JSON, under /api."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from colloquy.contexts.identity.public import CurrentActor
from colloquy.contexts.scoring import schemas
from colloquy.contexts.scoring.errors import CommentNotFound
from colloquy.contexts.scoring.service import comment
from colloquy.contexts.sessions.public import AnswerNotFound, SessionNotFound
from colloquy.kit.errors import Forbidden, Malformed, NotSignedIn
from colloquy.kit.http.audited import reads
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession

router = APIRouter(prefix="/sessions/{session_id}/comments")
_ONE = (NotSignedIn, Forbidden, SessionNotFound)


@router.get("", response_model=schemas.CommentsView, responses=problems(*_ONE), dependencies=[reads("comments")])
async def comments(session_id: UUID, actor: CurrentActor, db: DbSession) -> schemas.CommentsView:
    """What people noted. Reviewed blind: the caller's own until their scorecard is in."""
    found = await comment.comments(db, actor, session_id)
    return schemas.CommentsView(comments=[schemas.CommentView.model_validate(one) for one in found])


@router.post(
    "", status_code=201, response_model=schemas.CommentView, responses=problems(*_ONE, AnswerNotFound, Malformed)
)
async def add_comment(
    session_id: UUID, given: schemas.NewComment, actor: CurrentActor, db: DbSession
) -> comment.Comment:
    """Notes something about a second of a recording, about words of an answer, or about the answer."""
    return await comment.add_comment(
        db, actor, session_id, given.answer_id, given.text, at_seconds=given.at_seconds, quote=given.quote
    )


@router.patch(
    "/{comment_id}", response_model=schemas.CommentView, responses=problems(*_ONE, CommentNotFound, Malformed)
)
async def change_comment(
    session_id: UUID, comment_id: UUID, given: schemas.CommentText, actor: CurrentActor, db: DbSession
) -> comment.Comment:
    """Writes a comment of the caller's anew. What it said before is kept."""
    return await comment.change_comment(db, actor, session_id, comment_id, given.text)


@router.delete("/{comment_id}", status_code=204, responses=problems(*_ONE, CommentNotFound))
async def delete_comment(session_id: UUID, comment_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """Takes a comment of the caller's away."""
    await comment.delete_comment(db, actor, session_id, comment_id)
    return Response(status_code=204)
