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
# Typst tells its errors apart by text alone; a test holds on to both of these.
_NO_GLYPH = "could not be displayed with"
_BROKEN_PICTURE = "failed to process image"


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
        """See Typesetter. A character that no font has is a box on the page, but can be copied and searched;
        a picture that begins well and turns out broken costs the report its pictures, and a warning in the log.
        """
        sources = {"main.typ": _source(template), "data.json": data}
        pictures = {name: _as_svg(name, file) for name, file in files.items()}
        return await anyio.to_thread.run_sync(self._set, sources, pictures)

    def _set(self, sources: dict[str, bytes], pictures: dict[str, str]) -> bytes:
        standards: list[typst.PDFStandard] = ["ua-1"]
        with self._turn:
            while True:
                try:
                    return self._compile(sources | {"pictures.json": json.dumps(pictures).encode()}, standards)
                except typst.TypstError as error:
                    # Better a report without one promise or without its pictures than none. Each way out
                    # is taken once; anything else is a bug in a template.
                    if _NO_GLYPH in str(error) and standards:
                        log.warning("A character has no glyph; the PDF is tagged but does not claim PDF/UA.")
                        standards = []
                    elif _BROKEN_PICTURE in str(error) and pictures:
                        log.warning("A picture is broken; the PDF is set without pictures.")
                        pictures = {}
                    else:
                        raise

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
