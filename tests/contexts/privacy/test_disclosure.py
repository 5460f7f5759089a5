"""Wherever AI takes part it is said plainly, before it does, in every language (AI Act, Articles 13, 26(11) and 50)."""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files

import pytest
from tests.contexts.notifications import letters_made
from tests.factories.interviews import CONVERSATION, TEXT, publish_interview

from colloquy.contexts import conversations
from colloquy.contexts.notifications.policy.composing import Reader
from colloquy.contexts.privacy import public as privacy

SAID = {
    "en": {
        "landing": ["A program (artificial intelligence)", "A conversation with an AI interviewer", "people alone"],
        "notice": ["a program also reads your answers", "AI interviewer", "People decide", "people only"],
        "chat": ["I am an AI interviewer: a computer program, not a person."],
        "invitation": ["Where AI takes part", "a program reads the words", "AI interviewer", "people alone"],
        "thanks": ["Software helps them", "A person takes the decision."],
    },
    "ru": {
        "landing": ["программа (искусственный интеллект)", "ИИ-интервьюер", "только люди"],
        "notice": ["программа также читает ваши ответы", "ИИ-интервьюер", "Решают люди", "только люди"],
        "chat": ["Я — ИИ-интервьюер: программа, а не человек."],
        "invitation": ["Где участвует ИИ", "программа читает слова", "ИИ-интервьюер", "только люди"],
        "thanks": ["Им помогает программа", "Решение принимает человек."],
    },
}
KINDS = frozenset({"video", "text", "conversation"})


@pytest.fixture(params=SAID)
def language(request):
    return request.param


async def test_the_landing_page(runtime, api, make_organisation, language):
    made = await publish_interview(runtime, await make_organisation(), CONVERSATION, TEXT, language=language)
    page = (await api.get(f"/{made.token}")).text
    assert [words for words in SAID[language]["landing"] if words not in page] == []


def test_the_notice(language):
    text = privacy.notice(language, "Acme", "Developer", kinds=KINDS, retention_days=30).text
    assert [words for words in SAID[language]["notice"] if words.casefold() not in text.casefold()] == []


@pytest.mark.parametrize("place", ["eu", "uk", "nyc", "illinois", "california", "colorado", "russia"])
def test_the_section_of_a_place_is_there_in_every_language(place, language):
    plain = privacy.notice(language, "Acme", "Developer", kinds=KINDS, retention_days=30)
    for people_only in (False, True):
        terms = privacy.Terms((place,), people_only=people_only)
        shown = privacy.notice(language, "Acme", "Developer", kinds=KINDS, retention_days=30, terms=terms)
        assert len(shown.sections) == len(plain.sections) + 1 - people_only  # "You may choose people only" goes
        assert shown.sections[-2].paragraphs
        assert "$" not in shown.text
        assert "[" not in shown.text


def test_people_only_promises_no_program(language):
    terms = privacy.Terms(people_only=True)
    text = privacy.notice(language, "Acme", "Developer", kinds=KINDS, retention_days=30, terms=terms).text
    assert {"en": "No program evaluates them.", "ru": "Программа ответы не оценивает."}[language] in text
    assert {"en": "If you agree to it, a program", "ru": "Если вы согласны, программа"}[language] not in text


def test_the_first_message_of_a_conversation(language):
    wording = json.loads(files(conversations).joinpath(f"policy/wording_{language}.json").read_text("utf-8"))
    assert all(words in greeting for greeting in wording["greeting"] for words in SAID[language]["chat"])


def test_the_letters(language):
    reader = Reader("ada@example.com", "Ada", language)
    invitation = letters_made.invitation(reader, talks=True)
    thanks = letters_made.thanks(reader)
    for letter, words in ((invitation, SAID[language]["invitation"]), (thanks, SAID[language]["thanks"])):
        for told in (letter.text, letter.html):
            assert [one for one in words if one.casefold() not in " ".join(told.split()).casefold()] == []


def test_a_letter_where_people_alone_evaluate_promises_that(language):
    letter = letters_made.invitation(Reader("ada@example.com", "Ada", language), program=False)
    said = {"en": "No program evaluates your answers", "ru": "Программа не оценивает ваши ответы"}[language]
    for told in (letter.text, letter.html):
        assert said in " ".join(told.split())
        assert SAID[language]["invitation"][0] not in told


def test_the_notice_of_new_york_city_is_in_the_letter_with_its_days(language):
    letter = letters_made.invitation(
        Reader("ada@example.com", "Ada", language),
        skills=("Problem solving",),
        told=date(2026, 12, 3),
        program_from=date(2026, 12, 17),
    )
    for told in (letter.text, letter.html):
        assert "Local Law 144" in told
        assert "Problem solving" in told
        assert "17" in told
