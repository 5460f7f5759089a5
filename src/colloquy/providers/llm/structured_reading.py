"""From a model's text to an answer of the shape asked for, or to what is wrong with it. Pure; trusts nothing."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from colloquy.providers.llm.structured import StructuredRequest

Output = TypeVar("Output", bound=BaseModel)

MOST_CHARACTERS: Final = 256 * 1024
_MOST_PROBLEMS: Final = 8
_FENCED = re.compile(r"\A\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*\Z", re.DOTALL | re.IGNORECASE)
_OUR_WORDS: Final = frozenset({"missing", "extra_forbidden", "literal_error", "enum", "finite_number"})
_ABOUT_LIMITS: Final = ("greater_than", "less_than", "too_short", "too_long", "_type", "_parsing")


class Unusable(Exception):  # noqa: N818 - an outcome of reading, not a fault of the program
    """The answer is not what was asked for. `problem` may be shown to the model again: it repeats nothing of it."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def read(answer: str | Mapping[str, Any], output: type[Output]) -> Output:
    """The answer as an `output`, strictly: no conversions, no members that were not asked for, no infinite numbers.

    `answer` is JSON text, or its members where an SDK has read them already. Raises `Unusable`.
    """
    text = answer if isinstance(answer, str) else _as_text(answer)
    if not text.strip():
        raise Unusable("It was empty.")
    if len(text) > MOST_CHARACTERS:
        raise Unusable("It was far too long.")
    if fenced := _FENCED.match(text):
        text = fenced[1]
    try:
        # A look of our own first: the validator takes NaN, Infinity and the last of two members of one name.
        json.loads(text, parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_once)
    except Unusable:
        raise
    except (ValueError, RecursionError):
        raise Unusable("It was not JSON.") from None
    try:
        return output.model_validate_json(text, strict=True, extra="forbid")
    except ValidationError as error:
        problem = _said(error, _names(output))
    except (ValueError, RecursionError):  # a validator of the shape itself
        problem = "It does not fit the schema."
    raise Unusable(problem)


def asked_again(request: StructuredRequest[Any], problem: str) -> str:
    """The instructions of the second try. The first answer is not quoted, it may hold what a candidate said."""
    return (
        f"{request.instructions}\n\nYou were asked this before, and your answer could not be used. {problem}\n"
        "Answer again, with exactly the members of the schema and nothing else."
    )


def _as_text(members: Mapping[str, Any]) -> str:
    try:
        return json.dumps(members, allow_nan=False, ensure_ascii=False)
    except (ValueError, TypeError, RecursionError):
        raise Unusable("Numbers must be finite.") from None


def _no_constant(_: str) -> NoReturn:
    raise Unusable("Numbers must be finite.")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Unusable("Numbers must be finite.")
    return number


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Unusable("It named a member twice.")
    return members


def _said(error: ValidationError, names: frozenset[str]) -> str:
    """What is wrong and where, in the schema's words. Texts of validators are left out: they may quote the input."""
    lines = []
    found = error.errors(include_url=False, include_context=False, include_input=False)
    for one in found[:_MOST_PROBLEMS]:
        kind = one["type"]
        known = kind in _OUR_WORDS or kind.endswith(_ABOUT_LIMITS) or kind.startswith(_ABOUT_LIMITS)
        lines.append(f"- {_place(one['loc'], names)}: {one['msg'] if known else 'not acceptable'}")
    if len(found) > _MOST_PROBLEMS:
        lines.append(f"- and {len(found) - _MOST_PROBLEMS} more")
    return "It does not fit the schema:\n" + "\n".join(lines)


def _place(location: Iterable[int | str], names: frozenset[str]) -> str:
    parts = [str(part) if isinstance(part, int) or part in names else "(unknown)" for part in location]
    return ".".join(parts) or "the whole"


def _names(output: type[BaseModel]) -> frozenset[str]:
    """The names of all members in the schema. Names that a model made up are not repeated to it."""
    schema = output.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    return frozenset(name for part in parts for name in part.get("properties", {}))
