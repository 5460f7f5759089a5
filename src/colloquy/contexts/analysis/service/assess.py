"""Having an answer read: by the organisation's models, two readings each; by the rules where there is no model, or
where none answers. Whoever reads is not believed: quotes are checked, levels without any are withdrawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from colloquy.contexts.analysis.policy.assessing import Assessment, Pass, agreed, levels_of
from colloquy.contexts.analysis.policy.evaluator import Evaluator, checked, problem_with
from colloquy.contexts.analysis.policy.injection import blanked, outside_attempts
from colloquy.contexts.analysis.policy.prompts import INSTRUCTIONS, PROMPT_VERSION, form_for, judgements_in, prompt
from colloquy.contexts.analysis.policy.values import AnswerText, Judgement, QuestionToJudge
from colloquy.contexts.inference import public as inference
from colloquy.kit import log
from colloquy.kit.db import Scope
from colloquy.kit.errors import Transient
from colloquy.kit.i18n import using_language
from colloquy.providers.llm.structured import StructuredRequest

SECOND_TEMPERATURE: Final = 0.6
"""A second reading by the same model at temperature 0 would only repeat the first."""
_log = log.get_logger(__name__)


class Assessor:
    """The organisation's models, then the rules. Opens no transaction of its own; none may be open."""

    def __init__(self, rules: Evaluator, models: inference.Inference) -> None:
        self._rules = rules
        self._models = models

    async def first_choice(self, scope: Scope) -> tuple[str, str]:
        """Evaluator and prompt version that would read an answer now, if everything goes well."""
        names = await self._models.models(scope, inference.Task.EVALUATE)
        return (names[0], PROMPT_VERSION) if names else (self._rules.name, self._rules.prompt_version)

    async def assess(
        self, scope: Scope, about: inference.About, question: QuestionToJudge, answer: AnswerText
    ) -> Assessment:
        """The judgement of one answer. Transient when the rules themselves answer something else than was asked.

        NoAnswer `not_allowed` when no program may read it at this moment: neither a model nor the rules do then.
        """
        # What speaks to whoever marks it is kept from every reader, at the same offsets, and flagged for a person.
        shown = replace(answer, text=blanked(answer.text))
        stood_in = None
        with using_language(question.language):
            try:
                return await self._by_models(scope, about, question, answer, shown)
            except inference.NoAnswer as none:
                if none.code == "not_allowed":
                    raise
                if none.code != "not_configured":
                    stood_in = none.code
                    _log.warning("No model judged an answer", code=none.code)
            await self._models.require(scope, inference.Task.EVALUATE, about)
            judgements = await by_rules(self._rules, question, answer)
        one = Pass(self._rules.name, self._rules.prompt_version, levels_of(judgements))
        return Assessment(one.evaluator, one.prompt_version, judgements, (one,), stood_in)

    async def _by_models(
        self, scope: Scope, about: inference.About, question: QuestionToJudge, answer: AnswerText, shown: AnswerText
    ) -> Assessment:
        request = StructuredRequest(INSTRUCTIONS, prompt(question, shown.text), form_for(question))
        ask = self._models.ask
        first = await ask(scope, inference.Task.EVALUATE, request, about)
        one = checked(question, judgements_in(first.output, answer), answer)
        passes = [Pass(first.model, PROMPT_VERSION, levels_of(one))]
        again = replace(request, temperature=SECOND_TEMPERATURE)
        try:
            second = await ask(scope, inference.Task.EVALUATE, again, about, avoid=(first.model,), sample=1)
        except inference.NoAnswer as none:
            if none.code == "not_allowed":
                raise
            # One reading is a judgement without a band. It is shown as such; the next answer may get two again.
            _log.warning("An answer was read once", code=none.code)
            return Assessment(first.model, PROMPT_VERSION, one, tuple(passes))
        other = checked(question, judgements_in(second.output, answer), answer)
        passes.append(Pass(second.model, PROMPT_VERSION, levels_of(other)))
        return Assessment(first.model, PROMPT_VERSION, agreed(one, other), tuple(passes))


async def by_rules(rules: Evaluator, question: QuestionToJudge, answer: AnswerText) -> tuple[Judgement, ...]:
    """What the rules make of an answer, read without what speaks to whoever marks it.

    Transient when they answer something else than was asked. The language of the question must be in use.
    """
    given: Sequence[Judgement] = await rules.judge(question, replace(answer, text=blanked(answer.text)))
    if problem := problem_with(question, given):
        raise Transient(problem)
    return checked(question, outside_attempts(given, answer.text), answer)
