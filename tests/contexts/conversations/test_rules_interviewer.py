"""The interviewer without a key, and its words."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import pytest

from colloquy.contexts.conversations.policy.guard import Guard, Unfit
from colloquy.contexts.conversations.policy.interviewer import Act, Move, Plan
from colloquy.contexts.conversations.policy.lacks import Lack
from colloquy.contexts.conversations.policy.rules_interviewer import RulesInterviewer
from colloquy.contexts.conversations.policy.wording import languages

PLAN = Plan("Engineer", "Acme", "Ann", "en", (), 2, 600)
PLACES = {
    "name": ", Ann", "title": "Engineer", "company": "Acme", "minutes": "20", "quote": "наш сервис", "topic": "Why?",
    "last": "Why?", "number": "2", "count": "3",
}  # fmt: skip
LONGEST = 60
MAY_SAY_WHO_IT_IS = {("greeting", "role"), ("who", "role")}


def texts(language: str) -> dict[str, list[str]]:
    found = files("colloquy.contexts.conversations.policy").joinpath(f"wording_{language}.json").read_text("utf-8")
    return {name: listed if isinstance(listed, list) else [listed] for name, listed in json.loads(found).items()}


def _filled(text: str, language: str) -> str:
    values = {**PLACES, "quote": "the service"} if language == "en" else PLACES
    return re.sub(r"\{(\w+)\}", lambda place: values[place[1]], text)


def every_text() -> list[tuple[str, str, str]]:
    return [
        (language, name, _filled(text, language))
        for language in sorted(languages())
        for name, listed in texts(language).items()
        for text in listed
    ]


async def test_it_says_the_words_of_the_move_in_pieces():
    move = Move(Act.FOLLOW_UP, None, "action", "Thank you. What did  you do?\n")

    pieces = [piece async for piece in RulesInterviewer().speak(PLAN, (), move)]
    assert "".join(pieces) == move.text
    assert len(pieces) == 6


async def test_a_move_without_words_is_silence():
    assert [piece async for piece in RulesInterviewer().speak(PLAN, (), Move(Act.ASK, None, None, None))] == []


def test_there_are_words_in_english_and_russian():
    assert languages() >= {"en", "ru"}


@pytest.mark.parametrize("language", sorted(languages()))
def test_every_language_has_the_same_texts(language):
    assert texts(language).keys() == texts("en").keys()
    for name, listed in texts(language).items():
        assert len(set(listed)) == len(listed), name


@pytest.mark.parametrize("language", sorted(languages()))
@pytest.mark.parametrize("lack", [lack.value for lack in Lack])
def test_there_are_enough_wordings_for_every_lack(language, lack):
    assert len(texts(language)[lack]) >= 4
    assert all(text.count("?") == 1 for text in texts(language)[lack])


@pytest.mark.parametrize(
    ("language", "name", "text"), every_text(), ids=[f"{x}-{y}-{z[:24]}" for x, y, z in every_text()]
)
def test_its_words_are_short_kind_and_judge_nothing(language, name, text):
    assert len(text.split()) <= LONGEST
    assert text.count("?") <= 1 + text.count("Why?")
    plan = Plan("Engineer", "Acme", "Ann", language, (), 2, 600)
    guard = Guard(plan, (), Move(Act.CLARIFY, None, None, "?" * text.count("?")))
    try:
        guard.feed(text)
        guard.close()
    except Unfit as unfit:
        if (name, unfit.reason) not in MAY_SAY_WHO_IT_IS:
            raise
