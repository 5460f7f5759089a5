"""A report of answers that people alone evaluate: nothing that a program made of them is in it."""

from __future__ import annotations

from dataclasses import replace

from colloquy.contexts.reporting.policy.document import Answer, ReportDocument

WHY = "People alone evaluate these answers."
"""As `sessions.policy.states.PEOPLE_ONLY` says it of the answers."""
_EVALUATED = frozenset({"scored", "analysed"})


def without_evaluation(document: ReportDocument) -> ReportDocument:
    """The report without levels, quotes and numbers, also of an evaluation that was allowed when it was made.

    A candidate may take the consent back at any time, and a company may choose people alone at any time; from then on
    nobody of the company reads what came of it.
    """
    return replace(
        document,
        overall_score=None,
        technical_score=None,
        communication_score=None,
        band=None,
        judged_share=None if document.judged_share is None else 0.0,
        needs_human=True,
        needs_human_reason=document.needs_human_reason or WHY,
        evaluator=None,
        overrides=(),
        machine=None,
        answers=tuple(map(_unevaluated, document.answers)),
    )


def _unevaluated(answer: Answer) -> Answer:
    if answer.state not in _EVALUATED:
        return replace(answer, scores=(), reading=None)
    return replace(answer, scores=(), reading=None, state="needs_human", state_reason=WHY)
