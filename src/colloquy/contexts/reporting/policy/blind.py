"""What a reader sees of a session whose own scorecard comes first: the answers, and nothing that was made of them."""

from __future__ import annotations

from dataclasses import replace

from colloquy.contexts.reporting.policy.document import Quote, ReportDocument


def without_judgement(document: ReportDocument) -> ReportDocument:
    """The report without levels, reasons, numbers, scorecards, corrections and decisions; the words stay."""
    return replace(
        document,
        overall_score=None,
        technical_score=None,
        communication_score=None,
        band=None,
        judged_share=None,
        needs_human=False,
        needs_human_reason=None,
        answers=tuple(replace(answer, scores=(), reading=None) for answer in document.answers),
        reviews=(),
        decision=None,
        overrides=(),
        machine=None,
    )


def pooled_quotes(document: ReportDocument) -> dict[str, tuple[Quote, ...]]:
    """What the evaluator pointed at, by answer, in the order of the words and each place once.

    Not by competency: one without a quote is one without a level.
    """
    return {
        answer.id: tuple(
            sorted(
                {
                    (quote.start_char, quote.end_char): quote for score in answer.scores for quote in score.quotes
                }.values(),
                key=lambda quote: (quote.start_char, quote.end_char),
            )
        )
        for answer in document.answers
    }
