"""The certificate on paper."""

from __future__ import annotations

import json
from typing import Any

from colloquy.contexts.retention.policy.certificate import signed
from colloquy.kit.crypto import Secret
from colloquy.kit.i18n import N_
from colloquy.kit.i18n import gettext as _
from colloquy.providers.typesetting.port import Typesetter

ERASED_ROWS = {
    "sessions": N_("Session, with name, e-mail address and profile"),
    "answers": N_("Answers"),
    "takes": N_("Takes"),
    "recordings": N_("Recordings and uploaded files"),
    "files": N_("Stored files, versions for playing among them"),
    "transcripts": N_("Transcripts"),
    "conversations": N_("Conversations"),
    "messages": N_("Messages"),
    "judgement_sets": N_("Judgements"),
    "scores": N_("Scores"),
    "reviews": N_("Scorecards"),
    "decisions": N_("Decisions"),
    "reports": N_("Reports"),
    "comments": N_("Comments"),
    "contests": N_("Objections"),
    "session_keys": N_("Keys of devices"),
    "invitations": N_("Personal invitations"),
    "jobs": N_("Waiting work"),
    "events": N_("Announcements within the product"),
    "model_calls": N_("Notes of calls of models that named the session"),
}
"""What is erased with a candidate, by table or kind, in words."""
_ASKED = {"candidate": N_("the candidate"), "company": N_("the organisation")}


async def certificate_pdf(typesetter: Typesetter, secret: Secret, text: str, *, verify_at: str, lang: str) -> bytes:
    """The signed text as a PDF, in the language in force. `verify_at` is the address of the page that verifies it."""
    content: dict[str, Any] = json.loads(text)
    asked = _ASKED[content["asked_by"]]
    data = {
        "lang": lang,
        "title": _("Certificate of erasure"),
        "lead": _(
            "Everything that was stored about one candidate in one interview was erased. Afterwards every table, the "
            "stored files and the waiting work were searched for it, and nothing was found but what is listed below."
        ),
        "facts": [
            [_("Certificate"), content["id"]],
            [_("Session"), content["session"]],
            [_("Asked for by"), _(asked)],
            [_("Asked"), content["asked_at"]],
            [_("Confirmed"), content["confirmed_at"] or "–"],
            [_("Rows erased"), content["erased_at"]],
            [_("Searched, nothing found"), content["finished_at"]],
        ],
        "erased_title": _("What was erased"),
        "erased": [
            [_(ERASED_ROWS[kind]) if kind in ERASED_ROWS else kind.replace("_", " "), str(count)]
            for kind, count in sorted(
                content["erased"].items(),
                key=lambda one: list(ERASED_ROWS).index(one[0]) if one[0] in ERASED_ROWS else 99,
            )
        ],
        "remains_title": _("What remains, and why"),
        "remains": [[_(what), _(why)] for what, why in sorted(content["remains"].items())],
        "signature_title": _("Signature"),
        "signature": signed(secret, text),
        "verify": _("Verify the file certificate.json at %(address)s.", address=verify_at),
    }
    return await typesetter.pdf("certificate", json.dumps(data).encode(), {})
