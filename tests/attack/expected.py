"""What strangers may do after all, and why; everything else is refused to them."""

from __future__ import annotations

from tests.attack.operations import Operation

CANDIDATES = ("/api/public/", "/api/interview/", "/{token}")
"""Addresses of candidates, who have a key or a secret link."""
NAMELESS = frozenset({"accent", "direction", "key", "number", "rendition", "role", "logo_hash"})
"""Parts of addresses that name nothing of anybody's."""
MOVING = frozenset({"api_sign_ins", "browser_sessions", "audit_entries", "audit_heads"})
"""Tables that strangers of the same team write by being signed in, and by trying. The owner's own sign-ins are watched
apart, and that nobody changes what the log has is the log's own test.
"""

_LINK = "whoever has the secret link; what it tells of a candidate is asked for by the canary"
_ENTRANCE = "this is where one comes in"
PUBLIC: dict[str, str] = {
    "GET /": "leads to the place of whoever asks",
    "GET /api/docs": "the API's description",
    "GET /api/openapi.json": "the API's description",
    "GET /brand/{accent}.css": "a colour",
    "GET /logo/{org_id}/{logo_hash}": "candidates see it before they are known",
    "GET /healthz": "for the operator's probes",
    "GET /readyz": "for the operator's probes",
    "GET /metrics": "for the operator's probes",
    "GET /set-up": _ENTRANCE,
    "POST /set-up": _ENTRANCE,
    "GET /sign-in": _ENTRANCE,
    "POST /sign-in": _ENTRANCE,
    "POST /sign-out": "ends what one has",
    "POST /api/auth/login": _ENTRANCE,
    "POST /api/auth/register": _ENTRANCE,
    "POST /api/auth/refresh": _ENTRANCE,
    "POST /api/auth/logout": "ends what one has",
    "GET /join/{token}": _LINK,
    "POST /join/{token}": _LINK,
    "GET /{token}": _LINK,
    "POST /{token}": _LINK,
    "GET /{token}/continue": _LINK,
    "POST /{token}/continue": _LINK,
    "POST /{token}/continue/code": _LINK,
    "GET /certificates/verify": "whoever has a certificate checks it; it names nobody",
    "POST /certificates/verify": "the same",
    "GET /sign-in/code": _ENTRANCE,
    "POST /sign-in/code": _ENTRANCE,
    "GET /sign-in/single-sign-on": _ENTRANCE,
    "GET /{token}/about-you": "leads whoever has the link and no key to the page that asks for a code",
    "GET /{token}/my-data": "leads whoever has the link and no key to the page that asks for a code",
    "GET /{token}/my-data/explanation": "the same",
    "GET /{token}/expired": _LINK,
    "GET /{token}/withdrawn": _LINK,
    "GET /api/public/interview/{token}": _LINK,
    "POST /api/public/interview/{token}/start": _LINK,
    "POST /api/public/interview/{token}/continue": _LINK,
    "POST /api/public/interview/{token}/continue/confirm": _LINK,
}
"""Operations for everybody, each with the reason. Their answers too may have nothing in them that must not be seen."""
TELLING: dict[str, str] = {}
"""Operations whose refusal says more than "not found", each with the reason."""
LEAVING = frozenset({"POST /api/public/my-data/erase", "POST /api/public/withdraw"})
"""What ends a candidate's own key."""
UNREACHED: dict[str, str] = {
    "GET /settings/privacy/export/{export_id}/download": "this one is not ready yet",
    "GET /settings/privacy/holds/new": "what is to be held is in the query",
    "POST /settings/privacy/holds": "the same, in the form",
    "GET /settings/privacy/requests/{request_id}/certificate.json": "the request waits for a person",
    "GET /settings/privacy/requests/{request_id}/certificate.pdf": "the same",
    "POST /account/passkeys": "needs what an authenticator says",
    "POST /account/passkeys/options": "passkeys need https and a name",
    "POST /account/second-factor/app/confirm": "nothing was begun",
    "POST /settings/api-keys/accounts": "the form asks for an owner, which no program can be",
    "POST /settings/api-keys/{key_id}/rotate": "the key was rotated through the API just before",
    "POST /settings/sign-in/single-sign-on/forget": "nobody came that way",
    "GET /erasure/{link}": "the link is in a letter of the candidate's",
    "POST /erasure/{link}": "the same",
    "POST /interviews/proposals/{draft_id}": "the draft became an interview through the API just before",
    "GET /sign-in/with/{org_id}": "no provider is set up",
    "GET /mail/{message_id}/attachments/{number}": "the letter has none",
}
"""Requests of whoever may that lead nowhere in these worlds, each with the reason."""
EVERYBODY = frozenset(
    {
        "GET /account/second-factor",
        "GET /api/roles",
        "GET /settings/roles",
        "GET /settings/jurisdictions",
        "GET /account",
        "GET /account/confirm",
        "GET /api/competency-library",
        "GET /api/interview-templates",
        "GET /api/me",
        "GET /api/question-bank",
        "POST /account/confirm",
        "POST /account/organisations/{org_id}",
        "POST /account/password",
        "POST /account/profile",
        "POST /account/sessions/end-others",
    }
)
"""What concerns only whoever asks, and what is the same for all."""
REVIEWERS = frozenset(
    {
        "GET /api/interviews/{interview_id}/sharing",
        "GET /interviews/{interview_id}/sharing",
        "POST /api/sessions/{session_id}/answers/{answer_id}/run-again",
        "POST /sessions/{session_id}/answers/{answer_id}/run-again",
        "POST /sessions/{session_id}/judge-first",
        "DELETE /api/sessions/{session_id}/comments/{comment_id}",
        "GET /api/interviews",
        "GET /api/interviews/{interview_id}",
        "GET /api/interviews/{interview_id}/agreement",
        "GET /api/interviews/{interview_id}/invitations",
        "GET /api/interviews/{interview_id}/panel",
        "GET /api/interviews/{interview_id}/sessions",
        "GET /api/interviews/{interview_id}/sessions.csv",
        "GET /api/reviews/waiting",
        "GET /api/sessions/{session_id}",
        "GET /api/sessions/{session_id}/comments",
        "GET /api/sessions/{session_id}/judgements",
        "GET /api/sessions/{session_id}/overrides",
        "GET /api/sessions/{session_id}/panel",
        "GET /api/sessions/{session_id}/report.csv",
        "GET /api/sessions/{session_id}/report.json",
        "GET /api/sessions/{session_id}/report.pdf",
        "GET /api/sessions/{session_id}/reviews",
        "GET /api/sessions/{session_id}/transcript.vtt",
        "GET /interviews",
        "GET /interviews/{interview_id}",
        "GET /interviews/{interview_id}/bank",
        "GET /interviews/{interview_id}/compare",
        "GET /interviews/{interview_id}/competencies",
        "GET /interviews/{interview_id}/details",
        "GET /interviews/{interview_id}/paths",
        "GET /interviews/{interview_id}/preview",
        "GET /interviews/{interview_id}/reviewers",
        "GET /interviews/{interview_id}/rubric",
        "GET /interviews/{interview_id}/sessions",
        "GET /media/{org_id}/{recording_id}/{rendition}",
        "GET /sessions/{session_id}",
        "GET /sessions/{session_id}/answers/{answer_id}",
        "GET /sessions/{session_id}/judgements",
        "GET /waiting",
        "PATCH /api/sessions/{session_id}/comments/{comment_id}",
        "POST /api/sessions/{session_id}/comments",
        "POST /api/sessions/{session_id}/overrides",
        "POST /api/sessions/{session_id}/review",
        "POST /sessions/{session_id}/answers/{answer_id}/comments",
        "POST /sessions/{session_id}/comments/{comment_id}",
        "POST /sessions/{session_id}/comments/{comment_id}/delete",
        "POST /sessions/{session_id}/overrides",
        "POST /sessions/{session_id}/review",
    }
)
"""What a reviewer may: read what an interview asks and what candidates said, and give their own opinion."""
RECRUITERS = frozenset(
    {
        "GET /settings/privacy/requests",
        "POST /settings/privacy/requests/{request_id}/erase",
        "GET /api/interviews/{interview_id}/invitations/{invitation_id}/address",
        "GET /api/interviews/{interview_id}/public-link",
        "GET /api/interviews/{interview_id}/runs",
        "GET /api/interviews/{interview_id}/runs/{run_id}",
        "GET /api/interviews/{interview_id}/runs/{run_id}/drift",
        "GET /api/interviews/{interview_id}/runs/{run_id}/drift.csv",
        "GET /api/sessions/{session_id}/accommodation",
        "GET /api/vacancies/{draft_id}",
        "GET /interviews/from-vacancy",
        "GET /interviews/new",
        "GET /interviews/proposals/{draft_id}",
        "GET /interviews/{interview_id}/again",
        "GET /interviews/{interview_id}/again/{run_id}",
        "GET /interviews/{interview_id}/calibration",
        "GET /interviews/{interview_id}/invite",
        "GET /interviews/{interview_id}/invite/{link_id}/adjust",
        "GET /sessions/{session_id}/accommodations",
        "GET /sessions/{session_id}/delete",
    }
)
"""What a recruiter may read beyond that. They also change interviews and decide about candidates."""
TEAM_AND_SETTINGS = ("/api/team", "/team", "/settings", "/api/model", "/mail", "/operations", "/api/operations")
"""Beginnings of addresses that only owners and admins have business with."""


def allows(stranger: str, operation: Operation) -> bool:
    """Whether the role allows the operation on things of the own organisation."""
    if operation.name in EVERYBODY | REVIEWERS:
        return True
    if not stranger.startswith("recruiter"):
        return False
    return operation.name in RECRUITERS or (operation.changes and not operation.path.startswith(TEAM_AND_SETTINGS))


def named() -> set[str]:
    """Every operation that these tables speak of."""
    return {*PUBLIC, *TELLING, *LEAVING, *EVERYBODY, *REVIEWERS, *RECRUITERS}
