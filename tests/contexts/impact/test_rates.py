"""The rule's printed example, Fisher's test, small categories and those that are not shown."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colloquy.contexts.impact.policy.categories import Race, Sex
from colloquy.contexts.impact.policy.fisher import fisher_exact
from colloquy.contexts.impact.policy.rates import FEWEST_SHOWN, Kind, Person, table_of, tables

MALE, FEMALE = Sex.MALE, Sex.FEMALE
HISPANIC, WHITE, BLACK, PACIFIC, ASIAN, NATIVE, TWO = Race

# 6 RCNY § 5-301 (b) (3), the printed example: category, applicants, selected, impact ratio as printed.
BY_SEX = [(MALE, None, 1390, 667, 1.000), (FEMALE, None, 1181, 555, 0.979)]
BY_RACE = [
    (None, HISPANIC, 408, 204, 0.97),
    (None, WHITE, 797, 412, 1.00),
    (None, BLACK, 390, 170, 0.84),
    (None, PACIFIC, 119, 52, 0.85),
    (None, ASIAN, 616, 302, 0.95),
    (None, NATIVE, 41, 18, 0.85),
    (None, TWO, 213, 96, 0.87),
]
BY_BOTH = [
    (MALE, HISPANIC, 205, 90, 0.841),
    (FEMALE, HISPANIC, 190, 82, 0.827),
    (MALE, WHITE, 412, 215, 1.000),
    (FEMALE, WHITE, 385, 197, 0.981),
    (MALE, BLACK, 226, 95, 0.806),
    (FEMALE, BLACK, 164, 75, 0.876),
    (MALE, PACIFIC, 87, 37, 0.815),
    (FEMALE, PACIFIC, 32, 15, 0.898),
    (MALE, ASIAN, 321, 167, 0.997),
    (FEMALE, ASIAN, 295, 135, 0.877),
    (MALE, NATIVE, 24, 11, 0.878),
    (FEMALE, NATIVE, 17, 7, 0.789),
    (MALE, TWO, 115, 52, 0.866),
    (FEMALE, TWO, 98, 44, 0.860),
]


@pytest.mark.parametrize("printed", [BY_SEX, BY_RACE, BY_BOTH], ids=["sex", "race or ethnicity", "both"])
def test_the_printed_example_of_the_rule_comes_out(printed):
    made = table_of([line[:4] for line in printed], sum(line[2] for line in printed))
    for line, (sex, race, people, reached, ratio) in zip(made.lines, printed, strict=True):
        assert (line.sex, line.race, line.people, line.reached) == (sex, race, people, reached)
        assert line.ratio == pytest.approx(ratio, abs=0.01)
    assert made.unknown == 0


def test_the_example_comes_out_of_people_one_by_one_as_well():
    people = [
        Person(sex, race, number < selected, None)
        for sex, race, count, selected, _ in BY_BOTH
        for number in range(count)
    ]
    random.Random(7).shuffle(people)
    made = tables(people, Kind.SELECTION)
    assert [(line.people, line.reached) for line in made.by_sex.lines] == [(1390, 667), (1181, 555)]
    for line in made.by_both.lines:
        [ratio] = [given[4] for given in BY_BOTH if given[:2] == (line.sex, line.race)]
        assert line.ratio == pytest.approx(ratio, abs=0.01)


def test_four_fifths_and_two_percent_are_marked():
    made = table_of([line[:4] for line in BY_BOTH], sum(line[2] for line in BY_BOTH))
    under = [(line.sex, line.race) for line in made.lines if line.under_four_fifths]
    assert under == [(FEMALE, NATIVE)]
    tiny = {(line.sex, line.race) for line in made.lines if line.under_two_percent}
    assert tiny == {(FEMALE, PACIFIC), (MALE, NATIVE), (FEMALE, NATIVE)}
    [small] = [line for line in made.lines if (line.sex, line.race) == (FEMALE, NATIVE)]
    assert small.small
    assert not small.significant, "under four fifths, and it may well be chance"


# Values of R's fisher.test.
@pytest.mark.parametrize(
    ("cells", "p"),
    [
        ((3, 1, 1, 3), 0.4857142857),
        ((1, 9, 11, 3), 0.0027594562),
        ((10, 10, 10, 10), 1.0),
        ((0, 5, 5, 0), 0.0079365079),
        ((8, 2, 1, 5), 0.0349650350),
        ((0, 0, 3, 4), 1.0),
    ],
    ids=str,
)
def test_fishers_test_gives_the_known_values(cells, p):
    assert fisher_exact(*cells) == pytest.approx(p, abs=1e-9)


@given(st.tuples(*[st.integers(0, 60)] * 4))
def test_fishers_test_is_a_probability_and_does_not_mind_the_order(cells):
    a, b, c, d = cells
    p = fisher_exact(a, b, c, d)
    assert 0 <= p <= 1
    assert fisher_exact(c, d, a, b) == pytest.approx(p)
    assert fisher_exact(b, a, d, c) == pytest.approx(p)
    assert fisher_exact(a, c, b, d) == pytest.approx(p)


def test_scores_count_when_they_are_above_the_median_of_all():
    women = [Person(FEMALE, None, None, score) for score in (10, 20, 30, 40, 50, 60)]
    men = [Person(MALE, None, None, score) for score in (35, 45, 55, 65, 75, 85)]
    silent = [Person(None, None, None, 90.0), Person(MALE, None, True, None)]
    made = tables([*women, *men, *silent], Kind.SCORING)
    assert made.median == 50
    male, female = made.by_sex.lines
    assert (male.people, male.reached, female.people, female.reached) == (6, 4, 6, 1)
    assert female.ratio == pytest.approx(0.25)
    assert made.by_sex.unknown == 1
    assert made.people == 13


def test_who_says_another_sex_is_counted_and_in_no_rate():
    people = [Person(sex, WHITE, True, None) for sex in (MALE,) * 6 + (FEMALE,) * 6 + (Sex.ANOTHER,) * 2]
    made = tables(people, Kind.SELECTION)
    assert made.by_sex.unknown == 2
    assert made.by_race.unknown == 0
    assert sum(line.people or 0 for line in made.by_race.lines) == 14


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ((40, 40), [40, 40]),
        ((40, 4, 9), [40, None, None]),
        ((40, 4, 3), [40, None, None]),
        ((40, 0, 9), [40, 0, 9]),
        ((4,), [None]),
    ],
    ids=str,
)
def test_a_few_people_are_not_shown_and_cannot_be_reckoned(sizes, shown):
    made = table_of([(None, race, size, size // 2) for race, size in zip(Race, sizes, strict=False)], sum(sizes))
    assert [line.people for line in made.lines] == shown
    for line in made.lines:
        if line.hidden:
            assert (line.reached, line.rate, line.ratio, line.p) == (None,) * 4


def test_nobody_is_no_table_to_worry_about():
    made = tables([], Kind.SCORING)
    assert made.people == 0
    assert made.median is None
    assert all(line.ratio is None and not line.under_four_fifths for line in made.by_both.lines)


def test_where_nobody_was_selected_there_is_no_ratio():
    made = tables(
        [Person(MALE, None, False, None)] * FEWEST_SHOWN + [Person(FEMALE, None, False, None)] * 9, Kind.SELECTION
    )
    assert [line.ratio for line in made.by_sex.lines] == [None, None]
    assert [line.rate for line in made.by_sex.lines] == [0, 0]
