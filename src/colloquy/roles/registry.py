"""Every context's contribution, listed once: what answers requests, what runs in the background."""

from __future__ import annotations

from fastapi import APIRouter

from colloquy.kit import events
from colloquy.kit.events import Handler
from colloquy.kit.jobs import Job

API: tuple[APIRouter, ...] = ()
"""JSON under /api."""

PAGES: tuple[APIRouter, ...] = ()
"""HTML. The candidate's `/{token}` comes last: it would answer for everything else."""

JOBS: tuple[Job, ...] = (*events.JOBS,)

HANDLERS: tuple[Handler, ...] = ()
