"""Office files (ECMA-376 and OpenDocument): programs in them, and what they would fetch when they are opened."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Final
from xml.parsers import expat

from colloquy.providers.documents.reading import archives
from colloquy.providers.documents.reading.verdict import Budget, Found, RefusedError

PARTS: Final = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
ODT: Final = "application/vnd.oasis.opendocument.text"
_XML = (".xml", ".rels", ".vml")
_FETCHED = re.compile(r"^\s*(?:https?:|ftp:|smb:|\\\\|//|file:\\*/*\\\\|file://[^/])", re.IGNORECASE)
_DDE = re.compile(r"^[\s\"]*DDE(?:AUTO)?\b", re.IGNORECASE)
_OLE = re.compile(r"(?:^|/)(?:embeddings/.*\.bin|activeX/.*|oleObject\d*\.bin)$", re.IGNORECASE)
_BASIC_LISTS = {"script-lc.xml", "script-lb.xml"}


def kind_of(archive: zipfile.ZipFile, first_bytes: bytes) -> str | None:
    """Which Office file an archive is; None for any other. `first_bytes` are the archive's."""
    # OpenDocument begins with an uncompressed entry `mimetype`, whose content stands at byte 38.
    if first_bytes[38:].startswith(ODT.encode()):
        return "odt"
    names = set(archive.namelist())
    return next((kind for part, kind in PARTS.items() if part in names), None)


def read(archive: zipfile.ZipFile, kind: str, budget: Budget) -> Found:
    """Look through every part. RefusedError: macros, external parts, DDE, XML that defines entities, encryption."""
    found = Found(kind)
    for entry in archive.infolist():
        name = entry.filename
        if _is_macro(name):
            raise RefusedError("file_with_macros")
        if _OLE.search(name):
            found.flags.add("embedded_objects")
        if name.lower().endswith(_XML):
            found.flags |= _read_part(archives.pieces(archive, entry, budget))
        else:
            for _piece in archives.pieces(archive, entry, budget):
                pass
    return found


def _is_macro(name: str) -> bool:
    path = PurePosixPath(name)
    if path.name.lower() == "vbaproject.bin" or path.parts[:1] == ("Scripts",):
        return True
    return path.parts[:1] == ("Basic",) and path.suffix == ".xml" and path.name not in _BASIC_LISTS


class _Part:
    """One XML part as it is read: fields, relations, and links of OpenDocument."""

    def __init__(self) -> None:
        self.flags: set[str] = set()
        self._field = ""
        self._in_field = False

    def start(self, name: str, given: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "Relationship" and given.get("TargetMode") == "External":
            self._relation(given.get("Type", "").rpartition("/")[2], given.get("Target", ""))
        elif local in {"Override", "Default"} and "macroEnabled" in given.get("ContentType", ""):
            raise RefusedError("file_with_macros")
        elif local in {"ddeLink", "dde-connection-decl"}:
            raise RefusedError("file_runs_commands")
        elif local == "fldSimple":
            self._refuse_dde(next((value for key, value in given.items() if key.endswith("instr")), ""))
        elif local == "instrText":
            self._in_field = True
        elif local == "fldChar":
            self._refuse_dde(self._field)
            self._field = ""
        elif local == "encryption-data":
            raise RefusedError("archive_locked")
        elif local in {"image", "object", "object-ole", "plugin", "floating-frame"} and _FETCHED.match(
            given.get("xlink:href", "")
        ):
            self.flags.add("fetches_pictures")

    def text(self, text: str) -> None:
        if self._in_field:
            self._field += text

    def end(self, name: str) -> None:
        if name.rpartition(":")[2] == "instrText":
            self._in_field = False
        elif name.rpartition(":")[2] == "p":
            self._refuse_dde(self._field)
            self._field = ""

    def _relation(self, kind: str, target: str) -> None:
        if kind == "hyperlink" or not _FETCHED.match(target):
            return  # a link waits to be clicked; a template on the author's own disk is nowhere on ours
        if kind == "image":
            self.flags.add("fetches_pictures")
        else:
            raise RefusedError("external_parts")

    @staticmethod
    def _refuse_dde(field: str) -> None:
        if _DDE.match(field):
            raise RefusedError("file_runs_commands")


def _refuse_definitions(*_given: object) -> None:
    """No Office program writes a document type; entities are how XML reads files and grows without measure."""
    raise RefusedError("file_defines_entities")


def _read_part(pieces: Iterable[bytes]) -> set[str]:
    part = _Part()
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_definitions
    parser.EntityDeclHandler = _refuse_definitions
    parser.StartElementHandler = part.start
    parser.EndElementHandler = part.end
    parser.CharacterDataHandler = part.text
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise RefusedError("damaged_file") from error
    return part.flags
