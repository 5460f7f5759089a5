"""The command line, run in this process as a person would run it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from colloquy.cli import app


@pytest.fixture
def colloquy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Awaitable[Result]]:
    """`await colloquy("doctor", "--json", COLLOQUY_MAILER="smtp")`: in a folder of its own, with these settings."""
    monkeypatch.chdir(tmp_path)

    async def run(*arguments: str, **settings: str) -> Result:
        env = {"COLLOQUY_DATA_DIR": str(tmp_path / "var"), **settings}
        # In a thread: commands start event loops of their own.
        return await asyncio.to_thread(CliRunner().invoke, app, list(arguments), env=env)

    return run
