"""Reports as files."""

from __future__ import annotations

from colloquy.contexts.media import public as media
from colloquy.contexts.reporting.policy.paper import paper
from colloquy.contexts.reporting.service.reading import Printable
from colloquy.providers.storage.port import ObjectStore
from colloquy.providers.typesetting.port import Typesetter, UnreadablePictureError


async def report_pdf(typesetter: Typesetter, store: ObjectStore, printable: Printable) -> bytes:
    """The report set on A4. A picture that was erased or cannot be read is left out."""
    pictures: dict[str, bytes] = {}
    for name, key in printable.pictures.items():
        picture = await media.picture(store, key)
        if picture:
            pictures[name] = picture
    try:
        return await typesetter.pdf("report", paper(printable.document, pictures=pictures), pictures)
    except UnreadablePictureError:
        return await typesetter.pdf("report", paper(printable.document), {})
