"""Making the documents: Markdown as it is, paper by the typesetter."""

from __future__ import annotations

from collections.abc import Callable

from colloquy.contexts.documents.policy import candidate_notices, impact_assessment, instructions, technical_file
from colloquy.contexts.documents.policy.document import Document, markdown, paper
from colloquy.contexts.documents.policy.facts import Facts
from colloquy.kit.i18n import language, using_language
from colloquy.providers.typesetting.port import Typesetter

KINDS: dict[str, Callable[[Facts, str], Document]] = {
    technical_file.KEY: technical_file.technical_file,
    instructions.KEY: instructions.instructions,
    impact_assessment.KEY: impact_assessment.impact_assessment,
    candidate_notices.KEY: candidate_notices.candidate_notices,
}
"""What can be made, by the name of its files, in the order in which it is offered."""


def compose(kind: str, facts: Facts, tag: str) -> Document:
    """The document of this kind in the language `tag`. KeyError for a kind that there is not."""
    with using_language(tag):
        return KINDS[kind](facts, language())


async def make(kind: str, facts: Facts, tag: str, form: str, typesetter: Typesetter) -> bytes:
    """The document as the bytes of its file; `form` is `md` or `pdf`. The same facts give the same bytes."""
    with using_language(tag):
        document = KINDS[kind](facts, language())
        if form == "md":
            return markdown(document).encode()
        return await typesetter.pdf("document", paper(document), {})
