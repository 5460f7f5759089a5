"""People: what they send to come in, their profiles, their team; and reading a form as a model."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Literal, TypeVar
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
)

from colloquy.contexts.identity.policy import passwords
from colloquy.contexts.identity.policy.roles import Permission, Role
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


def printable(text: str) -> str:
    """The text. ValueError where it has anything that cannot be seen."""
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
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), AfterValidator(printable)]
OrganisationName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(printable)
]
Language = Annotated[str, AfterValidator(_of_ours)]
"""One of `kit.i18n.languages()`: those that pages can be read in."""
Password = Annotated[str, StringConstraints(max_length=1000)]
"""Any text; what a new one must be is decided by `policy.passwords`."""
RoleKey = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
"""A role as programs and forms name it: `owner`, `admin`, `recruiter`, `reviewer`, or the id of a custom role."""


def _may_be_theirs(password: str, info: ValidationInfo) -> str:
    # Fields are read in order: a name or address that is wrong itself is missing here.
    about = {field: info.data.get(field, "") for field in ("email", "name", "organisation")}
    wrong = passwords.problem(password, **about)
    if wrong is not None:
        raise ValueError(wrong)
    return password


NewPassword = Annotated[str, StringConstraints(max_length=1000), AfterValidator(_may_be_theirs)]
"""One that may become somebody's; it stands after their name, address and organisation."""


class Input(BaseModel):
    """Parent of what comes in: strict, and nothing unknown passes."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Newcomer(Input):
    """Somebody new, with a password that may be theirs."""

    name: Name
    email: Email
    password: NewPassword


class SetUp(Input):
    """The first organisation and its owner."""

    organisation: OrganisationName
    name: Name
    email: Email
    password: NewPassword


class Credentials(Input):
    """An e-mail address as typed (a malformed one is merely unknown) and a password."""

    email: Annotated[str, StringConstraints(strip_whitespace=True, max_length=254), AfterValidator(printable)]
    password: Password


class Login(Credentials):
    """Credentials of a program. `code`: of the authenticator app, or a recovery code, where there is a second step."""

    code: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] | None = None


class PasskeyPassword(Input):
    """The password, before a passkey is made."""

    password: Password


class PasskeyInput(Input):
    """What a passkey is called in its owner's list."""

    name: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), AfterValidator(printable)
    ]


class Particulars(Input):
    """What a provider says somebody is called."""

    name: Name
    email: Email


def _domains(text: str) -> tuple[str, ...]:
    found = {word.strip().lower().lstrip("@") for word in re.split(r"[\s,;]+", text) if word.strip()}
    for domain in found:
        if not _DOMAIN.fullmatch(domain):
            raise ValueError(_("Write domains like example.com, with spaces or commas between them."))
    if not found:
        raise ValueError(_("Name at least one domain, like example.com."))
    return tuple(sorted(found))


_DOMAIN = re.compile(r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def _no_owner(role: Role) -> Role:
    if role is Role.OWNER:
        raise ValueError(_("Choose one of the list."))
    return role


class SignOnInput(Input):
    """An organisation's own provider. An empty `client_secret` keeps the one there is; `public`: there is none."""

    issuer: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    client_id: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), AfterValidator(printable)
    ]
    client_secret: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000), AfterValidator(printable)]
    public: bool
    domains: Annotated[tuple[str, ...], BeforeValidator(_domains)]
    create_people: bool
    role: Annotated[Role, Field(strict=False), AfterValidator(_no_owner)]
    required: bool


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
