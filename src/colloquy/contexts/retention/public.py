"""The front door of retention: clocks, legal holds, requests to erase, certificates, tombstones."""

from colloquy.contexts.retention.errors import (
    AlreadyHeld,
    ExportNotFound,
    ExportUnderWay,
    HoldNotFound,
    HoldReleased,
    RequestNotFound,
    UnderLegalHold,
)
from colloquy.contexts.retention.policy.certificate import document as certificate_document
from colloquy.contexts.retention.policy.certificate import verified as certificate_verified
from colloquy.contexts.retention.policy.clocks import DAYS, Days, Wish, days_for, ends, everything_at, holding
from colloquy.contexts.retention.policy.jurisdictions import RULES, Clock, Rule, least_days, rules_of
from colloquy.contexts.retention.queries.traces import Hanging, clear_queue, forget_networks, hanging, still_named
from colloquy.contexts.retention.service.archive import make as make_export
from colloquy.contexts.retention.service.clocks import (
    SessionClocks,
    Wishes,
    days_now,
    ended,
    session_clocks,
    set_wish,
    tell,
    wishes,
)
from colloquy.contexts.retention.service.holds import Hold, HoldKind, active, deleting, listed, place, release
from colloquy.contexts.retention.service.paper import certificate_pdf
from colloquy.contexts.retention.service.requests import (
    LINK_HOURS,
    Request,
    RequestState,
    ask,
    by_link,
    certificate_letter,
    certify,
    confirm,
    end_unconfirmed,
    hold_back,
    let_go,
    letter_ended,
    link_token,
    open_request,
    order,
    request,
    requests,
    rows_gone,
)
from colloquy.contexts.retention.service.taking_out import (
    Export,
    end_export,
    end_old_exports,
    exports,
    withdraw_exports,
)
from colloquy.contexts.retention.service.taking_out import failed as export_failed
from colloquy.contexts.retention.service.taking_out import key as export_key
from colloquy.contexts.retention.service.taking_out import ready as ready_export
from colloquy.contexts.retention.service.taking_out import start as start_export
from colloquy.contexts.retention.service.tombstones import (
    Tombstone,
    TombstoneFile,
    bury,
    read,
    tombstone_of,
    write_out,
)

ERASURE_QUEUE = "erasure"
"""A queue of its own: a promise to delete does not wait behind video."""

__all__ = [
    "DAYS",
    "ERASURE_QUEUE",
    "LINK_HOURS",
    "RULES",
    "AlreadyHeld",
    "Clock",
    "Days",
    "Export",
    "ExportNotFound",
    "ExportUnderWay",
    "Hanging",
    "Hold",
    "HoldKind",
    "HoldNotFound",
    "HoldReleased",
    "Request",
    "RequestNotFound",
    "RequestState",
    "Rule",
    "SessionClocks",
    "Tombstone",
    "TombstoneFile",
    "UnderLegalHold",
    "Wish",
    "Wishes",
    "active",
    "ask",
    "bury",
    "by_link",
    "certificate_document",
    "certificate_letter",
    "certificate_pdf",
    "certificate_verified",
    "certify",
    "clear_queue",
    "confirm",
    "days_for",
    "days_now",
    "deleting",
    "end_export",
    "end_old_exports",
    "end_unconfirmed",
    "ended",
    "ends",
    "everything_at",
    "export_failed",
    "export_key",
    "exports",
    "forget_networks",
    "hanging",
    "hold_back",
    "holding",
    "least_days",
    "let_go",
    "letter_ended",
    "link_token",
    "listed",
    "make_export",
    "open_request",
    "order",
    "place",
    "read",
    "ready_export",
    "release",
    "request",
    "requests",
    "rows_gone",
    "rules_of",
    "session_clocks",
    "set_wish",
    "start_export",
    "still_named",
    "tell",
    "tombstone_of",
    "wishes",
    "withdraw_exports",
    "write_out",
]
