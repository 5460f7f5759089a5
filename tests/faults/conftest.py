"""One table over all suites of faults, after the last of them: what was promised beside what was measured."""

from __future__ import annotations

from collections.abc import Callable

import pytest

_ROWS = pytest.StashKey[list[tuple[str, str]]]()


def pytest_configure(config: pytest.Config) -> None:
    """An empty table."""
    config.stash[_ROWS] = []


@pytest.fixture(scope="session")
def measured(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`measured(goal, what was measured)`: a row of the table."""
    rows = request.config.stash[_ROWS]

    def add(goal: str, found: str) -> None:
        rows.append((goal, found))

    return add


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Prints the table. Beside other tests, in several processes, there is none."""
    rows = config.stash.get(_ROWS, [])
    if rows:
        terminalreporter.section("faults: goal | measured")
        for goal, found in rows:
            terminalreporter.write_line(f"{goal} | {found}")
