"""Expected points are covered by saying them, together and in statements, not by echoing the question."""

from __future__ import annotations

from colloquy.contexts.analysis.policy import AnswerText
from colloquy.contexts.analysis.policy.clauses import read
from colloquy.contexts.analysis.policy.points import cover
from colloquy.contexts.analysis.policy.statements import statements

QUESTION = "How does a database index make reads faster?"
POINT = "The index avoids scanning the whole table of the database"


def coverage(text: str, *points: str, question: str = QUESTION):
    reading = read(AnswerText(text))
    return cover(question, points or (POINT,), reading, statements(reading))


def test_a_point_told_in_one_sentence_is_covered_where_it_was_told():
    text = "I have used many of them. It avoids scanning the whole table. That was all I can say about this."
    (point,) = coverage(text)

    assert point.covered
    reading = read(AnswerText(text))
    window = reading.clauses[point.first : point.last]
    assert "avoids scanning the whole table" in text[reading.tokens[window[0].first].start :]
    assert len(window) == 1


def test_the_words_of_the_question_earn_less_than_the_words_of_the_point():
    echoed = coverage("I think that an index of the database is what we use there in Berlin and Paris.")[0]
    told = coverage("I think that scanning of the table is what we avoid there in Berlin and Paris.")[0]

    assert echoed.score < 0.25 < told.score


def test_a_word_that_all_points_share_earns_less_than_one_of_its_own():
    points = ("The server keeps a counter", "The server answers late", "The server sends a header")
    shared, own = (
        coverage(f"I said that the {word} is there today.", *points)[0].score for word in ("server", "counter")
    )

    assert 0 < shared < own


def test_words_scattered_over_an_answer_do_not_cover_a_point():
    scattered = (
        "We avoid meetings here. I like my garden a lot. Scanning a passport takes time. My brother sings in a choir. "
        "The whole town was there. He rides a horse on Sunday. We sat at a table outside."
    )

    assert not coverage(scattered)[0].covered


def test_synonyms_derived_words_and_slips_of_spelling_are_understood():
    point = "Apologises to the customer and explains the decision"

    assert coverage("I said sorry to the client and I told him how we had decided.", point)[0].covered
    assert coverage("I appologised to the custommer and explaned the decison.", point)[0].covered


def test_english_terms_inside_a_russian_answer_are_understood():
    assert coverage(
        "Мы сделали rollback релиза за две минуты.", "Быстро делает откат релиза", question="Что вы делали?"
    )[0].covered


def test_a_point_of_small_words_only_is_left_out():
    assert coverage("I measured it.", "And so on", "Measures it") == coverage("I measured it.", "Measures it")
