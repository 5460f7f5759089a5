from __future__ import annotations

from pathlib import Path

import pytest
from tests.contexts.reporting.candidates import HandedIn, hand_in

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


@pytest.fixture
async def written(runtime, api, make_organisation, run_jobs) -> HandedIn:
    """A session whose report is there."""
    done = await hand_in(runtime, api, await make_organisation())
    await run_jobs()
    return done
