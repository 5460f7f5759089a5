"""Marks of short answers: what they rest on, and what cannot be had by tricks."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colloquy.contexts.analysis.policy import AnswerText, CompetencyToJudge, QuestionToJudge, evidence, judge
from colloquy.contexts.analysis.policy.clauses import read
from colloquy.contexts.analysis.policy.grading import knowledge, mark
from colloquy.contexts.analysis.policy.meaning import Embedding, embedding_in_use, use_embedding
from colloquy.contexts.analysis.policy.points import cover
from colloquy.contexts.analysis.policy.statements import statements
from colloquy.providers.embeddings.static import StaticEmbeddings, is_installed

STATIC = StaticEmbeddings()


@dataclass(frozen=True)
class Example:
    language: str
    question: str
    expected: tuple[str, ...]
    full: str
    part: str
    keywords: str

    def mark(self, answer: str) -> float:
        return mark(self.question, " ".join(self.expected), answer, self.language).score


BALANCER = Example(
    "en",
    "What does a load balancer do?",
    ("It spreads incoming requests over several servers.", "It takes servers that fail out of the rotation."),
    "A load balancer distributes the requests that come in over a number of servers, and it stops using a server "
    "that has failed.",
    "It has something to do with servers, I believe, but I have never set one up.",
    "requests, incoming, servers, several, spreads, rotation, fail",
)
YEAST = Example(
    "en",
    "Why is yeast added to bread dough?",
    ("Yeast ferments the sugar in the dough.", "The carbon dioxide it gives off makes the dough rise."),
    "The yeast eats the sugars and ferments, which releases carbon dioxide, and this gas makes the dough rise.",
    "So that the bread becomes soft, my mother always did it like this.",
    "yeast sugar ferments carbon dioxide rise gives",
)
INDEX = Example(
    "ru",
    "Зачем базе данных нужен индекс?",
    ("Индекс позволяет найти строки без просмотра всей таблицы.", "За это приходится платить при записи."),
    "С индексом база находит нужные строки и не просматривает всю таблицу, но запись становится дороже, за это платят.",
    "Индекс нужен, чтобы всё было хорошо, так делают в каждой компании.",
    "строки, найти, просмотр, таблица, запись, платить",
)
EXAMPLES = [BALANCER, YEAST, INDEX]
ELSEWHERE = {
    "en": "My sister paints landscapes by the sea and sold two of them at the market last summer.",
    "ru": "Моя сестра рисует пейзажи у моря и прошлым летом продала два из них на рынке.",
}


@pytest.fixture(params=["words", "sense"], autouse=True, scope="module")
def compared_by(request, as_installed):
    if request.param == "sense" and not is_installed():
        pytest.skip("the built-in embedding is not installed")
    before = embedding_in_use()
    use_embedding(Embedding(STATIC.name, STATIC.vectors) if request.param == "sense" else None)
    yield request.param
    use_embedding(before)


@pytest.fixture(params=EXAMPLES, ids=lambda example: example.question[:12])
def example(request):
    return request.param


def test_a_full_answer_in_other_words_beats_a_vague_one_and_that_beats_another_subject(example):
    full, part, elsewhere = map(example.mark, (example.full, example.part, ELSEWHERE[example.language]))

    assert full > part + 0.3
    assert part > elsewhere
    assert full > 3.5
    assert elsewhere <= 2


def test_the_expected_answer_itself_gets_the_best_mark(example):
    assert example.mark(" ".join(example.expected)) == pytest.approx(5, abs=0.4)


@pytest.mark.parametrize("answer", ["", " \n", "…", "I don't know.", "Not answered", "Не знаю", "N/A"])
def test_no_answer_is_marked_nothing(example, answer):
    assert example.mark(answer) == 0


def test_the_question_handed_back_earns_little(example):
    assert example.mark(example.question) == 0
    assert example.mark(f"{example.question} {example.question.upper()}") == 0


def test_the_words_of_the_question_in_another_order_earn_little():
    assert BALANCER.mark("The load is balanced by the load balancer.") <= 1.5


def test_a_list_of_the_expected_words_does_not_beat_prose(example):
    found = mark(example.question, " ".join(example.expected), example.keywords, example.language)

    assert found.held == "listed"
    assert found.score < example.mark(example.full)


def test_each_covered_point_is_found_where_it_was_said(example):
    found = mark(example.question, " ".join(example.expected), example.full, example.language)

    assert [aspect.point for aspect in found.aspects] == [one.strip(".") for one in example.expected]
    reading = read(AnswerText(example.full))
    assert all(0 <= one.first < one.last <= len(reading.clauses) for one in found.aspects if one.partly or one.covered)
    assert any(one.partly or one.covered for one in found.aspects)


def test_a_mark_can_be_taken_apart(example):
    found = mark(example.question, " ".join(example.expected), example.full, example.language)

    assert found.held is None
    assert found.score == pytest.approx(min(5, found.base + sum(found.parts.values())))
    assert all(part >= 0 for part in found.parts.values())


def test_russian_is_compared_by_words_alone():
    found = mark(INDEX.question, " ".join(INDEX.expected), INDEX.full, "ru")

    assert set(found.parts) == {"words_told", "words_to_the_point", "letters_told"}


def test_the_level_of_technical_knowledge_follows_the_mark(example):
    competency = CompetencyToJudge("technical_knowledge", "Technical knowledge", "technical", ())
    question = QuestionToJudge(example.question, example.expected, (competency,), example.language)
    elsewhere, part, full = (
        judge(question, AnswerText(answer))[0].level or 0
        for answer in (ELSEWHERE[example.language], example.part, example.full)
    )

    assert elsewhere <= 1
    assert part <= 2
    assert full >= 3


def test_the_level_of_technical_knowledge_is_that_of_what_is_known_and_no_other_competency_is(monkeypatch):
    competencies = tuple(
        CompetencyToJudge(key, key, "technical", ()) for key in ("technical_knowledge", "technical_judgement")
    )
    question = QuestionToJudge(YEAST.question, YEAST.expected, competencies, "en")
    levels = []
    for known in (0.0, 1.0):
        monkeypatch.setattr(evidence, "knowledge", lambda *_, share=known: share)
        levels.append([judgement.level for judgement in judge(question, AnswerText(YEAST.full))])

    (unknown, before), (known, after) = levels
    assert unknown <= 2
    assert known >= 4
    assert before == after


def test_what_counts_as_known_is_the_mark_with_the_points_one_by_one(example):
    reading = read(AnswerText(example.full))
    said = statements(reading)
    coverage = cover(example.question, example.expected, reading, said)

    all_told = knowledge(example.question, reading, said, coverage, example.language)
    none_told = knowledge(example.question, reading, said, tuple(replace(one, score=0.0) for one in coverage))

    assert 0.6 < all_told <= 1
    assert none_told < all_told
    assert knowledge(example.question, reading, said, ()) == 0


POINT = "Breaks the project into small tasks"


@pytest.mark.parametrize(
    ("answer", "by_words", "by_sense"),
    [
        ("I divide the project into little pieces of work.", False, True),
        ("I break every project into small tasks.", True, True),
        ("The project is big and I like it.", False, False),
    ],
)
def test_a_point_told_in_other_words_is_found_by_sense(compared_by, answer, by_words, by_sense):
    reading = read(AnswerText(answer))

    (found,) = cover("How do you plan?", (POINT,), reading, statements(reading))

    assert found.covered == (by_sense if compared_by == "sense" else by_words)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(EXAMPLES), st.sampled_from(["full", "part"]), st.sampled_from(["{a} {q}", "{q} {a}", "{a}\n{q}"])
)
def test_repeating_the_question_gains_nothing(one, which, form):
    answer = getattr(one, which)

    assert one.mark(form.format(a=answer, q=one.question)) <= one.mark(answer) + 0.05


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(EXAMPLES), st.data())
def test_saying_one_more_expected_point_never_costs_a_mark(one, data):
    missing = data.draw(st.sampled_from(one.expected))
    begun = data.draw(st.sampled_from(["", one.part, *(point for point in one.expected if point != missing)]))

    assert one.mark(f"{begun} {missing}") >= one.mark(begun) - 1e-9


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200), st.text(max_size=100), st.text(max_size=100), st.sampled_from(["en", "ru", "", "x-y"]))
def test_any_text_is_marked_within_the_scale_and_always_alike(answer, question, expected, language):
    found = mark(question, expected, answer, language)

    assert 0 <= found.score <= 5
    assert mark(question, expected, answer, language) == found
