"""Every context's contribution, listed once: what answers requests, what runs in the background."""

from __future__ import annotations

from fastapi import APIRouter

from colloquy.contexts.analysis import jobs as analysis_jobs
from colloquy.contexts.audit import jobs as audit_jobs
from colloquy.contexts.audit import pages as audit_pages
from colloquy.contexts.audit import routes as audit_routes
from colloquy.contexts.conversations import jobs as conversations_jobs
from colloquy.contexts.conversations import pages as conversations_pages
from colloquy.contexts.conversations import routes as conversations_routes
from colloquy.contexts.documents import pages as documents_pages
from colloquy.contexts.identity import pages as identity_pages
from colloquy.contexts.identity import routes as identity_routes
from colloquy.contexts.impact import jobs as impact_jobs
from colloquy.contexts.impact import pages as impact_pages
from colloquy.contexts.impact import routes as impact_routes
from colloquy.contexts.inference import jobs as inference_jobs
from colloquy.contexts.inference import pages as inference_pages
from colloquy.contexts.inference import routes as inference_routes
from colloquy.contexts.interviews import jobs as interviews_jobs
from colloquy.contexts.interviews import pages as interviews_pages
from colloquy.contexts.interviews import routes as interviews_routes
from colloquy.contexts.media import jobs as media_jobs
from colloquy.contexts.media import routes as media_routes
from colloquy.contexts.notifications import jobs as notifications_jobs
from colloquy.contexts.notifications import pages as notifications_pages
from colloquy.contexts.privacy import pages as privacy_pages
from colloquy.contexts.reporting import jobs as reporting_jobs
from colloquy.contexts.reporting import pages as reporting_pages
from colloquy.contexts.reporting import routes as reporting_routes
from colloquy.contexts.retention import jobs as retention_jobs
from colloquy.contexts.scoring import jobs as scoring_jobs
from colloquy.contexts.scoring import routes as scoring_routes
from colloquy.contexts.sessions import jobs as sessions_jobs
from colloquy.contexts.sessions import pages as sessions_pages
from colloquy.contexts.sessions import routes as sessions_routes
from colloquy.contexts.webhooks import jobs as webhooks_jobs
from colloquy.contexts.webhooks import pages as webhooks_pages
from colloquy.contexts.webhooks import routes as webhooks_routes
from colloquy.kit import events
from colloquy.kit.events import Handler
from colloquy.kit.jobs import Job

API: tuple[APIRouter, ...] = (
    audit_routes.router,
    conversations_routes.router,
    identity_routes.auth,
    identity_routes.router,
    impact_routes.router,
    inference_routes.router,
    interviews_routes.router,
    media_routes.router,
    reporting_routes.router,
    reporting_routes.candidates,
    scoring_routes.router,
    sessions_routes.leaving,
    sessions_routes.router,
    sessions_routes.uploads,
    webhooks_routes.router,
)
"""JSON under /api."""

PAGES: tuple[APIRouter, ...] = (
    audit_pages.router,
    conversations_pages.router,
    documents_pages.router,
    identity_pages.router,
    impact_pages.router,
    inference_pages.router,
    interviews_pages.router,
    media_routes.files,
    notifications_pages.router,
    privacy_pages.router,
    reporting_pages.router,
    webhooks_pages.router,
    sessions_routes.captions,
    sessions_pages.router,
)
"""HTML, and a WebSocket of the candidate's pages. The candidate's `/{token}` comes last: it would answer for everything
else.
"""

JOBS: tuple[Job, ...] = (
    *events.JOBS,
    *analysis_jobs.JOBS,
    *audit_jobs.JOBS,
    *conversations_jobs.JOBS,
    *interviews_jobs.JOBS,
    *inference_jobs.JOBS,
    *media_jobs.JOBS,
    *notifications_jobs.JOBS,
    *reporting_jobs.JOBS,
    *retention_jobs.JOBS,
    *scoring_jobs.JOBS,
    *sessions_jobs.JOBS,
    *webhooks_jobs.JOBS,
)

HANDLERS: tuple[Handler, ...] = (
    *analysis_jobs.HANDLERS,
    *conversations_jobs.HANDLERS,
    *impact_jobs.HANDLERS,
    *notifications_jobs.HANDLERS,
    *reporting_jobs.HANDLERS,
    *scoring_jobs.HANDLERS,
    *sessions_jobs.HANDLERS,
    *webhooks_jobs.HANDLERS,
)

TOLD = webhooks_routes.told
"""What is told to the programs of organisations: the `webhooks` of the API's description."""
