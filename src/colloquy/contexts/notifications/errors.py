"""What the notifications context refuses."""

from __future__ import annotations

from colloquy.kit.errors import NotFound, Refusal


class LetterNotFound(NotFound):
    """No such letter, or not yours."""

    code = "letter_not_found"


class LetterNotKept(NotFound):
    """The letter went out by a mail server, or its file has been tidied away: there is nothing to show."""

    code = "letter_not_kept"


class NothingToSend(Refusal):
    """The letter is on its way, has arrived, or is not needed any more."""

    status = 409
    code = "nothing_to_send"


class NoDeadline(NotFound):
    """The interview is over for this candidate."""

    code = "no_deadline"
