"""The front door of inference: asking a model, whichever it is, and what that cost."""

from colloquy.contexts.inference.policy.asking import About, Answered, NoAnswer, Task, Tier
from colloquy.contexts.inference.service.ask import Inference
from colloquy.contexts.inference.service.installation import Installation

__all__ = ["About", "Answered", "Inference", "Installation", "NoAnswer", "Task", "Tier"]
