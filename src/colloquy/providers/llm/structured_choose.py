"""Which adapter fills in forms for a vendor, decided without loading or calling anything."""

from __future__ import annotations

import importlib.util
from typing import Final
from urllib.parse import urlsplit

from colloquy.providers.llm.choose import COMPATIBLE, OTHER_NAMES, SDKS, CannotChooseError, guarded_address, is_here
from colloquy.providers.llm.structured import StructuredModel
from colloquy.providers.llm.structured_pydantic_ai import FIRST_SECONDS, PydanticAIStructured
from colloquy.providers.llm.structured_vendors import VENDORS
from colloquy.providers.outbound.guard import Guard

VENDOR_NAMES: Final = tuple(VENDORS)
"""Every vendor that can be asked for, as it is written in "vendor:model"."""


def structured_model(vendor: str, model: str, *, base_url: str | None, guard: Guard | None = None) -> StructuredModel:
    """The model. `base_url` None: the address that the vendor documents. With `guard` it is asked only where that lets
    it be. Nothing is connected yet.

    Raises `CannotChooseError`, whose text says what to change.
    """
    vendor, model = vendor.strip().lower(), model.strip()
    if not model:
        raise CannotChooseError(f"Which model of {vendor}? Write its name, for example gpt-5-mini.")
    if vendor not in VENDORS:
        raise CannotChooseError(
            f"There is no vendor “{vendor}”. For a server that speaks OpenAI's protocol choose “compatible” and give "
            "its address."
        )
    _check_library(vendor)
    address = _address(vendor, base_url)
    if address is not None:
        address = guarded_address(address, guard)
    local = address is not None and is_here(address)
    first = None if local else FIRST_SECONDS
    return PydanticAIStructured(vendor, model, base_url=address, local=local, first_seconds=first, guard=guard)


def _check_library(vendor: str) -> None:
    library = SDKS.get(OTHER_NAMES.get(vendor, vendor), "openai")
    for needed in ("pydantic_ai", library.split(".", maxsplit=1)[0]):
        if importlib.util.find_spec(needed) is None:
            raise CannotChooseError(f"The library for {vendor} is not installed: pip install '{needed}'.")


def _address(vendor: str, given: str | None) -> str | None:
    if given is None:
        address = COMPATIBLE.get(vendor)
        if address is None and vendor in COMPATIBLE:
            raise CannotChooseError(f"{vendor} needs the address of its server.")
        return address
    parts = urlsplit(given.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise CannotChooseError("That is not an address: it begins with http:// or https:// and names a server.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise CannotChooseError("An address holds neither a key nor a question: give the key by itself.")
    return given.strip().rstrip("/")
