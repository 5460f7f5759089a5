"""Which document a file is, decided by its content. What is not on the list is refused with advice.

Nothing is unpacked: of an archive only the list of names is read, so a file that would unpack to terabytes costs
what its list costs, and that is bounded.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from colloquy.kit.i18n import N_
from colloquy.kit.i18n import gettext as _
from colloquy.providers.transcoder.port import EmptyFile, MediaRejected

MAX_FILE_BYTES: Final = 50 * 1000 * 1000
_HEAD = 4096
_TEXT_SAMPLE = 1 << 20
_NO_TEXT = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")
"""Bytes that no text has in ASCII, in UTF-8 or in any 8-bit code."""

_MOST_NAMES = 20_000
_MIMETYPE_AT = 38
"""Open document and EPUB files begin with an uncompressed entry `mimetype`, whose content stands at byte 38."""


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of document: `endings` are those it may have, the first is the one it gets."""

    content_type: str
    endings: tuple[str, ...]


_OFFICE = "application/vnd.openxmlformats-officedocument"
PDF = FileType("application/pdf", (".pdf",))
PNG = FileType("image/png", (".png",))
JPEG = FileType("image/jpeg", (".jpg", ".jpeg"))
RTF = FileType("application/rtf", (".rtf",))
ODT = FileType("application/vnd.oasis.opendocument.text", (".odt",))
DOCX = FileType(f"{_OFFICE}.wordprocessingml.document", (".docx",))
XLSX = FileType(f"{_OFFICE}.spreadsheetml.sheet", (".xlsx",))
PPTX = FileType(f"{_OFFICE}.presentationml.presentation", (".pptx",))
ZIP = FileType("application/zip", (".zip",))
TXT = FileType("text/plain", (".txt",))
MD = FileType("text/markdown", (".md", ".markdown"))
CSV = FileType("text/csv", (".csv",))

_OPENINGS = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"{\\rtf", RTF),
)
_OFFICE_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
_MACROS = ("word/vbaProject.bin", "xl/vbaProject.bin", "ppt/vbaProject.bin")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXT_KINDS = {ending: kind for kind in (TXT, MD, CSV) for ending in kind.endings} | {"": TXT}


class FileNotAccepted(MediaRejected):
    """A file of a kind that is not on the list, whatever it is called."""

    code = "file_not_accepted"
    advice = N_(
        "Files of this kind are not accepted. Send a PDF, a Word, Excel or PowerPoint file, an OpenDocument text, "
        "RTF, plain text, Markdown, CSV, a PNG or JPEG picture, or a ZIP archive."
    )


class FileWithMacros(MediaRejected):
    """An Office file that carries a program."""

    code = "file_with_macros"
    advice = N_("This file contains macros, which are programs. Save it without macros, or as PDF, and send that.")


def file_type(path: Path, name: str) -> FileType:
    """The document at `path`, which its sender called `name`. EmptyFile, FileNotAccepted, FileWithMacros.

    The name only decides between kinds of plain text, which look alike.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise EmptyFile(_("The file is empty. Choose the file again, or save it once more and send that."))
    for opening, kind in _OPENINGS:
        # Readers accept a PDF that begins after a few bytes of something else; so do mail programs make them.
        if head.startswith(opening) or (kind is PDF and opening in head[:1024]):
            return kind
    if head.startswith(b"PK\x03\x04"):
        return _archive(path, head)
    if head.startswith(_OLD_OFFICE):
        raise FileNotAccepted(
            _(
                "This is a file of an old Office version, or one with a password. "
                "Save it as PDF or as DOCX and send that."
            )
        )
    return _text(path, name)


def _archive(path: Path, head: bytes) -> FileType:
    if head[_MIMETYPE_AT:].startswith(ODT.content_type.encode()):
        return ODT
    try:
        with zipfile.ZipFile(path) as archive:
            names = {entry.filename for entry in archive.infolist()[:_MOST_NAMES]}
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise FileNotAccepted(_("This file is damaged: it cannot be opened. Send it once more.")) from error
    if not names.isdisjoint(_MACROS):
        raise FileWithMacros
    return next((kind for part, kind in _OFFICE_PARTS.items() if part in names), ZIP)


def _text(path: Path, name: str) -> FileType:
    kind = _TEXT_KINDS.get(PurePosixPath(name.lower()).suffix)
    if kind is None or not _reads_as_text(path):
        raise FileNotAccepted
    return kind


def _reads_as_text(path: Path) -> bool:
    """Whether there are letters and lines and nothing else, in UTF-8, UTF-16 with its mark, or an 8-bit code."""
    with path.open("rb") as file:
        sample = file.read(_TEXT_SAMPLE)
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            text = sample[: len(sample) // 2 * 2].decode("utf-16")
        except UnicodeDecodeError:
            return False
        return "\x00" not in text
    return _NO_TEXT.isdisjoint(sample)
