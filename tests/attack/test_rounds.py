"""The rounds leave nothing out: what is wrong with one pair is found whatever the other fields hold."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.attack.rounds import AGAIN, Covered, Rounds, Tally, Verdict, rounds

FIELDS = ("name", "email", "days", "reason", "colour")
STRINGS = tuple("abcdefg")


class Operation:
    """One that reads its fields in order, names some in its refusals, and remembers what it got to."""

    def __init__(self, refused: set[tuple[str, str]], named: set[str], *, closed: bool = False) -> None:
        self.refused, self.named, self.closed = refused, named, closed
        self.read: set[tuple[str, str]] = set()

    async def send(self, held: Mapping[str, str]) -> Verdict:
        wrong = frozenset(one for one, text in held.items() if one in self.named and (one, text) in self.refused)
        if wrong:
            return Verdict(taken=False, kind=422, named=wrong)
        if self.closed:
            return Verdict(taken=False, kind=409)
        for one in FIELDS:
            if one in held:
                self.read.add((one, held[one]))
                if (one, held[one]) in self.refused:
                    return Verdict(taken=False, kind=422)
        return Verdict(taken=True)


async def tried(operation: Operation) -> Tally:
    made = Rounds(operation.send, Tally())
    for held in rounds(FIELDS, STRINGS):
        await made.round(held)
    return made.tally


@pytest.mark.parametrize("named", [set(), {"email", "days"}, set(FIELDS)], ids=["nothing named", "some", "all"])
@pytest.mark.parametrize("step", [1, 2, 3, 5], ids=str)
async def test_every_pair_is_read_whatever_is_refused(named: set[str], step: int):
    pairs = [(one, text) for one in FIELDS for text in STRINGS]
    operation = Operation(set(pairs[::step]), named)
    tally = await tried(operation)

    by_name = {pair for pair in operation.refused if pair[0] in named}
    assert operation.read == set(pairs) - by_name
    assert tally.pairs.total() == len(pairs)
    assert tally.pairs[Covered.NAMED] == len(by_name)
    assert tally.pairs[Covered.ALONE] <= len(operation.refused)


async def test_what_is_refused_anyway_is_counted_apart():
    operation = Operation(set(), set(), closed=True)
    tally = await tried(operation)

    assert tally.pairs == {Covered.ALWAYS: len(FIELDS) * len(STRINGS)}
    assert tally.requests <= len(STRINGS) + 1 + len(STRINGS) // AGAIN


async def test_nothing_refused_needs_no_more_requests_than_there_are_strings():
    tally = await tried(Operation(set(), set()))

    assert (tally.requests, tally.pairs.total()) == (len(STRINGS), len(FIELDS) * len(STRINGS))
