"""Plain text, CSV and RTF."""

from __future__ import annotations

import re

from colloquy.providers.documents.reading.verdict import Found, RefusedError

_NO_TEXT = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")
"""Bytes that no text has in ASCII, in UTF-8 or in any 8-bit code."""
_DELETE = bytes(sorted(_NO_TEXT))
_KINDS = {".txt": "txt", ".md": "md", ".markdown": "md", ".csv": "csv", "": "txt"}
_FORMULA = re.compile(r"(?:^|[,;\t\n\r])[\"']?\s*[=@+-]\s*(?:cmd|[A-Za-z.]+\s*\(|[A-Za-z]+\s*\|)", re.MULTILINE)
_RTF_OBJECT = re.compile(rb"\\(?:objdata|objupdate|objocx|objautlink|objlink|objemb)\b")
_RTF_TEMPLATE = re.compile(rb"\\\*\s*\\template\s+(?:https?:|ftp:|\\\\|file:)", re.IGNORECASE)
_RTF_DDE = re.compile(rb"\\fldinst\b[^}]{0,200}?\bDDE(?:AUTO)?\b", re.IGNORECASE | re.DOTALL)
_RTF_INCLUDES = re.compile(rb"\\fldinst\b[^}]{0,200}?\bINCLUDE(?:TEXT|PICTURE)\b", re.IGNORECASE | re.DOTALL)


def read(data: bytes, ending: str) -> Found:
    """Text of the kind that its name's ending says, for kinds of text look alike. RefusedError: no text."""
    kind = _KINDS.get(ending)
    text = None if kind is None else _decoded(data)
    if kind is None or text is None:
        raise RefusedError("file_not_accepted")
    flags = {"formulas"} if kind == "csv" and _FORMULA.search(text) else set()
    return Found(kind, flags)


def read_rtf(data: bytes) -> Found:
    """Rich text. RefusedError: objects that a reader would start, templates and commands from elsewhere."""
    if _RTF_TEMPLATE.search(data) or _RTF_INCLUDES.search(data):
        raise RefusedError("external_parts")
    if _RTF_DDE.search(data):
        raise RefusedError("file_runs_commands")
    if _RTF_OBJECT.search(data):
        raise RefusedError("file_with_objects")
    return Found("rtf")


def _decoded(data: bytes) -> str | None:
    """The letters, or None where there is anything else: UTF-8, UTF-16 with its mark, or an 8-bit code."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError:
            return None
        return None if "\x00" in text else text
    if len(data.translate(None, _DELETE)) != len(data):
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")
