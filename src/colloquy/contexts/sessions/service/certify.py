"""Looking for whatever is left of an erased session, and certifying when nothing is.

Work that was under way when the rows went may still have written: a file, a row about the session, a job that failed.
So the search comes after, asks the catalogue for every table there is, and comes back until it finds nothing.
"""

from __future__ import annotations

from uuid import UUID

from colloquy.contexts.media import public as media
from colloquy.contexts.retention import public as retention
from colloquy.contexts.sessions.events import ErasureCertified
from colloquy.contexts.sessions.service import asking
from colloquy.kit import log
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database, Scope
from colloquy.kit.events import publish
from colloquy.kit.i18n import N_
from colloquy.providers.storage.port import ObjectStore
from colloquy.providers.storage.spool import UploadSpool

_log = log.get_logger(__name__)
AGAIN_SECONDS = 15.0

REMAINS = {
    "consents": N_("What was agreed to, by number, without a name and without a network address: the proof of it."),
    "erased_sessions": N_("The number of the session, by which a backup that is restored is erased again."),
    "erasure_requests": N_("This request, by number: that it was asked and when it was carried out."),
    "legal_holds": N_("That a legal hold was on it, by number, and why."),
    "audit_entries": N_("Who did what and when, by number: the log cannot be changed, and holds no candidate's data."),
    "webhook_messages": N_("That other systems were told of it, by number; what they were told is emptied here."),
}
"""Tables in which the session's number stays, and why. Anything else that names it is not finished."""

LEFT_THE_HOUSE = N_("Letters that a mail server took over and files that people downloaded are out of reach.")
BACKUPS = N_("Backups made before hold it until they end; whoever restores one has it erased again at once.")


async def look_over(
    database: Database, store: ObjectStore, spool: UploadSpool, secret: Secret, scope: Scope, request_id: UUID
) -> bool:
    """Certifies the erasure when nothing is left, and comes back in a quarter of a minute when something is.

    True when there is nothing more to do.
    """
    async with database.begin(scope) as db:
        request = await retention.request(db, scope, request_id)
        tombstone = await retention.tombstone_of(db, scope, request.session_id)
    if request.state is not retention.RequestState.ERASING:
        return True
    recordings = () if tombstone is None else tombstone.recordings
    ids = {request.session_id, *recordings}
    if tombstone is not None and tombstone.link_id is not None:
        ids.add(tombstone.link_id)
    files_gone = await media.nothing_left(store, spool, scope, recordings)
    async with database.begin(scope) as db:
        left = {
            table: rows for table, rows in (await retention.still_named(db, scope, ids)).items() if table not in REMAINS
        }
        if left or not files_gone:
            _log.info("Erasure not finished", request_id=str(request_id), left=sorted(left), files_gone=files_gone)
            await asking.look_later(db, scope, request_id, seconds=AGAIN_SECONDS)
            return False
        await retention.forget_networks(db, scope, request.session_id)  # of the confirmation itself
        # What failed in the meantime: a try at a letter, a step on a recording that was no more.
        # Not the event that says it was erased: who still has to hear it would never hear it.
        await retention.clear_queue(db, scope, ids - {request.session_id}, events=False)
        found = await retention.still_named(db, scope, {request.session_id})
        remains = {what: why for what, why in REMAINS.items() if what in found}
        remains |= {"backups": BACKUPS, "mail_and_downloads": LEFT_THE_HOUSE}
        if await retention.certify(db, secret, scope, request_id, remains=remains) is not None:
            await publish(db, ErasureCertified(org_id=scope.org_id, request_id=request_id))
    return True
