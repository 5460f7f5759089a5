"""The front door of notifications: which letters were written about somebody."""

from colloquy.contexts.notifications.service.reading import LetterAbout, letters_about

__all__ = ["LetterAbout", "letters_about"]
