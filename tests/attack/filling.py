"""What fields an operation has, and what is filled in beside an awkward one."""

from __future__ import annotations

from typing import Any

from tests.attack import honest
from tests.attack.answers import verdict
from tests.attack.fields import places
from tests.attack.insider import Insider
from tests.attack.operations import Operation


async def fields_of(insider: Insider, operation: Operation) -> tuple[list[Any], Any, Any]:
    """The fields of an operation's body or form, what is honest in all of them, and the same with every member.

    What is honest is sent, and what the refusal names is put right or left out, so that as much as can be is taken.
    """
    if operation.schema is not None:
        original = whole = insider.body(operation)
        fields: list[Any] = [place for place, _ in places(whole) if place]
        for _ in range(3):
            told = verdict(await insider.send(operation, body=whole), {})
            if told.taken or not told.places:
                break
            whole = honest.without(whole, told.places)
        return fields, whole, original
    form = insider.forms.get(operation.name, {})
    for attempt in range(3 if operation.page and form else 0):
        told = verdict(await insider.send(operation, form=form), form)
        if told.taken or not told.named:
            break
        form = {**form, **{one: honest.FORMS.get(one, "") if attempt < 2 else "" for one in told.named}}
    return list(form) if operation.page else [], form, form


def with_texts(operation: Operation, whole: Any, original: Any, texts: dict[Any, str]) -> dict[str, Any]:
    """What `Insider.send` is given: what is honest with `texts` in these fields."""
    if operation.schema is None:
        return {"form": {**whole, **texts}}
    for place, text in texts.items():
        whole = honest.with_text(whole, original, place, text)
    return {"body": whole}
