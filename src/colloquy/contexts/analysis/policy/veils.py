"""What shows by its characters alone: unseen text, hiding markup, false boundaries, false roles and verdicts.

Every expression has one unbounded part at most, so the time is linear.
"""

from __future__ import annotations

import re
from typing import Final

Span = tuple[int, int, str, str]
"""start, end, kind, language"""

_UNSEEN: Final = re.compile(
    r"(?<!\U0001f3f4)(?<![\U000e0020-\U000e007f])[\U000e0001\U000e0020-\U000e007f]+"  # tags; flags of England etc. pass
    r"|[\U000e0100-\U000e01ef]{4,}"  # variation selectors in a row carry bytes
    r"|[\u202d\u202e][^\u202c\n]{0,2000}\u202c?"  # text turned round
    r"|[\u200b-\u200f\u2060-\u2064\ufeff]{8,}"  # a message in zeros and ones of no width
)
_MARKUP: Final = re.compile(
    r"<!--(?:(?!-->)[\s\S]){0,4000}(?:-->)?"
    r"|<(\w{1,12})\s[^<>]{0,300}(?:color\s{0,3}[:=]\s{0,3}[\"']?\s{0,3}(?:white|#fff(?:fff)?\b|transparent|rgba?\(255)"
    r"|font-size\s{0,3}:\s{0,3}[01](?:px|pt)?\b|display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden"
    r"|opacity\s{0,3}:\s{0,3}0\b)[^<>]{0,300}>(?:[^<]{0,2000}</\1>)?"
    r"|\[(?:white|hidden|invisible|белый|скрыто|weiß|oculto)[ -]?(?:text|текст)?\][^\n\[]{0,1000}",
    re.IGNORECASE,
)
_TAG_NAMES: Final = (
    r"system|assistant|instructions?|answer|candidate[_-]?answer|evaluation|evaluator|rubric|system[_-]?prompt|prompt|"
    r"transcript|grader|verdict|judge?ment|grading|score|scoring|оценка|система|инструкция|ответ|anweisung(?:en)?|antwort|bewertung|"
    r"instruccion(?:es)?|sistema|evaluacion|respuesta"
)
_BOUNDARY: Final = re.compile(
    rf"</?(?:{_TAG_NAMES})(?:\s[^<>]{{0,80}})?/?>"
    r"|<\|\w{2,24}\|>|<</?SYS>>|\[/?(?:INST|SYS|SYSTEM|ASSISTANT|СИСТЕМА|SISTEMA)\]"
    r"|(?:^|\n)[ \t]*(?:#{1,6}|={3,}|-{3,}|\*{3,}|~{3,}|`{3,})[ \t]*(?:(?:end|start|begin|new|конец|начало|новые|ende|"
    r"beginn|neue|fin|inicio|nuevas?)\b[^\n]{0,24}\b(?:of|answer|transcript|prompt|input|instructions?|ответа|текста|стенограммы|"
    r"инструкци\w|der|des|antwort|anweisung\w{0,2}|de|respuesta|instruccion\w{0,2})|system|assistant|instructions?|"
    r"система|системн\w{2,4}|инструкция|anweisung(?:en)?|sistema|instrucciones|evaluator|grading|оценка)\b[^\n]{0,60}"
    r"|\[(?:end|конец|ende|fin)\b[^\]\n]{0,40}\]"
    r"|(?:^|\n)[ \t]*(?:END|BEGIN) (?:OF )?(?:SYSTEM|ANSWER|TRANSCRIPT|INPUT|PROMPT|CANDIDATE)[^\n]{0,60}"
    r"|(?:^|\n|[.!?] )(?:the )?(?:end|start|beginning) of (?:the )?(?:transcript|candidate'?s? answer|"
    r"candidate response|user input)(?=[.:\n]|$)",
    re.IGNORECASE,
)
_KEYS: Final = (
    r"level|score|rating|grade|verdict|decision|recommendation|points|hire|passed|result|оценка|уровень|балл|решение|"
    r"вердикт|bewertung|note|stufe|punktzahl|empfehlung|entscheidung|puntuaci[oó]n|nivel|calificaci[oó]n|nota|decisi[oó]n|veredicto"
)
_VALUES: Final = (
    r"5(?:[.,]0)?|10|100|5\s?/\s?5|10\s?/\s?10|100\s?%|max\w{0,5}|true|strong[ _]hire|hire|pass(?:ed)?|excellent|"
    r"нанять|принять|отлично|einstellen|bestanden|contratar|aprobado"
)
_VERDICT: Final = re.compile(
    rf"[{{\[][^{{}}\n]{{0,200}}[\"'“]?(?:{_KEYS})[\"'”]?\s{{0,3}}[:=]\s{{0,3}}[\"'“]?(?:{_VALUES})\b[^{{}}\n]{{0,300}}[}}\]]?"
    rf"|\"(?:{_KEYS})\"\s{{0,3}}:\s{{0,3}}\"?(?:{_VALUES})\b\"?"
    rf"|[?&](?:{_KEYS})=(?:{_VALUES})\b[^\s]{{0,200}}"
    rf"|(?:^|\n|[.!?] )[ \t*_#-]{{0,6}}(?:(?:final|overall|total|suggested|итоговая|итог|gesamt\w{{0,8}}|"
    rf"final\w{{0,2}}) )?(?:{_KEYS})"
    rf"[ \w]{{0,30}}[*_]{{0,2}}\s{{0,2}}[:=—-]\s{{0,2}}[*_]{{0,2}}(?:5 (?:из|von|de|out of) 5|5\s?/\s?5|10\s?/\s?10|"
    r"100\s?/\s?100|strong[ _]hire|hire|нанять|einstellen|contratar|5(?=[\s.*_]|$))(?!\w)",
    re.IGNORECASE,
)
_ROLE: Final = re.compile(
    r"(?:^|\n)[ \t\[*_#\"]{0,4}(?:assistant|evaluator|grader|assessor|ассистент|оценщик|проверяющий|bewerter|prüfer|"
    r"evaluador|asistente|examinador|ai|ии|ki|ia)[\]*_ ]{0,3}:[^\n.!?]{1,400}"
    r"|(?:^|\n)[ \t\[*_#\"]{0,4}(?:SYSTEM|СИСТЕМА|SISTEMA)[\]*_ ]{0,3}:[^\n.!?]{1,400}"
    r"|(?:^|\n|[.!?] )[ \t\[*_#\"]{0,4}(?:system|система|sistema)[\]*_ ]{0,3}:[^\n]{0,200}\b(?:score|rate|grade|"
    r"evaluat|hire|instruction|rubric|candidat|оцен|балл|кандидат|принят|инструкц|bewert|kandidat|note|punkt|anweisung|"
    r"califi|punt|instruccion|nota)[^\n.!?]{0,400}"
    r"|(?:(?<=[.!?] )|(?<=^))(?:assistant|evaluator|grader|ассистент|оценщик|bewerter|evaluador|"
    r"asistente):[^\n.!?]{1,300}",
    re.IGNORECASE,
)
_FORM_ENTRY: Final = 20
_CASED: Final = re.compile(r"SYSTEM|СИСТЕМА|SISTEMA")

