"""What vendors charge for tokens, from the list that comes with `genai-prices`. Nothing is fetched."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import Final

_MICRO: Final = 1_000_000
_FREE: Final = frozenset({"ollama", "lmstudio", "llamacpp", "vllm"})
"""Servers that one runs oneself send no bill; what the machine costs is not ours to guess."""
_OTHER_NAMES: Final = {"gemini": "google", "claude": "anthropic"}


def cost_microdollars(vendor: str, model: str, input_tokens: int | None, output_tokens: int | None) -> int | None:
    """What so many tokens cost, in millionths of a US dollar, rounded up. None when no price is known, or how many
    tokens there were.
    """
    if vendor in _FREE:
        return 0
    if input_tokens is None or output_tokens is None:
        return None
    from genai_prices import Usage, calc_price  # a list of a thousand models, for those who use one

    try:
        price = calc_price(
            Usage(input_tokens=input_tokens, output_tokens=output_tokens),
            model,
            provider_id=_OTHER_NAMES.get(vendor, vendor),
        ).total_price
    except (LookupError, ValueError):  # the list does not know it, or not by these units
        return None
    return int((Decimal(price) * _MICRO).to_integral_value(ROUND_CEILING))


def price_of_a_million(vendor: str, model: str) -> tuple[int, int] | None:
    """Microdollars for a million tokens read, and for a million written; None when the price is not known.

    Of prices that depend on the length of a request the lowest step counts.
    """
    # By thousands: the steps of stepped prices begin above that.
    read, written = cost_microdollars(vendor, model, 1000, 0), cost_microdollars(vendor, model, 0, 1000)
    return None if read is None or written is None else (read * 1000, written * 1000)
