"""The operations page says how backups stand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from colloquy.kit.backups import BackupReport, BackupWatch, Drill

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def standing(runtime):
    """`standing(report)`: what the page is told from now on."""
    before = runtime.provided.get(BackupWatch)

    class Told:
        def __init__(self, report):
            self.given = report

        async def report(self):
            return self.given

    yield lambda report: runtime.provided.put(BackupWatch, Told(report))
    runtime.provided.put(BackupWatch, before)


async def test_how_backups_stand_is_shown(make_organisation, browser_client, standing):
    browser = await browser_client(await make_organisation())
    assert "Nothing is backed up by itself" in (await browser.page("/operations")).text

    drill = Drill(NOON, True, 9.5, 3.0)
    standing(BackupReport(True, "/mnt", True, NOON, 7, NOON, 12.2, 41, True, (), drill))
    page = (await browser.page("/operations")).text
    for said in ("12 seconds", "went well", "<dd>41</dd>"):
        assert said in page
    assert "in trouble" not in page
    assert "/mnt" not in page, "where backups lie is no business of organisations"

    standing(BackupReport(True, "/mnt", False, trouble=("There is no room left.",)))
    page = (await browser.page("/operations")).text
    for said in ("There is no room left.", "The database is your own", "No restore was tried yet"):
        assert said in page
