"""A report whose words' time is over: who, what was asked, levels and why stay; what was said goes."""

from __future__ import annotations

from dataclasses import replace

from colloquy.contexts.analysis.public import unquoted
from colloquy.contexts.reporting.policy.document import Answer, ReportDocument


def without_words(document: ReportDocument) -> ReportDocument:
    """The report without transcripts, quotes, links and file names, and its reasons without anything quoted."""
    return replace(document, answers=tuple(map(answer_without_words, document.answers)))


def answer_without_words(answer: Answer) -> Answer:
    """One answer, likewise."""
    said = [] if answer.transcript is None else [answer.transcript.text]
    said += [quote.text for score in answer.scores for quote in score.quotes]
    given, reading = answer.given, answer.reading
    if given is not None and (given.link is not None or given.file_name is not None):
        given = replace(given, text="", link=None, file_name=None)
    if reading is not None:
        reading = replace(
            reading,
            elements=tuple(replace(one, quote=None) for one in reading.elements),
            qualities=tuple(replace(one, why=unquoted(one.why, said)) for one in reading.qualities),
        )
    return replace(
        answer,
        transcript=None,
        given=given,
        reading=reading,
        scores=tuple(replace(one, quotes=(), reason=unquoted(one.reason, said)) for one in answer.scores),
    )
