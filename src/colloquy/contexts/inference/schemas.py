"""What comes in and goes out at the borders of inference. A key comes in and never goes out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, Self, TypeVar
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    model_validator,
)

from colloquy.contexts.inference.policy import address
from colloquy.contexts.inference.policy.asking import Task, Tier
from colloquy.contexts.inference.policy.budget import Budget, Level
from colloquy.contexts.inference.policy.drafts import KeyDraft, ModelDraft
from colloquy.contexts.inference.policy.keys import KeyState
from colloquy.contexts.inference.policy.money import MOST_MICRODOLLARS
from colloquy.kit.errors import Malformed
from colloquy.kit.i18n import gettext as _
from colloquy.providers.llm.choose import COMPATIBLE
from colloquy.providers.llm.guarded import ModelGuard
from colloquy.providers.llm.structured_vendors import VENDORS
from colloquy.providers.outbound.errors import OutboundRefused

Given = TypeVar("Given", bound=BaseModel)
_KEY_LENGTHS = (8, 500)


def _known(vendor: str) -> str:
    if vendor not in VENDORS:
        raise ValueError(_("Choose one of the list."))
    return vendor


def _visible(text: str) -> str:
    if not text.isprintable():
        raise ValueError(_("Use visible characters on one line only."))
    return text


def _address(text: str) -> str:
    text = address.tidy(text)
    if text and not address.acceptable(text):
        raise ValueError(_("Write the address of a server, beginning with https:// or http://, without a key in it."))
    return text


def _key(key: SecretStr) -> SecretStr:
    value = key.get_secret_value().strip()
    shortest, longest = _KEY_LENGTHS
    # Keys travel in a header: what is not printable ASCII, or has a space in it, was copied badly.
    if not shortest <= len(value) <= longest or not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError(_("This does not look like a key. Copy it again, whole, without spaces."))
    return SecretStr(value)


Vendor = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True), AfterValidator(_known)]
ModelName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_visible)
]
Address = Annotated[str, StringConstraints(max_length=500), AfterValidator(_address)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), AfterValidator(_visible)]
Key = Annotated[SecretStr, AfterValidator(_key)]
PerMinute = Annotated[int, Field(ge=1, le=100_000)]
Microdollars = Annotated[int, Field(ge=0, le=MOST_MICRODOLLARS, description="Millionths of a US dollar.")]
Position = Annotated[int, Field(ge=0, le=99, description="Within a tier the lower comes first; then the cheaper.")]
SomeTier = Annotated[Tier, Field(strict=False)]
SomeTasks = Annotated[list[Annotated[Task, Field(strict=False)]], Field(min_length=1, max_length=len(Task))]


class Input(BaseModel):
    """Parent of what comes in: strict, and nothing unknown passes."""

    model_config = ConfigDict(strict=True, extra="forbid")


class _At(Input):
    vendor: Vendor
    base_url: Annotated[Address, Field(description="Of a server or gateway of your own; empty for the vendor's.")] = ""

    @model_validator(mode="after")
    def _has_an_address(self) -> _At:
        if not self.base_url and self.vendor in COMPATIBLE and COMPATIBLE[self.vendor] is None:
            raise ValueError(_("This vendor is a server of your own: write its address."))
        return self

    def checked(self, guard: ModelGuard) -> Self:
        """The same, when models may be at this address. Malformed, with what to change."""
        address = self.base_url or COMPATIBLE.get(self.vendor) or ""
        try:
            if address:
                guard.check(address)
        except OutboundRefused as refused:
            raise Malformed(refused.message, fields={"base_url": refused.message}) from refused
        return self


class ModelChange(Input):
    """What can be changed of a model."""

    tier: SomeTier = Tier.STANDARD
    tasks: SomeTasks = Field(default_factory=lambda: list(Task))
    position: Position = 0
    enabled: bool = True


class ModelInput(_At, ModelChange):
    """A new model."""

    model: ModelName

    def draft(self) -> ModelDraft:
        """As the use case takes it."""
        return ModelDraft(
            self.vendor, self.model, self.base_url, self.tier, self.tasks, self.position, enabled=self.enabled
        )


class ModelView(BaseModel):
    """A model. `resting_until`: its address failed and is left alone till then."""

    id: UUID
    name: str
    vendor: str
    model: str
    base_url: str
    tier: Tier
    tasks: list[Task]
    position: int
    enabled: bool
    resting_until: datetime | None
    input_microdollars_per_million: int | None
    output_microdollars_per_million: int | None


class KeyChange(Input):
    """What can be changed of a key."""

    label: Label
    per_minute: Annotated[PerMinute | None, Field(description="Requests a minute; null: no limit of ours.")] = None


class KeyInput(_At, KeyChange):
    """A new key. It is sent to this vendor, at this address, and to nobody else."""

    key: Key

    def draft(self) -> KeyDraft:
        """As the use case takes it."""
        return KeyDraft(self.vendor, self.base_url, self.label, self.key.get_secret_value(), self.per_minute)


class KeyReplacement(Input):
    """A key that takes the place of another."""

    key: Key


class KeyView(BaseModel):
    """A key as it can be shown: never the key itself."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    vendor: str
    base_url: str
    label: str
    last4: str
    state: KeyState
    rest_reason: str | None
    rests_until: datetime | None
    per_minute: int | None
    used_at: datetime | None
    created_at: datetime
    retired_at: datetime | None


class TestView(BaseModel):
    """What came of asking a model with the key."""

    model_config = ConfigDict(from_attributes=True)

    works: bool
    outcome: str
    model: str
    latency_ms: int


class BudgetInput(Input):
    """Limits for a month; null: none."""

    warning_microdollars: Microdollars | None = None
    soft_microdollars: Microdollars | None = None
    hard_microdollars: Microdollars | None = None

    def limits(self) -> Budget:
        """As the use case takes them."""
        return Budget(self.warning_microdollars, self.soft_microdollars, self.hard_microdollars)


class BudgetView(BudgetInput):
    """The limits and the month so far. `unknown_calls` are in `spent_microdollars` with nothing."""

    month: date
    spent_microdollars: int
    unknown_calls: int
    level: Level


class UsageView(BaseModel):
    """Sums over calls that have `of` in common."""

    model_config = ConfigDict(from_attributes=True)

    of: dict[str, str | None]
    calls: int
    answered: int
    repaired: int
    cached: int
    failed: int
    input_tokens: int
    output_tokens: int
    cost_microdollars: int
    unknown_cost: int
    median_ms: int | None


By = Literal["day", "model", "task", "interview", "session", "key", "outcome"]


def understood(kind: type[Given], /, **values: object) -> Given:
    """The values, as a form gave them, as `kind`. Raises Malformed with a sentence per field."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        # What is about the whole form is about the address: nothing else depends on another field.
        fields = {
            str(item["loc"][0]) if item["loc"] else "base_url": _in_words(item["type"], item.get("ctx", {}))
            for item in error.errors(include_input=False)
        }
        raise Malformed(_("Some fields need another look."), fields=fields) from None


def _in_words(kind: str, context: dict[str, object]) -> str:
    if kind == "value_error":
        return str(context["error"])
    if kind == "string_too_long":
        return _("Use at most %(number)s characters.", number=context["max_length"])
    if kind in {"literal_error", "enum"}:
        return _("Choose one of the list.")
    if kind in {"greater_than_equal", "less_than_equal", "int_type", "int_parsing"}:
        return _("Write a whole number within the limits.")
    if kind == "too_short":
        return _("Choose at least one.")
    return _("Fill this in.")
