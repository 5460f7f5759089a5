"""Colloquy: the interview platform that hiring teams host themselves with one command."""

__version__ = "0.1.0"
