"""The reason for a level, in plain words and in the language of the question."""

from __future__ import annotations

from typing import Final

from colloquy.contexts.analysis.policy.evidence import Evidence, Feature, Finding
from colloquy.contexts.analysis.policy.points import PARTLY
from colloquy.contexts.analysis.policy.profiles import Profile

_LONGEST_POINT: Final = 80
_MOST_WORDS: Final = 3
_WORTH_MISSING: Final = 0.1
"""Weight from which a missing feature is told to the recruiter."""

_SHOWN: Final = {
    "en": {
        Feature.SITUATION: "sets the scene",
        Feature.ACTION: "describes own action",
        Feature.RESULT: "gives a result",
        Feature.REFLECTION: "says what was learned",
        Feature.CAUSE: "gives reasons",
        Feature.TRADEOFF: "weighs drawbacks",
        Feature.ALTERNATIVE: "compares alternatives",
        Feature.VERIFICATION: "checks or measures",
        Feature.SPECIFICS: "gives concrete details",
        Feature.ORDER: "keeps a clear order",
        Feature.EXAMPLE: "gives an example",
        Feature.RELEVANCE: "speaks to the question",
    },
    "ru": {
        Feature.SITUATION: "описана ситуация",
        Feature.ACTION: "описаны собственные действия",
        Feature.RESULT: "назван результат",
        Feature.REFLECTION: "сделаны выводы",
        Feature.CAUSE: "объяснены причины",
        Feature.TRADEOFF: "взвешены недостатки",
        Feature.ALTERNATIVE: "сравниваются варианты",
        Feature.VERIFICATION: "есть проверка или измерение",
        Feature.SPECIFICS: "есть конкретные детали",
        Feature.ORDER: "ясный порядок изложения",
        Feature.EXAMPLE: "приведён пример",
        Feature.RELEVANCE: "ответ по существу вопроса",
    },
}
_MISSING: Final = {
    "en": {
        Feature.SIGNALS: "nothing specific to this competency",
        Feature.SITUATION: "no situation",
        Feature.ACTION: "no action of their own",
        Feature.RESULT: "no result",
        Feature.FIGURE: "no figures",
        Feature.REFLECTION: "no reflection",
        Feature.CAUSE: "no reasons",
        Feature.TRADEOFF: "no drawbacks weighed",
        Feature.ALTERNATIVE: "no alternatives",
        Feature.VERIFICATION: "no check or measurement",
        Feature.SPECIFICS: "no concrete details",
        Feature.ORDER: "no clear order",
        Feature.RELEVANCE: "hardly speaks to the question",
    },
    "ru": {
        Feature.SIGNALS: "ничего относящегося к этой компетенции",
        Feature.SITUATION: "нет ситуации",
        Feature.ACTION: "нет собственных действий",
        Feature.RESULT: "нет результата",
        Feature.FIGURE: "нет цифр",
        Feature.REFLECTION: "нет выводов",
        Feature.CAUSE: "причины не объяснены",
        Feature.TRADEOFF: "недостатки не взвешены",
        Feature.ALTERNATIVE: "варианты не сравниваются",
        Feature.VERIFICATION: "нет проверки или измерения",
        Feature.SPECIFICS: "нет конкретных деталей",
        Feature.ORDER: "нет ясного порядка",
        Feature.RELEVANCE: "ответ почти не связан с вопросом",
    },
}
_PHRASES: Final = {
    "en": {
        "points": "covers {covered} of {all} expected points",
        "partly": " ({partly} in part)",
        "not_heard": "not found in these words: {points}",
        "signals": "speaks of {words}",
        "result_with_figure": "gives a result with a figure",
        "figure": "gives figures",
        "imagined": "says what they would do, not what they did",
        "team_only": "tells what the team did, not their own part",
        "too_short": "Insufficient evidence: the answer has only {words} different meaningful words.",
        "only_question": "Insufficient evidence: the answer mostly repeats the question.",
        "other_language": "Insufficient evidence: the answer is not in the language of the question.",
        "unread_language": "Insufficient evidence: the rules read only English and Russian; a person has to read it.",
        "list": "Lists terms without saying anything about them.",
        "off_topic": "Hardly touches the question or its expected points",
        "assessor": "text addressed to the assessor was ignored",
    },
    "ru": {
        "points": "раскрыто ожидаемых пунктов: {covered} из {all}",
        "partly": " (частично: {partly})",
        "not_heard": "этими словами не сказано: {points}",
        "signals": "говорит о том, что важно: {words}",
        "result_with_figure": "назван результат с цифрой",
        "figure": "названы цифры",
        "imagined": "сказано, что можно было бы сделать, а не что было сделано",
        "team_only": "рассказано о команде, а не о собственном вкладе",
        "too_short": "Недостаточно данных: разных значимых слов в ответе всего {words}.",
        "only_question": "Недостаточно данных: ответ в основном повторяет вопрос.",
        "other_language": "Недостаточно данных: язык ответа не совпадает с языком вопроса.",
        "unread_language": "Недостаточно данных: правила читают только английский и русский; нужен человек.",
        "list": "Термины перечислены, но о них ничего не сказано.",
        "off_topic": "Почти не касается вопроса и ожидаемых пунктов",
        "assessor": "текст, обращённый к проверяющему, не учтён",
    },
}


