"""The front door of impact: whether a candidate is asked about themselves."""

from colloquy.contexts.impact.service.asking import Said, is_asked, said

__all__ = ["Said", "is_asked", "said"]
