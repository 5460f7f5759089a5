"""What a new organisation is offered is complete, in every language, and fits the evaluator that will judge it."""

from __future__ import annotations

import re

import pytest

from colloquy.contexts.analysis.policy import lexicon
from colloquy.contexts.interviews.library import LANGUAGES, competencies, templates

CYRILLIC = re.compile(r"[а-яА-Я]")


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


def texts(language):
    for offered in competencies(language):
        yield from (offered.name, offered.description, *(anchor.text for anchor in offered.anchors))
    for template in templates(language):
        yield from (template.name, template.description)
        for question in template.questions:
            yield from (question.text, *question.expected_points)


def test_at_least_ten_competencies_cover_all_three_kinds(language):
    offered = competencies(language)

    assert len({competency.key for competency in offered}) == len(offered) >= 10
    assert {competency.kind for competency in offered} == {"technical", "communication", "behavioural"}


def test_every_competency_has_five_different_anchors_of_one_sentence(language):
    for competency in competencies(language):
        assert [anchor.level for anchor in competency.anchors] == [1, 2, 3, 4, 5]
        assert len({anchor.text for anchor in competency.anchors}) == 5
        for anchor in competency.anchors:
            assert re.fullmatch(r"[A-ZА-Я][^.!?]{20,}\.", anchor.text), anchor.text


def test_the_three_templates_ask_four_or_five_questions_by_several_means(language):
    offered = templates(language)

    assert {template.key for template in offered} == {"software_engineer", "sales_customer", "team_lead_operations"}
    for template in offered:
        assert 4 <= len(template.questions) <= 5
        assert {question.kind for question in template.questions} == {"video", "audio", "text"}


def test_a_template_weighs_exactly_the_competencies_that_it_probes(language):
    known = {competency.key for competency in competencies(language)}
    for template in templates(language):
        probed = {key for question in template.questions for key in question.competencies}
        assert probed == set(template.weights) <= known
        assert all(weight > 0 for weight in template.weights.values())


def test_every_question_can_be_answered_and_judged(language):
    for template in templates(language):
        for question in template.questions:
            assert question.text.endswith(("?", "."))
            assert len(question.expected_points) >= 3
            assert question.weight > 0
            assert question.takes >= 1
            assert question.answer_seconds >= 60
            assert 0 <= question.think_seconds <= 120


def test_every_text_is_in_its_language(language):
    for text in texts(language):
        assert bool(CYRILLIC.search(text)) == (language == "ru"), text


def test_both_languages_say_equally_much():
    for one, other in zip(templates("en"), templates("ru"), strict=True):
        for english, russian in zip(one.questions, other.questions, strict=True):
            assert len(english.expected_points) == len(russian.expected_points)


def test_a_regional_tag_gets_its_language_and_an_untranslated_one_gets_english():
    assert competencies("ru-RU") == competencies("ru") != competencies("en")
    assert templates("pt_BR") == templates("en")


def test_every_offered_competency_has_signals_the_rules_know(language):
    assert [c.key for c in competencies(language) if lexicon.signals(c.key) is None] == []


def test_a_library_entry_cannot_be_changed_by_accident():
    with pytest.raises(TypeError):
        templates("en")[0].weights["ownership"] = 9.0
