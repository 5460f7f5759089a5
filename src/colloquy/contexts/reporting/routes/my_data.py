"""A candidate's own data for programs, and the archive to take along. Authenticated as the room is."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from colloquy.contexts.reporting import schemas
from colloquy.contexts.reporting.policy.archive import archive
from colloquy.contexts.reporting.policy.filenames import content_disposition
from colloquy.contexts.reporting.policy.letters import LetterBook
from colloquy.contexts.reporting.service import own_actions, own_data, own_view, takeout
from colloquy.contexts.sessions.public import CurrentKey, NotYourSession
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database
from colloquy.kit.errors import Malformed
from colloquy.kit.http.audited import reads
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession, instance
from colloquy.providers.storage.port import ObjectStore

router = APIRouter(prefix="/public/my-data", tags=["candidates"])

Book = Annotated[LetterBook, instance(LetterBook)]


@router.get("", response_model=schemas.MyData, responses=problems(NotYourSession), dependencies=[reads("own_data")])
async def read_my_data(held: CurrentKey, db: DbSession, letters: Book, response: Response) -> schemas.MyData:
    """Everything that is stored about the candidate who asks."""
    response.headers["Cache-Control"] = "private, no-store"
    return own_view.view(await own_data.own_data(db, letters, held.key))


@router.get("/export", response_class=Response, responses=problems(NotYourSession), dependencies=[reads("own_export")])
async def export_my_data(
    held: CurrentKey,
    database: Annotated[Database, instance(Database)],
    store: Annotated[ObjectStore, instance(ObjectStore)],
    letters: Book,
) -> Response:
    """The same with every recording, as a ZIP archive that is sent while it is made."""
    async with database.begin() as db:
        own = await own_data.own_data(db, letters, held.key)
    made = await takeout.takeout(store, own)
    headers = {
        "Content-Disposition": content_disposition("my-data", own.organisation.name, own.interview.title, suffix="zip"),
        "Content-Length": str(made.size),
        "Cache-Control": "private, no-store",
    }
    return StreamingResponse(archive(made.entries), media_type="application/zip", headers=headers)


@router.post(
    "/erase", status_code=202, response_model=schemas.ErasureAsked, responses=problems(NotYourSession, Malformed)
)
async def erase_my_data(
    form: schemas.EraseInput, held: CurrentKey, db: DbSession, secret: Annotated[Secret, instance(Secret)]
) -> schemas.ErasureAsked:
    """Asks for all of it to be erased. A link in a letter to the candidate's own address confirms it."""
    assert form.confirm  # noqa: S101 - the schema takes the one word alone
    asked = await own_actions.ask_for_erasure(db, secret, held.key)
    view = own_view.asked(asked)
    assert view is not None  # noqa: S101 - there is one now
    return view
