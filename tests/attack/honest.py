"""What is filled in where a schema says only that it is text, so that the fields beside an awkward one are taken."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.attack.fields import with_other
from tests.attack.operations import FORM
from tests.factories.identity import PASSWORD

BODIES: dict[str, Any] = {
    "tab": "tab-00000001",
    "email": "mallory@example.net",
    "password": "mallory mallory mallory",
    "language": "en",
    "role": "reviewer",
    "country": "DE",
    "competency": "ownership",
    "keys": ["adaptability"],
    "anchors": [{"level": level, "text": f"As level {level} does it."} for level in (1, 3, 5)],
    "event_types": ["session.completed"],
    "url": "https://example.com/hook",
    "profile_url": "https://example.com/mallory",
    "base_url": "https://models.example.com/v1",
    "vendor": "openai",
    "key": "sk-mallory-0001",
    "mime_type": "video/webm",
    "file_name": "answer.webm",
    "people": "Mallory <m@example.net>",
}
"""By the name of the member."""
FORMS = {
    **FORM,
    "password": PASSWORD,
    "role": "Backend engineer",
    "record": "365",
    "media": "30",
    "words": "90",
    "logs": "90",
    "wanted": "3",
    "overlap_hours": "24",
    "url": "https://example.com/hook",
    "issuer": "https://id.example.com",
    "client_id": "colloquy",
    "domains": "example.com",
    "model": "gpt-4o-mini",
    "weight": "1",
    "takes": "1",
    "think_seconds": "30",
    "answer_seconds": "60",
    "max_characters": "500",
    "anchor_1": "Guesses.",
    "anchor_3": "Measures.",
    "anchor_5": "Measures first and says how well.",
}
"""By the name of the field, for those that a form names as wrong."""

_QUESTION = {
    **dict.fromkeys(
        ("text", "guide_answer", "guide_follow_ups", "expected_points"), "What did you build, and for whom?"
    ),
    **dict.fromkeys(("number_lowest", "number_highest", "number_unit", "knock_out_number", "knock_out_message"), ""),
    **dict.fromkeys(("guide_type", "guide_difficulty", "conversation_minutes", "follow_ups", "upload_allowed"), ""),
    **dict.fromkeys(("show_if_every", "knock_out_single", "knock_out_multiple", "knock_out_operator"), ""),
    **dict.fromkeys(("not_assessed", "competency_ids", "optional", "source", "then"), ""),
    "kind": "text",
    "answer_seconds": "60",
    "think_seconds": "30",
    "max_characters": "500",
    "takes": "1",
    "weight": "1",
}
_COMPETENCY = {
    "name": "Measuring",
    "description": "Measures before changing.",
    "kind": "technical",
    "weight": "1",
    "anchor_1": "Guesses.",
    "anchor_3": "Measures.",
    "anchor_5": "Measures first and says how well.",
}
_RULES = dict.fromkeys(("time_multiplier", "extra_takes", "text_instead", "no_camera", "own_captions"), "")
_WHY = {"reason": "Mallory was here, and says why at some length."}
BY_HAND: dict[str, dict[str, str]] = {
    "POST /interviews/{interview_id}/questions": _QUESTION,
    "POST /interviews/{interview_id}/questions/{question_id}": _QUESTION,
    "POST /interviews/{interview_id}/competencies": _COMPETENCY,
    "POST /interviews/{interview_id}/competencies/{competency_id}": _COMPETENCY,
    "POST /interviews/{interview_id}/reveal": _WHY,
    "POST /interviews/{interview_id}/invite/{link_id}/adjust": _RULES,
    "POST /sessions/{session_id}/reveal": _WHY,
    "POST /sessions/{session_id}/accommodations": _RULES,
    "POST /sessions/{session_id}/extend": {"days": "7"},
    "POST /settings/privacy/holds": {"kind": "interview", "subject": "", **_WHY},
    "POST /{token}/my-data/explanation": {"about": "words", "answer": "", "text": _WHY["reason"]},
}
"""Forms that pages show in a state in which this world is not, by operation."""


def in_body(body: Any) -> Any:
    """The body with honest words in it."""
    if isinstance(body, dict):
        return {name: _member(name, inside) for name, inside in body.items()}
    if isinstance(body, list):
        return [in_body(one) for one in body]
    return body


def _member(name: str, inside: Any) -> Any:
    known = BODIES.get(name)
    return known if known is not None and type(known) is type(inside) else in_body(inside)


def without(body: Any, named: Iterable[tuple[str, ...]]) -> Any:
    """The body without the members that a refusal names, by their places in the request."""
    made = body
    for where in named:
        made = _cut(made, where[1:] if where[0] == "body" else where)
    return made


def _cut(body: Any, where: tuple[str, ...]) -> Any:
    if isinstance(body, list) and where and where[0].isdigit():
        return [_cut(one, where[1:]) if number == int(where[0]) else one for number, one in enumerate(body)]
    if not isinstance(body, dict) or not where:
        return body
    if where[0] not in body:
        return _cut(body, where[1:])  # the name of one of several schemas, not of a member
    if len(where) == 1 or all(one.isdigit() for one in where[1:]):
        return {name: one for name, one in body.items() if name != where[0]}
    return {name: _cut(one, where[1:]) if name == where[0] else one for name, one in body.items()}


def with_text(body: Any, original: Any, place: tuple[str | int, ...], text: str) -> Any:
    """The body with `text` in that place; what holds the place comes from `original` where it was left out."""
    if isinstance(body, dict) and place[0] not in body and len(place) > 1:
        body = {**body, place[0]: original[place[0]]}
    try:
        return with_other(body, place, text)
    except (KeyError, IndexError):
        return with_other(original, place, text)
