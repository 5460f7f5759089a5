"""What a behavioural answer holds, each with its quote, and how it is built."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colloquy.contexts.analysis.library import triples_of
from colloquy.contexts.analysis.policy import (
    AnswerText,
    CompetencyToJudge,
    ElementKind,
    QualityKind,
    QuestionToJudge,
    TimedWord,
    elements,
    judge,
    qualities,
)
from colloquy.contexts.analysis.policy.affect import affect_in

ASKED = {
    "en": QuestionToJudge(
        "Tell me about a delivery that went wrong.",
        ("Informs the customer", "Organises another way"),
        (CompetencyToJudge("planning", "Planning", "behavioural", ()),),
        "en",
    ),
    "ru": QuestionToJudge(
        "Расскажите о поставке, которая пошла не по плану.",
        ("Сообщает клиенту новый срок", "Организует другой путь"),
        (CompetencyToJudge("planning", "Планирование", "behavioural", ()),),
        "ru",
    ),
}
TOLD = {
    "en": (
        "Last winter a truck with vaccines broke down near Graz. My task was to get them to two clinics before noon. "
        "I phoned nine carriers and rented a cooled van in Linz. In the end both clinics had their boxes at eleven "
        "and we threw away 3 of 400 doses. Since then I keep a list of carriers who answer at night."
    ),
    "ru": (
        "Прошлой зимой под Казанью сломалась фура с вакциной. Моя задача была довезти её в две больницы до полудня. "
        "Я обзвонил девять перевозчиков и нанял холодную машину. В итоге обе больницы получили коробки в одиннадцать, "
        "и мы списали 3 дозы из 400. С тех пор я держу список тех, кто отвечает ночью."
    ),
}
HELD = {
    "en": ["Last winter", "My task was", "I phoned nine", "In the end both", "3 of 400", "Since then I keep"],
    "ru": ["Прошлой зимой", "Моя задача", "Я обзвонил", "В итоге обе", "3 дозы из 400", "С тех пор я держу"],
}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_element_of_a_told_case_has_its_own_words(language):
    found = {one.kind: one.quote for one in elements(ASKED[language], AnswerText(TOLD[language]))}

    assert list(found) == list(ElementKind)
    told = dict(zip(ElementKind, HELD[language], strict=True))
    assert all(found[kind] and part in found[kind].text for kind, part in told.items() if kind != ElementKind.FIGURE)
    figure = found[ElementKind.FIGURE]
    assert figure is not None
    assert any(word in figure.text for word in ("nine", "two", "3 of 400", "девять", "две", "3 дозы"))


@pytest.mark.parametrize("language", ["en", "ru"])
def test_general_talk_holds_no_element(language):
    talk = {
        "en": "Deliveries go wrong everywhere, that is part of the job. What matters is to stay friendly and honest.",
        "ru": "Поставки срываются у всех, это часть работы. Самое важное оставаться честным и вежливым с людьми.",
    }

    assert [one.quote for one in elements(ASKED[language], AnswerText(talk[language]))] == [None] * 6


def test_what_the_team_did_or_one_would_do_is_no_own_action():
    for text in (
        "Last year a truck broke down near Graz. We phoned nine carriers and we rented a van, and it came in time.",
        "If a truck broke down I would phone nine carriers and I would rent a van, so that it comes in time.",
    ):
        found = {one.kind: one.quote for one in elements(ASKED["en"], AnswerText(text))}
        assert found[ElementKind.ACTION] is None, text


def test_what_one_would_do_is_the_action_where_the_question_asks_for_that():
    question = replace(ASKED["en"], text="What would you do if a truck broke down?")
    found = {
        one.kind: one.quote for one in elements(question, AnswerText("I would phone nine carriers and rent a van."))
    }

    assert found[ElementKind.ACTION] is not None


def test_elements_of_a_spoken_answer_carry_its_times():
    words, at = [], 0
    for number, word in enumerate(TOLD["en"].split()):
        at = TOLD["en"].index(word, at)
        words.append(TimedWord(at, at + len(word), number / 2, number / 2 + 0.4))
    quotes = [one.quote for one in elements(ASKED["en"], AnswerText(TOLD["en"], tuple(words)))]

    starts = {word.start_char: word.start for word in words}
    assert all(quote and quote.start == starts[quote.start_char] for quote in quotes)


def test_a_language_that_the_rules_cannot_read_holds_nothing():
    question = replace(ASKED["en"], language="de")

    assert {one.quote for one in elements(question, AnswerText(TOLD["en"]))} == {None}
    assert qualities(question, AnswerText(TOLD["en"])) == ()


@pytest.mark.parametrize(("language", "word"), [("en", "situation or task"), ("ru", "ситуация или задача")])
def test_the_four_qualities_are_explained_in_the_language_of_the_interview(language, word):
    found = {one.kind: one for one in qualities(ASKED[language], AnswerText(TOLD[language]))}

    assert list(found) == list(QualityKind)
    assert found[QualityKind.STRUCTURE].level == 3
    assert word in found[QualityKind.STRUCTURE].why
    assert found[QualityKind.SPECIFICITY].level >= 2


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_reason_of_a_level_explains_the_four_qualities(language):
    (judgement,) = judge(ASKED[language], AnswerText(TOLD[language]))
    names = {
        "en": ("Structure 3 of 3", "specificity", "relevance", "depth"),
        "ru": ("Структура: 3 из 3", "конкретность", "связь с вопросом", "глубина"),
    }

    assert all(name in judgement.reason for name in names[language])


@pytest.mark.parametrize("triple", [*triples_of("en"), *triples_of("ru")], ids=lambda triple: triple.name)
def test_no_reason_speaks_of_feelings_character_voice_accent_or_looks(triple):
    competencies = tuple(CompetencyToJudge(key, "", "behavioural", ()) for key in triple.competencies)
    question = QuestionToJudge(triple.question, (), competencies, triple.language)
    for answer in triple.answers.values():
        for judgement in judge(question, AnswerText(answer.text)):
            quoted = judgement.reason.split("; ")
            own = "; ".join(part for part in quoted if "“" not in part)
            assert affect_in(own) == ()


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400), st.sampled_from(["en", "ru", "de", ""]))
def test_any_text_is_survived_and_every_quote_is_true(text, language):
    question = replace(ASKED["en"], language=language)

    for one in elements(question, AnswerText(text)):
        assert one.quote is None or text[one.quote.start_char : one.quote.end_char] == one.quote.text
    assert all(0 <= one.level <= 3 for one in qualities(question, AnswerText(text)))
