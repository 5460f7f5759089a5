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


class ConfirmFirst(Refusal):
    """Too long ago that they proved who they are, for what is asked."""

    status = 403
    code = "confirm_first"


class NoTeam(Refusal):
    """The person is known but in no team."""

    status = 403
    code = "no_team"


class CodeNeeded(Refusal):
    """The password is right, and this person has a second factor: send a code as well."""

    status = 401
    code = "code_needed"


class WrongCode(Refusal):
    """The code is wrong, too old, or was used before."""

    status = 401
    code = "wrong_code"


class SecondFactorRequired(Refusal):
    """The organisation asks everybody for a second factor, and this person has none yet."""

    status = 403
    code = "second_factor_required"


class SingleSignOnRequired(Refusal):
    """The organisation lets its members in by its own provider only."""

    status = 403
    code = "single_sign_on_required"


class StepGone(Refusal):
    """The sign-in was begun too long ago, in another browser, or has been completed."""

    status = 410
    code = "step_gone"


class OwnFactorFirst(Refusal):
    """Whoever asks others for a second factor has one."""

    code = "own_factor_first"


class PasskeyRefused(Refusal):
    """The passkey is not known here, or its answer does not hold."""

    status = 401
    code = "passkey_refused"


class TooManyPasskeys(Refusal):
    """The person has as many passkeys as anybody may have."""

    code = "too_many_passkeys"


class RoleNameTaken(Refusal):
    """Another role has the name."""

    code = "role_name_taken"


class RoleInUse(Refusal):
    """Somebody has the role; `holders` says how many. They need another before it can go."""

    code = "role_in_use"


class KeyEnded(Refusal):
    """The key works no more, or has a successor already."""

    code = "key_ended"


class NotAdmitted(Refusal):
    """The provider says who it is, and this organisation does not let them in. `code` of the reason is in `reason`."""

    status = 403
    code = "not_admitted"


class NoSignOn(Refusal):
    """The organisation has no provider of its own, or there is no such organisation."""

    status = 404
    code = "no_sign_on"
