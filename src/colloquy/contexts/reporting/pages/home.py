"""The first page after signing in."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

router = APIRouter()


@router.get("/")
async def home() -> Response:
    """Leads to the interviews; who is not signed in is led on from there."""
    return RedirectResponse("/interviews", 303)
