"""The candidate's API: arriving, the room, answers. Authenticated by the candidate's cookie or header."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response

from colloquy.contexts.interviews.public import LinkExpired, LinkUsed
from colloquy.contexts.media import public as media
from colloquy.contexts.sessions import schemas
from colloquy.contexts.sessions.errors import (
    AnswersMissing,
    ConsentMissing,
    DuplicateCandidate,
    InterviewClosed,
    NoTakesLeft,
    NoticeChanged,
    NotYourSession,
    OpenedElsewhere,
    QuestionClosed,
    QuestionRequired,
    SessionEnded,
    SessionOver,
    TakeNotSaved,
    TakeUnusable,
    TimeOver,
    UnknownLink,
)
from colloquy.contexts.sessions.models import SessionRow
from colloquy.contexts.sessions.service import (
    agree,
    arrive,
    candidate,
    devices,
    hand_in,
    place,
    room,
    start,
    submit,
    takes,
    views,
)
from colloquy.contexts.sessions.service.candidate import CurrentKey
from colloquy.contexts.sessions.service.keys import HeldKey
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database, Scope
from colloquy.kit.errors import Malformed
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession, instance
from colloquy.kit.i18n import gettext as _
from colloquy.providers.storage.spool import UploadSpool
from colloquy.web.csrf import CsrfChecked

router = APIRouter(prefix="/public", tags=["candidates"], dependencies=[CsrfChecked])

SecretKey = Annotated[Secret, instance(Secret)]
LINK_PROBLEMS = problems(UnknownLink, LinkExpired, LinkUsed, InterviewClosed)
ROOM_PROBLEMS = problems(NotYourSession, ConsentMissing, SessionOver, SessionEnded, OpenedElsewhere, QuestionClosed)


@router.get("/interview/{token}", response_model=schemas.InterviewView, responses=LINK_PROBLEMS)
async def public_interview(token: str, request: Request, db: DbSession) -> schemas.InterviewView:
    """What a candidate learns before beginning."""
    entry = candidate.held_for(request, token)
    arrival = await arrive.arrive(db, token, entry.key.session_id if entry else None)
    return views.interview_view(arrival.interview)


@router.post(
    "/interview/{token}/start",
    status_code=201,
    response_model=schemas.StartedView,
    responses={**LINK_PROBLEMS, **problems(DuplicateCandidate)},
)
async def start_interview(
    token: str, form: schemas.StartInput, request: Request, response: Response, db: DbSession
) -> schemas.StartedView:
    """Opens a session. The same e-mail or profile can begin an interview once."""
    arrival = await arrive.arrive(db, token)
    key = await start.start(
        db,
        arrival,
        name=form.name,
        email=form.email,
        profile_url=form.profile_url,
        user_agent=request.headers.get("user-agent", ""),
    )
    candidate.keep(request, response, HeldKey(key, token))
    return schemas.StartedView(session_id=key.session_id, key=candidate.bearer(key), state="opened")


@router.post(
    "/consent",
    status_code=204,
    responses=problems(NotYourSession, ConsentMissing, NoticeChanged, SessionOver),
)
async def choose(choices: schemas.ConsentInput, request: Request, held: CurrentKey, db: DbSession) -> None:
    """Writes the candidate's choices to the ledger."""
    row = await start.lock_own(db, held.key)
    interview = await place.interview_of(db, row)
    address = request.client.host if request.client else None
    await agree.agree(
        db,
        row,
        interview,
        record=choices.record,
        ai_evaluation=choices.ai_evaluation,
        longer_retention=choices.longer_retention,
        notice_hash=choices.notice_hash,
        given_from=address,
    )


@router.get("/room", response_model=schemas.RoomView, responses=problems(NotYourSession, ConsentMissing, SessionEnded))
async def room_state(held: CurrentKey, db: DbSession, secret: SecretKey) -> schemas.RoomView:
    """Where the candidate is. Opens the current question when seeing it starts no clock."""
    row = await start.lock_own(db, held.key)
    return await _room(db, secret, row, held)


async def _room(db: DbSession, secret: Secret, row: SessionRow, held: HeldKey) -> schemas.RoomView:
    await db.flush()
    return views.room_view(await room.enter_room(db, secret, row, await devices.key_row(db, held.key)))


@router.post("/room/open", response_model=schemas.RoomView, responses={**ROOM_PROBLEMS, **problems(TimeOver)})
async def open_question(
    form: schemas.OpenInput, held: CurrentKey, db: DbSession, secret: SecretKey
) -> schemas.RoomView:
    """Opens a question: its text is told, and its think time runs from now, by the server's clock. Again is fine."""
    row = await start.lock_own(db, held.key)
    await room.require_tab(db, row, form.tab)
    await place.open_question(db, await place.place(db, row), form.question_id)
    return await _room(db, secret, row, held)


@router.post("/room/tab", status_code=204, responses=problems(NotYourSession))
async def claim_room(form: schemas.TabInput, held: CurrentKey, db: DbSession) -> None:
    """Gives the room to this tab of this device."""
    room.claim_tab(await start.lock_own(db, held.key), form.tab, await devices.key_row(db, held.key))


