"""Forgetting a session: what was noted of its calls, and the answers that are kept about it."""

from colloquy.contexts.inference.queries.calls import forget_answers, forget_session

__all__ = ["forget_answers", "forget_session"]
