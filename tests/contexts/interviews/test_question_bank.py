"""The question bank is what it says: enough roles, whole questions, both languages, nothing that may not be asked."""

from __future__ import annotations

import re

import pytest

from colloquy.contexts.interviews import library
from colloquy.contexts.interviews.library.matching import match
from colloquy.contexts.interviews.policy.guide import QuestionType
from colloquy.contexts.interviews.policy.unlawful import unlawful

LANGUAGES = ("en", "ru")
CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


def test_there_are_at_least_twelve_roles_of_fifteen_questions(language):
    roles = library.bank_roles(language)
    assert len(roles) >= 12
    questions = library.bank_questions(language)
    for role in roles:
        assert len([one for one in questions if one.role == role.key]) >= 15, role.key


def test_questions_are_whole(language):
    known = {one.key for one in library.competencies(language)}
    for one in library.bank_questions(language):
        assert one.text.rstrip()[-1] in "?.", one.key
        assert 3 <= len(one.points) <= 5, one.key
        assert all(0 < len(point) <= 110 for point in one.points), one.key
        assert len(one.follow_ups) == 2, one.key
        assert 40 <= len(one.answer.split()) <= 160, one.key
        assert one.type in set(QuestionType), one.key
        assert one.difficulty in {1, 2, 3}, one.key
        assert 1 <= len(one.competencies) <= 2, one.key
        assert set(one.competencies) <= known, one.key


def test_both_languages_say_the_same_things():
    english, russian = ({one.key: one for one in library.bank_questions(language)} for language in LANGUAGES)
    assert english.keys() == russian.keys()
    for key, one in english.items():
        assert len(one.points) == len(russian[key].points), key
        assert not CYRILLIC.search(one.text + one.answer), key
        assert CYRILLIC.search(russian[key].text), key
        assert CYRILLIC.search(russian[key].answer), key


def test_no_two_questions_are_the_same(language):
    questions = library.bank_questions(language)
    assert len({one.text for one in questions}) == len(questions) == len({one.key for one in questions})


def test_every_competency_of_a_role_is_probed_twice(language):
    for role in library.bank_roles(language):
        probed = [key for one in library.bank_questions(language) if one.role == role.key for key in one.competencies]
        assert all(probed.count(key) >= 2 for key in role.competencies), role.key


def test_nothing_is_asked_that_may_not_be(language):
    asked = [text for one in library.bank_questions(language) for text in (one.text, *one.follow_ups)]
    assert [text for text in asked if unlawful(text)] == []


def test_every_role_is_found_by_each_of_its_titles(language):
    roles, questions = library.bank_roles(language), library.bank_questions(language)
    lost = [
        (role.key, title)
        for role in roles
        for title in (role.name, *role.aliases)
        if role.key not in {one.role.key for one in match(f"{title}\n", roles, questions).roles}
    ]
    assert lost == []


@pytest.mark.parametrize(
    "question",
    [
        "How old are you?",
        "Are you married?",
        "Do you plan to have children in the next years?",
        "What was your last salary?",
        "Where were you born?",
        "What is your religion?",
        "Сколько вам лет?",
        "Вы замужем?",
        "Планируете ли вы детей?",
        "Какая у вас национальность? Какова ваша национальность?",
        "Какой была ваша предыдущая зарплата?",
    ],
)
def test_questions_that_may_not_be_asked_are_known(question):
    assert unlawful(question)


@pytest.mark.parametrize(
    "question",
    [
        "How do you manage the age of a cache?",
        "Tell me about a time your team disagreed with a partner company.",
        "How do you handle family visits on the ward?",
        "Как вы проверяете возраст данных в отчёте?",
        "Как вы рассчитываете зарплату сотрудников?",
    ],
)
def test_questions_about_work_are_not(question):
    assert not unlawful(question)