@router.post(
    "/room/takes",
    status_code=201,
    response_model=schemas.NewTakeView,
    responses={**ROOM_PROBLEMS, **problems(NoTakesLeft, TimeOver)},
)
async def begin_take(
    form: schemas.TakeInput, held: CurrentKey, db: DbSession, secret: SecretKey
) -> schemas.NewTakeView:
    """Begins a take: from now on bytes may be sent to `upload_url` by tus. The same `request_id` is the same take."""
    row = await start.lock_own(db, held.key)
    await room.require_tab(db, row, form.tab)
    wanted = takes.Wanted(
        form.question_id,
        mime_type=form.mime_type,
        source=form.source,
        file_name=form.file_name,
        declared_bytes=form.length,
        request_id=form.request_id,
    )
    take = await takes.open_take(db, secret, row, wanted, await devices.key_row(db, held.key))
    return schemas.NewTakeView(
        take_id=take.id,
        number=take.number,
        upload_url=take.upload_url,
        must_stop_at=take.must_stop_at,
        server_now=clock.now(),
    )


@router.post("/room/takes/{take_id}/finish", response_model=schemas.TakeStateView, responses=ROOM_PROBLEMS)
async def finish_take(
    take_id: schemas.JsonId,
    form: schemas.FinishInput,
    held: CurrentKey,
    database: Annotated[Database, instance(Database)],
    spool: Annotated[UploadSpool, instance(UploadSpool)],
) -> schemas.TakeStateView:
    """Says that a take has ended. Finishes its upload if the last acknowledgement was lost."""
    async with database.begin() as db:
        row = await start.lock_own(db, held.key)
        own = await takes.stop_take(db, row, take_id, form.duration_seconds)
        scope, recording_id = Scope(row.org_id), own.recording.id
    whole = await media.finish_if_whole(database, spool, scope, recording_id)
    return schemas.TakeStateView(state="saved" if whole else "recording")


@router.post("/room/takes/{take_id}/captions", status_code=204, responses=ROOM_PROBLEMS)
async def bring_captions(take_id: schemas.JsonId, form: schemas.CaptionsInput, held: CurrentKey, db: DbSession) -> None:
    """Keeps captions of the candidate's own for a take, where that was arranged."""
    row = await start.lock_own(db, held.key)
    await takes.bring_captions(db, row, take_id, form.text, form.format)


@router.post(
    "/room/answers",
    response_model=schemas.NextView,
    responses={**ROOM_PROBLEMS, **problems(TakeNotSaved, TakeUnusable, TimeOver)},
)
async def use_answer(form: schemas.AnswerInput, held: CurrentKey, db: DbSession, secret: SecretKey) -> schemas.NextView:
    """Makes a take, a text or a value the answer to the open question."""
    row = await start.lock_own(db, held.key)
    await room.require_tab(db, row, form.tab)
    match form.take_id, form.text, form.value:
        case take_id, None, None if take_id is not None:
            await submit.choose_take(db, row, form.question_id, take_id)
        case None, text, None if text is not None:
            await submit.send_text(db, row, form.question_id, text)
        case None, None, value if value is not None:
            await submit.send_value(db, row, form.question_id, value)
        case _:
            message = _("Send one of take_id, text and value.")
            raise Malformed(message, fields={"take_id": message})
    return schemas.NextView(next=await _room(db, secret, row, held))


@router.post(
    "/room/skip", response_model=schemas.NextView, responses={**ROOM_PROBLEMS, **problems(QuestionRequired, TimeOver)}
)
async def skip_question(
    form: schemas.OpenInput, held: CurrentKey, db: DbSession, secret: SecretKey
) -> schemas.NextView:
    """Leaves a question out that is not required."""
    row = await start.lock_own(db, held.key)
    await room.require_tab(db, row, form.tab)
    await submit.skip(db, row, form.question_id)
    return schemas.NextView(next=await _room(db, secret, row, held))


@router.post("/room/drafts", status_code=204, responses={**ROOM_PROBLEMS, **problems(TimeOver)})
async def keep_draft(form: schemas.DraftInput, held: CurrentKey, db: DbSession) -> None:
    """Keeps what was typed or chosen so far."""
    row = await start.lock_own(db, held.key)
    await submit.keep_draft(db, row, form.question_id, text=form.text, value=form.value)


@router.post(
    "/complete-interview",
    response_model=schemas.CompletedView,
    responses=problems(NotYourSession, AnswersMissing, OpenedElsewhere, SessionEnded),
)
async def complete_interview(form: schemas.OptionalTabInput, held: CurrentKey, db: DbSession) -> schemas.CompletedView:
    """Hands the interview in. Doing it again is fine."""
    row = await start.lock_own(db, held.key)
    await room.require_tab(db, row, form.tab)
    await hand_in.complete(db, row)
    return schemas.CompletedView(redirect=f"/{held.token}/done" if held.token else "/")
