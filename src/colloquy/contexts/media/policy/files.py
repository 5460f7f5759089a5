"""Which documents are taken, and the sentences for those that are not.

What a file is was found in its content, in a process of its own (`providers.documents`); here it gets its type, and a
person the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from colloquy.kit.i18n import N_
from colloquy.providers.documents.port import Verdict
from colloquy.providers.transcoder.port import MediaRejected

MAX_FILE_BYTES: Final = 50 * 1000 * 1000


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of document: `endings` are those it may have, the first is the one it gets."""

    content_type: str
    endings: tuple[str, ...]


_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS: Final = {
    "pdf": FileType("application/pdf", (".pdf",)),
    "png": FileType("image/png", (".png",)),
    "jpeg": FileType("image/jpeg", (".jpg", ".jpeg")),
    "rtf": FileType("application/rtf", (".rtf",)),
    "odt": FileType("application/vnd.oasis.opendocument.text", (".odt",)),
    "docx": FileType(f"{_OFFICE}.wordprocessingml.document", (".docx",)),
    "xlsx": FileType(f"{_OFFICE}.spreadsheetml.sheet", (".xlsx",)),
    "pptx": FileType(f"{_OFFICE}.presentationml.presentation", (".pptx",)),
    "zip": FileType("application/zip", (".zip",)),
    "txt": FileType("text/plain", (".txt",)),
    "md": FileType("text/markdown", (".md", ".markdown")),
    "csv": FileType("text/csv", (".csv",)),
}

REFUSALS: Final = {
    "empty_file": N_("The file is empty. Choose the file again, or save it once more and send that."),
    "file_not_accepted": N_(
        "Files of this kind are not accepted. Send a PDF, a Word, Excel or PowerPoint file, an OpenDocument text, "
        "RTF, plain text, Markdown, CSV, a PNG or JPEG picture, or a ZIP archive."
    ),
    "old_office": N_(
        "This is a file of an old Office version, or one with a password. Save it as PDF or as DOCX and send that."
    ),
    "damaged_file": N_("This file is damaged: it cannot be opened. Send it once more."),
    "file_with_macros": N_(
        "This file contains macros, which are programs. Save it without macros, or as PDF, and send that."
    ),
    "file_with_objects": N_(
        "This file contains objects of other programs. Save it without them, or as PDF, and send that."
    ),
    "file_runs_commands": N_(
        "A field in this file asks another program to run (DDE). Save the file as PDF and send that."
    ),
    "external_parts": N_(
        "This file loads parts of itself from another computer when it is opened. Save it as PDF and send that."
    ),
    "file_defines_entities": N_(
        "This file is put together in a way that no Office program writes. Save it again in Word or LibreOffice, "
        "or as PDF, and send that."
    ),
    "file_too_costly": N_("Reading this file takes more computing than any document needs. Send it as PDF."),
    "two_things": N_(
        "There is something else hidden in this file. Save the document or the picture once more and send only that."
    ),
    "archive_bomb": N_(
        "This archive or document unpacks to far more than it seems to hold. Send the files in it one by one, "
        "or a smaller archive."
    ),
    "archive_nested": N_("There are archives within archives within archives here. Pack the files in one archive."),
    "archive_locked": N_("This file has a password, so nobody can check it. Send it without a password."),
    "archive_names": N_(
        "Some names in this archive would put files outside its folder, or hide what they are. "
        "Pack the files again in one folder and send that."
    ),
    "archive_form": N_(
        "This archive is packed in an unusual way. Pack the files again as an ordinary ZIP and send that."
    ),
    "picture_too_large": N_(
        "This picture has more pixels or frames than a viewer can hold. Save it smaller, 4,000 pixels wide is plenty."
    ),
    "pdf_bomb": N_("This PDF unpacks to far more than a document holds. Print it to a new PDF and send that."),
    "pdf_starts_programs": N_("This PDF would start another program. Print it to a new PDF and send that."),
    "virus_found": N_(
        "The virus scanner found something dangerous in this file. It was locked away and nobody can open it. "
        "Check your computer, then send another file."
    ),
    "too_large_to_scan": N_("This file is larger than the virus scanner reads here. Send a smaller file, or several."),
}
"""What is said to people, by code. Every sentence says what to send instead."""

WAITING_FOR_SCAN: Final = (
    "waiting_for_scan",
    N_("The file is here and waits for the virus scanner, which does not answer just now. Nothing needs to be done."),
)

FLAGS: Final = {
    "programs": N_("There are programs in this archive."),
    "archive_inside": N_("There are archives in this archive that were not looked into."),
    "embedded_objects": N_("There are files of other programs in this document."),
    "fetches_pictures": N_(
        "This document fetches pictures from the internet: whoever runs that server sees it opened."
    ),
    "formulas": N_("Some cells of this table are formulas. Open it as text first."),
    "pdf_scripts": N_("There are scripts in this PDF."),
    "pdf_attachments": N_("There are files attached to this PDF."),
    "pdf_media": N_("There is film or sound in this PDF."),
    "pdf_form": N_("This PDF is a form that is built while it is opened."),
    "pdf_calls_out": N_("This PDF can send data or open other files."),
    "pdf_protected": N_("This PDF is protected, so parts of it could not be looked into."),
}
"""What a person should know before opening a file, by code."""


class FileRefused(MediaRejected):
    """A document that is not taken; `reason` is one of REFUSALS."""

    def __init__(self, reason: str) -> None:
        super().__init__(REFUSALS[reason])
        self.reason = reason


def file_type(verdict: Verdict) -> FileType:
    """The type of a file that was looked into. FileRefused when it is not taken."""
    if verdict.kind is None:
        raise FileRefused(verdict.refused or "file_not_accepted")
    return KINDS[verdict.kind]
