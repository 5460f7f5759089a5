"""The front door of conversations: what was said, and what composing turns takes."""

from colloquy.contexts.conversations.policy.course import Closing, Message, MessageState
from colloquy.contexts.conversations.policy.interviewer import Act, Interviewer, Move, Plan, Said
from colloquy.contexts.conversations.policy.rules_interviewer import RulesInterviewer
from colloquy.contexts.conversations.service.compose import Compositions, Interviewers
from colloquy.contexts.conversations.service.model_interviewer import ModelInterviewer
from colloquy.contexts.conversations.service.read import (
    StoredConversation,
    conversation,
    conversations_of,
    voice_recordings,
)
from colloquy.contexts.conversations.service.views import ReviewedConversation, under_review

__all__ = [
    "Act",
    "Closing",
    "Compositions",
    "Interviewer",
    "Interviewers",
    "Message",
    "MessageState",
    "ModelInterviewer",
    "Move",
    "Plan",
    "ReviewedConversation",
    "RulesInterviewer",
    "Said",
    "StoredConversation",
    "conversation",
    "conversations_of",
    "under_review",
    "voice_recordings",
]