def phrase(language: str, key: str, **values: object) -> str:
    """One fixed phrase, in English where the language has none."""
    return _PHRASES.get(language, _PHRASES["en"])[key].format(**values)


def reason(
    language: str, profile: Profile, findings: dict[Feature, Finding], evidence: Evidence, *, off_topic: bool
) -> str:
    """What spoke for and against, strongest matters first: points, signs, shown features, missing ones."""
    parts = [phrase(language, "off_topic")] if off_topic else []
    if Feature.POINTS in profile:
        parts.append(_points(language, evidence))
    words = findings.get(Feature.SIGNALS, Finding(0.0, ())).words[:_MOST_WORDS]
    if words:
        parts.append(phrase(language, "signals", words=", ".join(f"“{word}”" for word in words)))
    shown = _shown(language, profile, findings, evidence)
    missing = _missing(language, profile, findings)
    parts += [", ".join(group) for group in (shown, missing) if group]
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def _points(language: str, evidence: Evidence) -> str:
    covered = sum(point.covered for point in evidence.coverage)
    partly = sum(point.partly for point in evidence.coverage)
    text = phrase(language, "points", covered=covered, all=len(evidence.coverage))
    if partly:
        text += phrase(language, "partly", partly=partly)
    unheard = [_shortened(point.point) for point in evidence.coverage if point.score < PARTLY]
    return f"{text}; {phrase(language, 'not_heard', points=', '.join(unheard))}" if unheard else text


def _shortened(point: str) -> str:
    point = point.strip().rstrip(".")
    return f"“{point}”" if len(point) <= _LONGEST_POINT else f"“{point[:_LONGEST_POINT].rsplit(' ', 1)[0]} …”"


def _shown(language: str, profile: Profile, findings: dict[Feature, Finding], evidence: Evidence) -> list[str]:
    texts: list[str] = []
    figure = Feature.FIGURE in profile and findings[Feature.FIGURE].value > 0
    for feature in (feature for feature in Feature if feature in profile and findings[feature].value > 0):
        if feature is Feature.ACTION and evidence.imagined:
            texts.append(phrase(language, "imagined"))
        elif feature is Feature.ACTION and not evidence.of(feature).value:
            texts.append(phrase(language, "team_only"))
        elif feature is Feature.RESULT and figure:
            texts.append(phrase(language, "result_with_figure"))
        elif feature is Feature.FIGURE:
            texts += [] if _has(findings, profile, Feature.RESULT) else [phrase(language, "figure")]
        elif feature in _SHOWN["en"]:
            texts.append(_SHOWN.get(language, _SHOWN["en"])[feature])
    return texts


def _missing(language: str, profile: Profile, findings: dict[Feature, Finding]) -> list[str]:
    texts = _MISSING.get(language, _MISSING["en"])
    return [
        texts[feature]
        for feature in Feature
        if feature in texts and profile.get(feature, 0) >= _WORTH_MISSING and not findings[feature].value
    ]


def _has(findings: dict[Feature, Finding], profile: Profile, feature: Feature) -> bool:
    return feature in profile and findings[feature].value > 0
