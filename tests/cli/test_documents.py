"""`colloquy documents`: files by organisation, and sentences for mistakes."""

import asyncio

import pytest
from tests.factories.identity import make_organisation
from typer.testing import CliRunner

from colloquy.cli.main import app
from colloquy.contexts.documents.public import KINDS
from colloquy.roles.runtime import running
from colloquy.settings import Settings


@pytest.fixture
def organisation(empty_address, tmp_path, monkeypatch):
    monkeypatch.setenv("COLLOQUY_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("COLLOQUY_DATABASE_URL", empty_address.serving)
    monkeypatch.setenv("COLLOQUY_MIGRATION_URL", empty_address.migrating)

    async def made():
        async with running(Settings(_env_file=None)) as runtime:
            return await make_organisation(runtime.database, "Filed")

    return asyncio.run(made())


def test_files_are_written_and_mistakes_are_told(organisation, tmp_path):
    to = tmp_path / "documents"
    result = CliRunner().invoke(
        app, ["documents", "--to", str(to), "--language", "ru", "--org", str(organisation.scope.org_id)]
    )
    assert result.exit_code == 0, result.output
    names = {path.name for path in (to / str(organisation.scope.org_id)).iterdir()}
    assert names == {f"{kind}-ru.{form}" for kind in KINDS for form in ("md", "pdf")}
    assert "Filed" in (to / str(organisation.scope.org_id) / "technical-file-ru.md").read_text(encoding="utf-8")

    for wrong in (["--org", "x"], ["--org", "00000000-0000-7000-8000-000000000009"], ["--language", "tlh"]):
        assert CliRunner().invoke(app, ["documents", "--to", str(to), *wrong]).exit_code != 0
