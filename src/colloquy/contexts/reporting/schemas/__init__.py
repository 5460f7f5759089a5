"""What the reporting API gives, besides the report itself (its shape is `policy.document`)."""

from colloquy.contexts.reporting.schemas.agreement import AgreementView
from colloquy.contexts.reporting.schemas.granting import AccommodationBody, ExtendInput, GrantedView
from colloquy.contexts.reporting.schemas.my_data import EraseInput, ErasureAsked, MyData
from colloquy.contexts.reporting.schemas.sessions import (
    AnswerState,
    LevelView,
    SessionAnswer,
    SessionLine,
    SessionState,
    SessionsView,
)

__all__ = [
    "AccommodationBody",
    "AgreementView",
    "AnswerState",
    "EraseInput",
    "ErasureAsked",
    "ExtendInput",
    "GrantedView",
    "LevelView",
    "MyData",
    "SessionAnswer",
    "SessionLine",
    "SessionState",
    "SessionsView",
]
