"""The candidate's API: going on on another device, withdrawing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response

from colloquy.contexts.sessions import schemas
from colloquy.contexts.sessions.errors import NotYourSession, UnknownLink, WrongCode
from colloquy.contexts.sessions.service import arrive, asking, candidate, devices, start, withdraw
from colloquy.contexts.sessions.service.candidate import CurrentKey
from colloquy.contexts.sessions.service.keys import HeldKey
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession, instance
from colloquy.web.csrf import CsrfChecked

router = APIRouter(prefix="/public", tags=["candidates"], dependencies=[CsrfChecked])

SecretKey = Annotated[Secret, instance(Secret)]


@router.post(
    "/interview/{token}/continue", status_code=202, response_model=schemas.NothingView, responses=problems(UnknownLink)
)
async def ask_for_code(
    token: str, form: schemas.ContinueInput, db: DbSession, secret: SecretKey
) -> schemas.NothingView:
    """Sends a one-time code to the candidate who began with this address. The answer is the same for any address."""
    arrival = await arrive.arrive(db, token, returning=True)
    await devices.ask_for_code(db, secret, arrival, token, form.email)
    return schemas.NothingView()


@router.post(
    "/interview/{token}/continue/confirm",
    status_code=201,
    response_model=schemas.StartedView,
    responses=problems(UnknownLink, WrongCode),
)
async def continue_here(
    token: str,
    form: schemas.CodeInput,
    request: Request,
    response: Response,
    database: Annotated[Database, instance(Database)],
    secret: SecretKey,
) -> schemas.StartedView:
    """A key for this device in exchange for the code. The devices before keep theirs; the newest has the room."""
    async with database.begin() as db:
        arrival = await arrive.arrive(db, token, returning=True)
    agent = request.headers.get("user-agent", "")
    key = await devices.continue_here(database, secret, arrival, email=form.email, code=form.code, user_agent=agent)
    candidate.keep(request, response, HeldKey(key, token))
    async with database.begin() as db:
        row = await start.lock_own(db, key)
        state = row.state
    return schemas.StartedView(session_id=key.session_id, key=candidate.bearer(key), state=state)


@router.post("/withdraw", response_model=schemas.CompletedView, responses=problems(NotYourSession))
async def withdraw_from_interview(
    form: schemas.WithdrawInput, held: CurrentKey, db: DbSession, secret: SecretKey
) -> schemas.CompletedView:
    """Ends the candidate's part for good. With `erase` a letter asks to confirm that everything goes. Again is fine."""
    row = await start.lock_own(db, held.key)
    await withdraw.withdraw(db, row, erase_data=form.erase)
    if form.erase:
        await asking.ask_for_erasure(db, secret, row)
    page = "my-data/erase" if form.erase else "withdrawn"
    return schemas.CompletedView(redirect=f"/{held.token}/{page}" if held.token else "/")