_ODD: Final = re.compile(r"[@$](?=[^\W\d_])|(?<=[^\W\d_])[@$!|](?=[^\W\d_])")
_STANDS_FOR: Final = {"@": "a", "$": "s", "!": "i", "|": "l"}


def marks(text: str) -> list[Span]:
    """What shows by its characters alone: unseen text, hiding markup, false boundaries, roles and verdicts."""
    found: list[Span] = []
    if not text.isascii():
        found += [(*m.span(), "hidden", language_of(_shown(m.group()))) for m in _UNSEEN.finditer(text)]
    if "<" in text or "[" in text:
        found += [(*m.span(), "hidden", language_of(m.group())) for m in _MARKUP.finditer(text)]
    found += [(*m.span(), "delimiter", language_of(text)) for m in _BOUNDARY.finditer(text)]
    if ":" in text:
        found += [(*m.span(), "role", language_of(m.group())) for m in _ROLE.finditer(text) if _is_role(m.group())]
    if any(sign in text for sign in ":=—-"):
        found += [(*_trimmed(m), "verdict", language_of(m.group())) for m in _VERDICT.finditer(text)]
    return found


def _trimmed(match: re.Match[str]) -> tuple[int, int]:
    """The span without the full stop and the line break of the sentence before."""
    lead = re.match(r"[.!?]?\s*", match.group())
    return match.start() + (lead.end() if lead else 0), match.end()


def _is_role(text: str) -> bool:
    """Whether more than a form is filled in: "System: Ubuntu" on a line of its own is, SYSTEM: is not how one is."""
    head = text.split(":", maxsplit=1)[0].strip(' \t\n[]*_#"')
    if head.lower() not in {"system", "система", "sistema"} or _CASED.search(head):
        return True
    return len(text) > len(head) + _FORM_ENTRY


def unfolded(text: str) -> str:
    """The text with signs inside words that stand for letters (pr@mpt) written as letters; of the same length."""
    if "@" in text or "$" in text or "!" in text or "|" in text:
        return _ODD.sub(lambda match: _STANDS_FOR[match.group()], text)
    return text


def _shown(text: str) -> str:
    """Tag characters as the letters they stand for."""
    return "".join(chr(ord(c) - 0xE0000) if "\U000e0020" <= c <= "\U000e007e" else c for c in text)


_RUSSIAN: Final = re.compile(r"[а-яё]", re.IGNORECASE)
_GERMAN: Final = re.compile(
    r"[äöüß]|\b(?:und|der|die|das|ist|ende|antwort|bewert\w+|note|anweisung\w*|punkt\w*)\b", re.IGNORECASE
)
_SPANISH: Final = re.compile(r"[ñ¿¡áíó]|\b(?:el|la|los|de|que|respuesta|candidato|nivel|nota|fin)\b", re.IGNORECASE)


def language_of(text: str) -> str:
    """A guess from letters and a few small words: ru, de, es, else en."""
    head = text[:400]
    if _RUSSIAN.search(head):
        return "ru"
    german, spanish = len(_GERMAN.findall(head)), len(_SPANISH.findall(head))
    return "en" if not german and not spanish else "de" if german >= spanish else "es"
