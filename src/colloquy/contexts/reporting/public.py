"""The front door of reporting: a session's report and its files."""

from colloquy.contexts.reporting.errors import NoTranscript, ReportNotReady
from colloquy.contexts.reporting.policy.csv import report_csv
from colloquy.contexts.reporting.policy.document import ReportDocument
from colloquy.contexts.reporting.policy.evidence import false_quotes
from colloquy.contexts.reporting.policy.json import from_json, to_json
from colloquy.contexts.reporting.policy.letters import LetterBook, WrittenLetter
from colloquy.contexts.reporting.service.captions import Captions, captions_of
from colloquy.contexts.reporting.service.exports import report_pdf
from colloquy.contexts.reporting.service.reading import Printable, printable, report_of

__all__ = [
    "Captions",
    "LetterBook",
    "NoTranscript",
    "Printable",
    "ReportDocument",
    "ReportNotReady",
    "WrittenLetter",
    "captions_of",
    "false_quotes",
    "from_json",
    "printable",
    "report_csv",
    "report_of",
    "report_pdf",
    "to_json",
]
