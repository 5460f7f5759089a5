"""Fisher's exact test of a table of two rows and two columns.

R. A. Fisher, "Statistical Methods for Research Workers" (1934), § 21.02: with the margins fixed, the first cell follows
a hypergeometric distribution; the two-sided p is the sum over all tables that are no more likely than the one at hand.
"""

from __future__ import annotations

from math import exp, lgamma
from typing import Final

_AS_LIKELY: Final = 1 + 1e-7
"""Tables as likely as this one are not told apart from it by the last bits of a logarithm (as in R's `fisher.test`)."""


def fisher_exact(a: int, b: int, c: int, d: int) -> float:
    """The two-sided p of [[a, b], [c, d]], between 0 and 1; 1 where a row or a column is empty."""
    if min(a + b, c + d, a + c, b + d) == 0:
        return 1.0
    row, column, total = a + b, a + c, a + b + c + d
    lowest, highest = max(0, column - (c + d)), min(row, column)
    logs = {at: _log(at, row, column, total) for at in range(lowest, highest + 1)}
    likely = exp(logs[a]) * _AS_LIKELY
    return min(1.0, sum(exp(one) for one in logs.values() if exp(one) <= likely))


def _log(at: int, row: int, column: int, total: int) -> float:
    """The logarithm of the probability that `at` of the row's people are in the column."""
    return _choose(row, at) + _choose(total - row, column - at) - _choose(total, column)


def _choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
