"""The pages that show every macro, and the quiet pages, with real words."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from jinja2 import ChoiceLoader, FileSystemLoader
from room_peer import TOKEN

from colloquy.web.templating import build_environment

NAVIGATION = [
    {"key": "interviews", "text": "Interviews", "href": "#interviews", "icon": "briefcase"},
    {"key": "mail", "text": "Mail", "href": "#mail", "icon": "mail"},
    {"key": "team", "text": "Team", "href": "#team", "icon": "users"},
    {"key": "settings", "text": "Settings", "href": "#settings", "icon": "settings"},
]
CANDIDATES = [
    ("Ada Lovelace", "scored", 5, 4, 86),
    ("Мария Петрова", "scored", 4, 4, 78),
    ("Łukasz Żak", "completed", None, None, None),
    ("Grace Hopper", "needs_human", 3, None, None),
    ("Alan Turing", "invited", None, None, None),
]
SENTENCE = "Last winter the payment service went down twice and we cut the recovery time by half"


def render(template: str, **context: object) -> str:
    environment = build_environment()
    assert environment.loader is not None
    environment.loader = ChoiceLoader([FileSystemLoader(Path(__file__).parent), environment.loader])
    return environment.get_template(template).render(csrf_token=TOKEN, **context)


def fragment(body: str, layout: str = "layouts/public.html") -> str:
    """A page with `body` (Jinja, macros at hand) as its content: the small fixture of a controller's test."""
    environment = build_environment()
    source = (
        '{% extends "' + layout + '" %}{% import "macros/forms.html" as forms %}'
        '{% import "macros/review.html" as review %}{% block content %}<h1>A page</h1>' + body + "{% endblock %}"
    )
    return environment.from_string(source).render(
        csrf_token=TOKEN, person={"name": "Ada", "email": "ada@example.org", "role": "owner"}
    )


def gallery(**context: object) -> str:
    words = [
        {"text": word, "start": at * 0.4, "end": at * 0.4 + 0.35, "confidence": 0.3 if at == 5 else 0.9}
        for at, word in enumerate(SENTENCE.split())
    ]
    return render(
        "gallery.html",
        person={"name": "Ada Lovelace", "email": "ada@example.org", "role": "owner"},
        organisation={"name": "Acme Rail"},
        navigation=NAVIGATION,
        section="interviews",
        candidates=CANDIDATES,
        words=words,
        now=datetime(2026, 3, 12, 14, 5, tzinfo=UTC),
        **context,
    )


def pages() -> dict[str, str]:
    """Path to HTML of the gallery, an error page and the device checks."""
    interview = {"title": "Backend engineer", "company": "Acme Rail"}
    message = {"text": "Interview published.", "kind": "good"}
    return {
        "/gallery": gallery(messages=[]),
        "/gallery-message": gallery(messages=[message]),
        "/error": render(
            "error.html",
            status_code=404,
            title="This page is not here",
            detail="The link may have been shortened on its way. Open it once more from the mail, whole.",
            code="not_found",
            request_id="req_01JABCDEF",
        ),
        "/check": render("sessions/device_check.html", interview=interview, needs_video=True, continue_href="/room"),
        "/check-audio": render(
            "sessions/device_check.html", interview=interview, needs_video=False, continue_href="/room"
        ),
    }
