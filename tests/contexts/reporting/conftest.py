from __future__ import annotations

from pathlib import Path

import pytest

from colloquy.contexts.reporting.policy.document import ReportDocument
from colloquy.contexts.reporting.policy.json import from_json


@pytest.fixture(scope="session")
def exported() -> bytes:
    """A report as it was once exported: the public format, byte for byte."""
    return (Path(__file__).parent / "report.json").read_bytes()


@pytest.fixture
def report(exported: bytes) -> ReportDocument:
    """Three questions: a scored video, a silent recording, a typed answer in Russian."""
    return from_json(exported)
