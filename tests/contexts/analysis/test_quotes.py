"""No level survives without words that the candidate really said, whichever evaluator gave it."""

from __future__ import annotations

import pytest

from colloquy.contexts.analysis.policy import AnswerText, Judgement, Quote, TimedWord, verify_quotes

TEXT = "I rewrote the importer. It became faster."
ANSWER = AnswerText(
    TEXT,
    (
        TimedWord(0, 1, 0.5, 0.6),
        TimedWord(2, 9, 0.7, 1.1),
        TimedWord(10, 13, 1.1, 1.2),
        TimedWord(14, 23, 1.2, 1.9),
        TimedWord(24, 26, 3.0, 3.1),
    ),
)


def quote(text: str, start: int, *, length: int | None = None, times: tuple[float | None, float | None] = (None, None)):
    return Quote(text, start, start + (len(text) if length is None else length), *times)


def verified(*quotes: Quote, level: object = 4, answer: AnswerText = ANSWER) -> Judgement:
    return verify_quotes([Judgement("ownership", level, "Good.", quotes)], answer)[0]


def test_a_true_quote_keeps_the_level_and_gets_its_times():
    judgement = verified(quote("rewrote the importer", 2))

    assert judgement.level == 4
    assert judgement.reason == "Good."
    assert judgement.quotes == (Quote("rewrote the importer", 2, 22, 0.7, 1.9),)


def test_times_given_by_the_evaluator_are_not_believed():
    assert verified(quote("It", 24, times=(99.0, 100.0))).quotes[0] == Quote("It", 24, 26, 3.0, 3.1)
    assert verified(quote("faster", 34, times=(99.0, 100.0))).quotes[0] == Quote("faster", 34, 40, None, None)


@pytest.mark.parametrize(
    "false",
    [
        pytest.param(quote("I led the team", 0), id="never said"),
        pytest.param(quote("rewrote the importer", 3), id="wrong place"),
        pytest.param(quote("Rewrote the importer", 2), id="other letters"),
        pytest.param(quote("rewrote  the", 2), id="other spaces"),
        pytest.param(quote("", 3), id="empty"),
        pytest.param(quote(" ", 1), id="only a space"),
        pytest.param(quote(".", 22), id="only a full stop"),
        pytest.param(quote("faster.", -7), id="counted from the end"),
        pytest.param(Quote("faster.", -7, 41, None, None), id="counted from the end, begun so"),
        pytest.param(quote("faster.", 34, length=50), id="past the end"),
        pytest.param(quote("I", 0, length=-3), id="backwards"),
        pytest.param(Quote("I", 0.0, 1, None, None), id="place is no integer"),
        pytest.param(Quote("I", False, True, None, None), id="place is a truth value"),
    ],
)
def test_a_level_on_a_false_quote_alone_is_withdrawn(false):
    judgement = verified(false)

    assert judgement.level is None
    assert judgement.quotes == ()
    assert judgement.reason.startswith("Insufficient evidence")
    assert judgement.reason.endswith("Good.")


def test_a_false_quote_beside_a_true_one_is_dropped_and_the_level_stays():
    judgement = verified(quote("never said", 0), quote("It became faster", 24))

    assert (judgement.level, [q.text for q in judgement.quotes]) == (4, ["It became faster"])


def test_the_same_quote_twice_is_one_quote():
    assert len(verified(quote("It", 24), quote("It", 24)).quotes) == 1


@pytest.mark.parametrize("level", [0, 6, -1, 100, 3.5, True, "5"])
def test_a_level_outside_the_scale_is_withdrawn(level):
    judgement = verified(quote("It became faster", 24), level=level)

    assert judgement.level is None
    assert "outside the scale" in judgement.reason


def test_insufficient_evidence_stays_what_it_is():
    assert verified(level=None) == Judgement("ownership", None, "Good.", ())


def test_order_and_number_of_judgements_are_kept():
    given = [Judgement(key, 3, "", (quote("It", 24),)) for key in ("b", "a", "c")]

    assert [j.competency for j in verify_quotes(given, ANSWER)] == ["b", "a", "c"]
