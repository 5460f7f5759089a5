"""The front door of inference: asking a model, whichever it is, and what that cost."""

from colloquy.contexts.inference.policy.asking import About, Answered, NoAnswer, Task, Tier
from colloquy.contexts.inference.service.ask import Inference
from colloquy.contexts.inference.service.change_budget import Spending, spending
from colloquy.contexts.inference.service.change_keys import keys
from colloquy.contexts.inference.service.forgetting import forget_answers, forget_session
from colloquy.contexts.inference.service.installation import Installation
from colloquy.contexts.inference.service.naming import NamedModel, named_models
from colloquy.contexts.inference.service.speaking import ChatFactory
from colloquy.contexts.inference.service.usage import Usage, usage_by_day, usage_csv, usage_table

__all__ = [
    "About",
    "Answered",
    "ChatFactory",
    "Inference",
    "Installation",
    "NamedModel",
    "NoAnswer",
    "Spending",
    "Task",
    "Tier",
    "Usage",
    "forget_answers",
    "forget_session",
    "keys",
    "named_models",
    "spending",
    "usage_by_day",
    "usage_csv",
    "usage_table",
]
