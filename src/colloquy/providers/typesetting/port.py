"""From data to a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Typesetter(Protocol):
    """Sets the data of a report as a PDF.

    There is no fake: the one adapter needs no key, no network and some 20 ms.
    """

    async def pdf(self, template: str, data: bytes, files: Mapping[str, bytes]) -> bytes:
        """`data` (a JSON object) set with the template of that name, as the bytes of a PDF.

        `files` are pictures (JPEG, PNG, WebP or GIF) by the name under which `data` speaks of them. Neither
        data nor pictures are ever run as markup. The same arguments give the same bytes on one machine.

        Raises UnknownTemplateError, and UnreadablePictureError for a file that is none of the four.
        """
        ...


class UnknownTemplateError(LookupError):
    """There is no template of that name: a mistake of the caller."""


class UnreadablePictureError(ValueError):
    """A file that begins like no picture we set. Leave it out, and the page is set without it."""
