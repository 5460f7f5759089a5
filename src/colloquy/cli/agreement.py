"""How near marks come to people's, with the figures of bare word counting beside them."""

from __future__ import annotations

import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import correlation, fmean, quantiles
from typing import Final

from colloquy.cli.graded import MarkedAnswer

SAMPLES: Final = 2000
"""How often questions are drawn again for an interval."""
_SEED: Final = 20_16
_DIGITS: Final = 4
_WORD: Final = re.compile(r"\w+")
_MIDDLE: Final = 0.95


def pearson(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Pearson's r, None where either side never differs."""
    if len(one) < 2 or len(set(one)) == 1 or len(set(other)) == 1:  # noqa: PLR2004 -- two points make a line
        return None
    return correlation(one, other)


def rmse(marks: Sequence[float], people: Sequence[float]) -> float:
    """The root of the mean squared difference, in marks."""
    return math.sqrt(fmean((mark - person) ** 2 for mark, person in zip(marks, people, strict=True)))


def figures(marks: Sequence[float], people: Sequence[float]) -> dict[str, object]:
    """Both figures, rounded."""
    return {"pearson_r": rounded(pearson(marks, people)), "rmse": rounded(rmse(marks, people))}


def intervals(marks: Sequence[float], people: Sequence[float], questions: Sequence[str]) -> dict[str, object]:
    """The middle 95 % of both figures when whole questions are drawn again, with replacement, `SAMPLES` times.

    Questions rather than answers are drawn, since answers to one question are easy or hard to mark together.
    """
    by_question: dict[str, list[int]] = defaultdict(list)
    for at, question in enumerate(questions):
        by_question[question].append(at)
    if len(by_question) < 2:  # noqa: PLR2004 -- one question drawn again is the same question
        return {"pearson_r": None, "rmse": None}
    draw = random.Random(_SEED)  # noqa: S311 -- the same interval every time, nothing secret
    names = list(by_question)
    found: dict[str, list[float]] = {"pearson_r": [], "rmse": []}
    for _ in range(SAMPLES):
        drawn = [at for name in draw.choices(names, k=len(names)) for at in by_question[name]]
        ours, theirs = [marks[at] for at in drawn], [people[at] for at in drawn]
        found["pearson_r"].append(pearson(ours, theirs) or 0.0)
        found["rmse"].append(rmse(ours, theirs))
    return {name: _middle(values) for name, values in found.items()}


def spread(marks: Sequence[float], people: Sequence[float], groups: Sequence[str]) -> dict[str, object]:
    """The quartiles of both figures over groups; r is left out where a group's marks never differ."""
    each = by_group(marks, people, groups)
    found: dict[str, object] = {"groups": len(each)}
    for name in ("pearson_r", "rmse"):
        values = [value for one in each if isinstance(value := one[name], float)]
        found[name] = [round(value, _DIGITS) for value in quantiles(values, n=4)] if len(values) > 1 else None
    return found


def by_group(marks: Sequence[float], people: Sequence[float], groups: Sequence[str]) -> list[dict[str, object]]:
    """Both figures of each group, in the groups' order."""
    found: list[dict[str, object]] = []
    for group in dict.fromkeys(groups):
        places = [at for at, its in enumerate(groups) if its == group]
        ours, theirs = [marks[at] for at in places], [people[at] for at in places]
        found.append({"group": group, "answers": len(places), **figures(ours, theirs)})
    return found


def baselines(answers: Sequence[MarkedAnswer]) -> dict[str, object]:
    """What a second person, the cosine of word counts weighted by rarity, and shared words alone would reach.

    The first two people's marks are compared with each other; the other two with the mean of both.
    """
    people = [one.graded.mark for one in answers]
    expected = [Counter(_words(one.graded.expected)) for one in answers]
    given = [Counter(_words(one.graded.answer)) for one in answers]
    seen = Counter(word for words in given for word in words)
    rarity = {word: math.log(len(answers) / count) + 1 for word, count in seen.items()}
    cosines = [_cosine(one, other, rarity) for one, other in zip(expected, given, strict=True)]
    overlaps = [len(one.keys() & other.keys()) / max(1, len(one)) for one, other in zip(expected, given, strict=True)]
    second = pearson([one.first_mark for one in answers], [one.second_mark for one in answers])
    return {
        "second_person_r": rounded(second),
        "tf_idf_cosine_r": rounded(pearson(cosines, people)),
        "token_overlap_r": rounded(pearson(overlaps, people)),
    }


def rounded(value: float | None) -> float | None:
    """Four digits say more than the interval allows."""
    return None if value is None else round(value, _DIGITS)


def _middle(values: list[float]) -> list[float | None]:
    ordered = sorted(values)
    tail = (1 - _MIDDLE) / 2 * (len(ordered) - 1)
    return [rounded(ordered[math.floor(tail)]), rounded(ordered[math.ceil(len(ordered) - 1 - tail)])]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _cosine(one: Counter[str], other: Counter[str], rarity: dict[str, float]) -> float:
    def length(words: Counter[str]) -> float:
        return math.sqrt(sum((count * rarity.get(word, 1.0)) ** 2 for word, count in words.items()))

    shared = sum(one[word] * other[word] * rarity[word] ** 2 for word in one.keys() & other.keys())
    return shared / max(1e-12, length(one) * length(other))
