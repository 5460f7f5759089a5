"""Questions that nobody may ask an applicant: of age, family, health, origin, belief, orientation, past pay.

A net for what a model proposes, not advice: it knows phrases, in English and Russian, and drops the whole question.
"""

from __future__ import annotations

import re
from typing import Final

_ENGLISH: Final = (
    r"how old (?:are|were) you|your (?:age|date of birth|birthday|religion|faith|ethnicity|race|nationality|gender|"
    r"sexual orientation|marital status|disabilit\w+|health|medical (?:history|condition\w*)|accent|native language)|"
    r"are you (?:married|single|divorced|pregnant|religious|disabled|gay|a member of (?:a|any) (?:union|party))|"
    r"(?:do|did|will|would) you (?:have|plan|want|intend)[^.?]{0,30}(?:child|children|kids|family|baby|pregnan\w+)|"
    r"maternity|where (?:were you born|are you (?:originally )?from)|your (?:husband|wife|spouse|partner|parents)\b|"
    r"(?:current|previous|last|past) (?:salary|pay|compensation)|(?:arrest|criminal) record|what church|"
    r"political (?:views|party|affiliation)|how much do you weigh|how tall are you"
)
_RUSSIAN: Final = (
    r"сколько вам лет|ваш возраст|дат[ау] рождения|вы (?:замужем|женаты|беременны)|семейно\w+ положени\w+|"
    r"(?:есть ли|будут ли|планируете)[^.?]{0,30}(?:дет(?:и|ей)|ребен\w+|беременност\w+|декрет\w*|семью)|"
    r"ваш[аеу]? (?:национальност\w+|религи\w+|вероисповедани\w+|ориентаци\w+|здоровь\w+|инвалидност\w+|родител\w+|"
    r"муж\w*|жен[аыу]|супруг\w*)|где вы родились|(?:прежн|прошл|предыдущ|нынешн|текущ)\w+ (?:зарплат|оклад|заработ)\w+|"
    r"политическ\w+ (?:взгляд|парти|убежден)\w+|судимост\w+"
)
_ASKS: Final = re.compile(rf"\b(?:{_ENGLISH}|{_RUSSIAN})", re.IGNORECASE)


def unlawful(question: str) -> bool:
    """Whether a question asks for something that must not play a part in hiring."""
    return bool(_ASKS.search(question.replace("ё", "е")))
