"""Refusals of the identity context."""

from __future__ import annotations

from colloquy.kit.errors import Refusal


class AlreadySetUp(Refusal):
    """Somebody has set this installation up before."""

    code = "already_set_up"


class EmailTaken(Refusal):
    """The e-mail address belongs to somebody already."""

    code = "email_taken"


class WrongCredentials(Refusal):
    """The e-mail address and the password do not belong together. The same for an unknown address."""

    status = 401
    code = "wrong_credentials"


class TooManyAttempts(Refusal):
    """Too many wrong passwords; `retry_after` says in how many seconds the next one is looked at."""

    status = 429
    code = "too_many_attempts"


class RefreshRefused(Refusal):
    """The refresh token is unknown, expired, or was used before: sign in again."""

    status = 401
    code = "refresh_refused"


class AlreadyInvited(Refusal):
    """There is an invitation for this address that still waits for an answer."""

    code = "already_invited"


class AlreadyMember(Refusal):
    """The person is in the team already."""

    code = "already_member"


class LastOwner(Refusal):
    """An organisation without an owner could never be given one again."""

    code = "last_owner"


class InvitationGone(Refusal):
    """The invitation has expired, was taken back, or has been accepted."""

    status = 410
    code = "invitation_gone"


class NoTeam(Refusal):
    """The person is known but in no team."""

    status = 403
    code = "no_team"
