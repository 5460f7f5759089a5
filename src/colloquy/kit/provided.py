"""What the composition root built, found again by its type.

Contexts may not import `roles`; routes and jobs say what they need by annotation (`speech: SpeechToText`)
and receive the instance that the root put here. There is one instance a type, decided in one function.
"""

from __future__ import annotations

from typing import Any, TypeVar, cast

T = TypeVar("T")


class Provided:
    """A registry from type to instance. Filled once while starting, read-only afterwards."""

    def __init__(self) -> None:
        self._instances: dict[Any, Any] = {}

    def put(self, kind: Any, instance: Any) -> None:
        """Registers `instance` under `kind` (a class or a Protocol). A second one replaces the first."""
        self._instances[kind] = instance

    def get(self, kind: type[T]) -> T:
        """The instance for `kind`; LookupError names what the composition root forgot."""
        try:
            return cast("T", self._instances[kind])
        except KeyError:
            message = f"Nothing provides {getattr(kind, '__name__', kind)}: add it in roles/runtime.py."
            raise LookupError(message) from None
