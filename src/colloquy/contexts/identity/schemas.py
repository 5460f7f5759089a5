"""What comes in and goes out at the borders of identity."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, TypeVar
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from colloquy.contexts.identity.policy import passwords
from colloquy.contexts.identity.policy.roles import Permission
from colloquy.kit.errors import Malformed
from colloquy.kit.i18n import gettext as _
from colloquy.kit.i18n import languages

Model = TypeVar("Model", bound=BaseModel)


def _email(text: str) -> str:
    try:
        # An installation may live in an intranet: `ada@mail.corp` is a good address there.
        return validate_email(text, check_deliverability=False, globally_deliverable=False).normalized
    except EmailNotValidError as error:
        raise ValueError("Write an e-mail address like ada@example.com.") from error


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("Use visible characters on one line only.")
    return text


def _of_ours(language: str) -> str:
    if language not in languages():
        raise ValueError(_("Choose one of the list."))
    return language


def _nothing(text: object) -> object:
    return None if isinstance(text, str) and not text.strip() else text


Email = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254), AfterValidator(_email)]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), AfterValidator(_printable)
]
OrganisationName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_printable)
]
Language = Annotated[str, AfterValidator(_of_ours)]
"""One of `kit.i18n.languages()`: those that pages can be read in."""
Password = Annotated[str, StringConstraints(max_length=1000)]
"""Any text; what a new one must be is decided by `policy.passwords`."""
RoleKey = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
"""A role as programs and forms name it: `owner`, `admin`, `recruiter`, `reviewer`, or the id of a custom role."""


class Input(BaseModel):
    """Parent of what comes in: strict, and nothing unknown passes."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Newcomer(Input):
    """Somebody new, with a password that may be theirs."""

    name: Name
    email: Email
    password: Password

    @field_validator("password")
    @classmethod
    def _may_be_theirs(cls, password: str, info: ValidationInfo) -> str:
        # Fields are read in order: a name or address that is wrong itself is missing here.
        wrong = passwords.problem(password, email=info.data.get("email", ""), name=info.data.get("name", ""))
        if wrong is not None:
            raise ValueError(wrong)
        return password


class SetUp(Newcomer):
    """The first organisation and its owner."""

    organisation: OrganisationName


class Credentials(Input):
    """An e-mail address as typed (a malformed one is merely unknown) and a password."""

    email: Annotated[str, StringConstraints(strip_whitespace=True, max_length=254), AfterValidator(_printable)]
    password: Password


class Refresh(Input):
    """A refresh token."""

    refresh_token: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class InvitationInput(Input):
    """Whom to invite, as what."""

    email: Email
    role: RoleKey


class OrganisationInput(Input):
    """The organisation's settings."""

    name: OrganisationName
    accent: Annotated[str, StringConstraints(to_lower=True, pattern=r"^#[0-9a-fA-F]{6}$")]
    language: Language
    contact_email: Annotated[Email | None, BeforeValidator(_nothing)]


class ProfileInput(Input):
    """What people say about themselves."""

    name: Name
    language: Language


class TokensView(BaseModel):
    """`expires_in` is the life of the access token in seconds; the refresh token is used once, within 7 days."""

    access_token: str
    refresh_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - RFC 6750's word, not a secret
    expires_in: int


class PersonView(BaseModel):
    """Somebody who can sign in."""

    id: UUID
    name: str
    email: str
    language: str


class OrganisationView(BaseModel):
    """A tenant, as its members see it."""

    id: UUID
    name: str
    accent: str
    language: str
    contact_email: str | None


class MeView(BaseModel):
    """Who asks, where, and what they may do there."""

    person: PersonView
    organisation: OrganisationView
    role: RoleKey
    role_name: str
    permissions: list[Permission]


class MemberView(BaseModel):
    """Somebody in the team."""

    person_id: UUID
    name: str
    email: str
    role: RoleKey
    role_name: str
    joined_at: datetime


class InvitationView(BaseModel):
    """An invitation that waits. `link` is to be given to the colleague; it works once."""

    id: UUID
    email: str
    role: RoleKey
    role_name: str
    link: str
    expires_at: datetime


class TeamView(BaseModel):
    """The team, and who was asked to join it."""

    members: list[MemberView]
    invitations: list[InvitationView]


def understood(model: type[Model], **values: object) -> Model:
    """The values, as a form gave them, as `model`. Raises Malformed with a sentence per field."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        fields = {str(item["loc"][0]): _in_words(item["type"], item.get("ctx", {})) for item in error.errors()}
        raise Malformed(_("Some fields need another look."), fields=fields) from error


def _in_words(kind: str, context: dict[str, object]) -> str:
    if kind == "value_error":
        return str(context["error"])
    if kind == "string_too_long":
        return _("Use at most %(number)s characters.", number=context["max_length"])
    if kind == "string_pattern_mismatch":
        return _("Write a colour as # and six digits or letters a–f, like #0f766e.")
    if kind in {"literal_error", "enum"}:
        return _("Choose one of the list.")
    return _("Fill this in.")
