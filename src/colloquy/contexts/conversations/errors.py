"""What a conversation declines. The texts are read by candidates: they say what to do next."""

from __future__ import annotations

from colloquy.kit.errors import NotFound, Refusal


class ConversationNotFound(NotFound):
    """No such conversation, or not yours."""

    code = "conversation_not_found"


class MessageNotFound(NotFound):
    """No such message in this conversation."""

    code = "message_not_found"


class ConversationOver(Refusal):
    """The conversation has ended; its words stay as they are."""

    code = "conversation_over"


class TimeOver(Refusal):
    """The time of the conversation is over."""

    code = "time_over"


class InterviewerSpeaking(Refusal):
    """The interviewer is writing; one speaks after the other."""

    code = "interviewer_speaking"


class VoiceUnderWay(Refusal):
    """A voice message is being turned into text."""

    code = "voice_under_way"


class NotTheLastMessage(Refusal):
    """Only the last message of one's own can be changed."""

    code = "not_the_last_message"


class TooMuchSaid(Refusal):
    """The conversation has as many messages, or words, as it may have."""

    code = "too_much_said"


class VoiceEmpty(Refusal):
    """There is not a single byte of sound."""

    status = 422
    code = "voice_empty"


class VoiceTooLarge(Refusal):
    """The recording is larger than a voice message may be."""

    status = 413
    code = "voice_too_large"


class NotAVoice(Refusal):
    """The file is no recording."""

    status = 415
    code = "not_a_recording"
