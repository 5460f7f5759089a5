"""Sessions and their reports for programs."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from colloquy.contexts.identity.public import CurrentActor
from colloquy.contexts.reporting import schemas
from colloquy.contexts.reporting.errors import NoTranscript, ReportNotReady
from colloquy.contexts.reporting.policy.csv import report_csv
from colloquy.contexts.reporting.policy.document import ReportDocument
from colloquy.contexts.reporting.policy.filenames import content_disposition
from colloquy.contexts.reporting.policy.json import to_json
from colloquy.contexts.reporting.service import again, captions, exports, reading, views
from colloquy.contexts.retention.public import UnderLegalHold
from colloquy.contexts.scoring.public import ScorecardFirst
from colloquy.contexts.sessions.public import AnswerNotFound, NothingToRepeat, SessionNotFound, erase_on_request
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database
from colloquy.kit.errors import Forbidden, NotSignedIn
from colloquy.kit.http.audited import reads
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession, instance
from colloquy.providers.storage.port import ObjectStore
from colloquy.providers.typesetting.port import Typesetter

router = APIRouter(prefix="/sessions/{session_id}")
_ONE = (NotSignedIn, Forbidden, SessionNotFound)
_REPORT = problems(*_ONE, ReportNotReady, ScorecardFirst)
_JSON = "application/json"


@router.get("", response_model=schemas.SessionAnswer, responses=problems(*_ONE), dependencies=[reads("review")])
async def read_session(session_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """The report, the same bytes as `report.json`; before it is written, where the session is.

    The state alone as well where an interview is reviewed blind and the caller's own scorecard is not in.
    """
    session = await reading.visible_session(db, actor, session_id)
    hidden = await reading.hidden(db, actor, session)
    document = None if hidden else await reading.stored_report(db, actor.scope, session)
    if document is not None:
        return Response(to_json(document), media_type=_JSON)
    return Response(views.session_state(session, hidden=hidden).model_dump_json(), media_type=_JSON)


@router.delete("", status_code=204, responses=problems(*_ONE, UnderLegalHold))
async def erase_session(
    session_id: UUID, actor: CurrentActor, db: DbSession, secret: Annotated[Secret, instance(Secret)]
) -> Response:
    """Deletes the session: answers, recordings, transcripts, scores, report, letters. There is no way back."""
    await erase_on_request(db, secret, actor, session_id)
    return Response(status_code=204)


@router.get("/report.json", response_model=ReportDocument, responses=_REPORT, dependencies=[reads("report_json")])
async def export_json(session_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """The report as JSON."""
    document = await reading.report_of(db, actor, session_id)
    return _file(to_json(document), _JSON, document, "json")


@router.get("/report.csv", response_class=Response, responses=_REPORT, dependencies=[reads("report_csv")])
async def export_csv(session_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """The report as a table (RFC 4180, UTF-8 with a mark, safe in spreadsheets)."""
    document = await reading.report_of(db, actor, session_id)
    return _file(report_csv(document, bom=True), "text/csv; charset=utf-8", document, "csv")


@router.get("/report.pdf", response_class=Response, responses=_REPORT, dependencies=[reads("report_pdf")])
async def export_pdf(
    session_id: UUID,
    actor: CurrentActor,
    database: Annotated[Database, instance(Database)],
    typesetter: Annotated[Typesetter, instance(Typesetter)],
    store: Annotated[ObjectStore, instance(ObjectStore)],
) -> Response:
    """The report on paper: A4, a summary, then a page a question."""
    async with database.begin(actor.scope) as db:
        printable = await reading.printable(db, actor, session_id)
    pdf = await exports.report_pdf(typesetter, store, printable)
    return _file(pdf, "application/pdf", printable.document, "pdf")


@router.get(
    "/transcript.vtt",
    response_class=Response,
    responses=problems(*_ONE, NoTranscript),
    dependencies=[reads("transcript")],
)
async def export_captions(
    session_id: UUID,
    actor: CurrentActor,
    db: DbSession,
    answer: Annotated[int, Query(ge=1, description="The number of the question.")],
) -> Response:
    """The captions of one recorded answer as WebVTT."""
    found = await captions.captions_of(db, actor, session_id, answer)
    headers = {"Content-Disposition": content_disposition(found.candidate, f"captions {answer}", suffix="vtt")}
    return Response(found.text, media_type="text/vtt; charset=utf-8", headers=headers)


@router.post(
    "/answers/{answer_id}/run-again", status_code=202, responses=problems(*_ONE, AnswerNotFound, NothingToRepeat)
)
async def run_again(session_id: UUID, answer_id: UUID, actor: CurrentActor, db: DbSession) -> schemas.AnswerState:
    """Processes a failed answer again, from where it failed."""
    answer = await again.run_again(db, actor, session_id, answer_id)
    return schemas.AnswerState(
        id=answer.id, number=answer.number, kind=answer.kind, state=answer.state.value, state_reason=answer.reason
    )


def _file(data: bytes, media_type: str, document: ReportDocument, suffix: str) -> Response:
    name = content_disposition(document.candidate.name, document.interview.title, suffix=suffix)
    headers = {"Content-Disposition": name, "Cache-Control": "private, no-store"}
    return Response(data, media_type=media_type, headers=headers)
