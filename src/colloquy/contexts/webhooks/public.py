"""The front door of webhooks."""

from colloquy.contexts.webhooks.service.receivers import receivers

__all__ = ["receivers"]
