"""PDFs by Typst, in process: tagged, PDF/UA-1, nothing written to disk and nothing fetched."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Mapping
from pathlib import Path

import anyio.to_thread
import structlog
import typst

from colloquy.providers.typesetting.port import UnknownTemplateError, UnreadablePictureError

log = structlog.get_logger(__name__)

_HERE = Path(__file__).parent
_TEMPLATES = _HERE / "templates"

_SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
)
# How Typst begins to say that no font at hand has a character (crates/typst-pdf/src/convert.rs).
_NO_GLYPH = "could not be displayed with"


class TypstTypesetter:
    """The Typesetter of every installation. One per process: it keeps the fonts and the parsed templates.

    Text is set in Inter, which is part of the package; what Inter lacks comes from the fonts inside Typst and
    those of the system, so a machine with Noto fonts also shows Chinese or emoji.
    """

    def __init__(self) -> None:
        fonts = typst.Fonts(include_system_fonts=True, font_paths=[_HERE / "fonts"])
        # The root is the only folder a template could read; all else it sees is handed over in memory.
        self._compiler = typst.Compiler(root=_TEMPLATES, font_paths=fonts)
        # A Compiler holds one document at a time and refuses a second caller. It releases the GIL while
        # it works, so the event loop runs on; a report takes some 20 ms, so waiting in line is no loss.
        self._turn = threading.Lock()

    async def pdf(self, template: str, data: bytes, files: Mapping[str, bytes]) -> bytes:
        """See Typesetter. A character that no font has is a box on the page, but can be copied and searched."""
        sources = {
            "main.typ": _source(template),
            "data.json": data,
            "pictures.json": json.dumps({name: _as_svg(name, file) for name, file in files.items()}).encode(),
        }
        return await anyio.to_thread.run_sync(self._set, sources)

    def _set(self, sources: dict[str, bytes]) -> bytes:
        with self._turn:
            try:
                return self._compile(sources, ["ua-1"])
            except typst.TypstError as error:
                if _NO_GLYPH not in str(error):
                    raise
            # PDF/UA promises that every character can be seen. Better the report without the promise
            # than no report because of one emoji; it is tagged all the same.
            log.warning("A character has no glyph; the PDF is set without claiming PDF/UA.")
            return self._compile(sources, [])

    def _compile(self, sources: dict[str, bytes], standards: list[typst.PDFStandard]) -> bytes:
        result = self._compiler.compile(
            sources,  # type: ignore[type-var]  # the wheel's README promises files by name, its stub forgot them
            format="pdf",
            pdf_standards=standards,
        )
        if not isinstance(result, bytes):
            raise TypeError("Typst gave something else than one PDF.")
        return result


def _source(template: str) -> bytes:
    path = _TEMPLATES / f"{template}.typ"
    if path.parent != _TEMPLATES or not path.is_file():
        raise UnknownTemplateError(
            f"There is no template {template!r} in {_TEMPLATES.name}/; add {template}.typ there."
        )
    return path.read_bytes()


def _as_svg(name: str, picture: bytes) -> str:
    """The picture inside an SVG, because the wheel takes text alone as files in memory.

    The bytes of a JPEG go into the PDF unchanged. The other way is a temporary folder, and a candidate's face
    is not written to disk in the clear.
    """
    kind = next((kind for start, kind in _SIGNATURES if picture.startswith(start)), None)
    if kind is None:
        raise UnreadablePictureError(f"{name} is not a JPEG, PNG, WebP or GIF picture.")
    content = base64.b64encode(picture).decode()
    return f'<svg xmlns="http://www.w3.org/2000/svg"><image href="data:{kind};base64,{content}"/></svg>'
