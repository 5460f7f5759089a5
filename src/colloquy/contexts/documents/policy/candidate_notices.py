"""The notices that candidates would be shown, word by word, interview by interview."""

from __future__ import annotations

from collections.abc import Iterator

from colloquy.contexts.documents.policy import common
from colloquy.contexts.documents.policy.document import Document, Part, Text
from colloquy.contexts.documents.policy.facts import Facts, InterviewFact
from colloquy.kit.i18n import gettext as _

KEY = "candidate-notices"


def candidate_notices(facts: Facts, language: str) -> Document:
    """All notices; each in the language of its interview, under headings in the language in force."""
    parts = tuple(part for one in facts.interviews for part in _parts(one))
    return Document(
        KEY,
        language,
        _("Notices to candidates: %(name)s", name=facts.organisation),
        _(
            "What a candidate who begins on %(day)s reads before anything is recorded, in the language of the "
            "interview. What was really shown to whom is kept with the consent.",
            day=facts.day.isoformat(),
        ),
        parts or (Part(_("No notices"), (Text(_("There is no interview with questions yet.")),)),),
    )


def _parts(interview: InterviewFact) -> Iterator[Part]:
    notice = interview.notice
    if notice is None:
        return
    yield Part(
        interview.title,
        (
            Text(_("Places whose rules hold: %(places)s.", places=common.places(interview))),
            Text(_("Language: %(language)s. Version: %(version)s.", language=notice.language, version=notice.version)),
            Text(_("SHA-256: %(hash)s", hash=notice.hash)),
        ),
    )
    yield Part(notice.title, (), level=3)
    for heading, paragraphs in notice.sections:
        yield Part(heading, tuple(map(Text, paragraphs)), level=3)
