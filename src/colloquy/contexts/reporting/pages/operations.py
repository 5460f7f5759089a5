"""What runs in the background, and what was given up."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from colloquy.contexts.identity.public import CurrentActor
from colloquy.contexts.reporting.errors import NothingToRunAgain
from colloquy.contexts.reporting.service import again
from colloquy.kit.backups import BackupWatch
from colloquy.kit.http.state import DbSession, instance
from colloquy.kit.i18n import gettext as _
from colloquy.providers.antivirus.port import Antivirus
from colloquy.web import pages

router = APIRouter(prefix="/operations")


@router.get("")
async def operations(
    request: Request,
    actor: CurrentActor,
    db: DbSession,
    antivirus: Annotated[Antivirus, instance(Antivirus)],
    backups: Annotated[BackupWatch, instance(BackupWatch)],
) -> Response:
    """Stopped jobs with their reasons, how much waits, what scans files, how backups stand; by htmx, queues alone."""
    fragment = "hx-request" in request.headers
    found = await again.operations(db, actor, None if fragment else antivirus)
    template = "reporting/queues.html" if fragment else "reporting/operations.html"
    return pages.render(
        request,
        template,
        section="operations",
        letters=found.letters,
        queues=found.queues,
        scanning=found.scanning,
        backups=None if fragment else await backups.report(),
    )


@router.post("/{letter_id}/run-again")
async def run_again(letter_id: UUID, request: Request, actor: CurrentActor, db: DbSession) -> Response:
    """Queues a stopped job once more."""
    try:
        await again.run_job_again(db, actor, letter_id)
    except NothingToRunAgain as refusal:
        return pages.see_other(request, "/operations", refusal.message, kind="warn")
    return pages.see_other(request, "/operations", _("The job is queued again."))
