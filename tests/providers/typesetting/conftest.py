from __future__ import annotations

from pathlib import Path

import pytest

from colloquy.contexts.reporting.policy.document import ReportDocument
from colloquy.contexts.reporting.policy.json import from_json
from colloquy.providers.typesetting.typst import TypstTypesetter


@pytest.fixture(scope="session")
def typesetter() -> TypstTypesetter:
    return TypstTypesetter()


@pytest.fixture
def report() -> ReportDocument:
    sample = Path(__file__).parents[2] / "contexts" / "reporting" / "report.json"
    return from_json(sample.read_bytes())
