"""The command line: `colloquy --help`."""

from colloquy.cli.main import app

__all__ = ["app"]
