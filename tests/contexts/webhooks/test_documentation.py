"""What docs/api/webhooks.md says of verifying is run here as it stands, on messages that were really sent."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from standardwebhooks import WebhookVerificationError

from colloquy.contexts.webhooks.policy.schedule import TRIES
from colloquy.contexts.webhooks.schemas.happenings import CATALOGUE, TEST
from colloquy.contexts.webhooks.service import again, change
from colloquy.kit.crypto import Secret

PAGE = (Path(__file__).parents[3] / "docs" / "api" / "webhooks.md").read_text(encoding="utf-8")


def _examples() -> dict:
    names: dict = {}
    for source in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(compile(source, "docs/api/webhooks.md", "exec"), names)
    return names


async def test_the_examples_verify_what_is_sent_and_nothing_else(hook, receiver, run_jobs, runtime):
    examples = _examples()
    hooked = await hook()
    scope = hooked.organisation.scope
    async with runtime.database.begin(scope) as db:
        _row, new = await change.rotate_secret(db, runtime.provided.get(Secret), hooked.actor, hooked.endpoint_id)
        await again.send_test(db, hooked.actor, hooked.endpoint_id)
    await run_jobs()

    [had] = receiver.had
    for secret in (hooked.secret, new):
        assert examples["receive"](secret, had.headers, had.body)["type"] == TEST
        assert examples["is_ours"](secret, had.headers, had.body)
        assert not examples["is_ours"](secret, had.headers, had.body + b" ")
        assert not examples["is_ours"](secret, {**had.headers, "webhook-timestamp": "1"}, had.body)
        with pytest.raises(WebhookVerificationError):
            examples["receive"](secret, {**had.headers, "webhook-id": "msg_other"}, had.body)


def test_the_page_names_every_event_and_the_schedule():
    listed = set(re.findall(r"`([a-z]+\.[a-z_]+)`", PAGE.partition("## Verifying")[0]))

    assert listed >= {*CATALOGUE, TEST}
    assert TRIES == 10
    assert "Ten tries over 75 hours" in PAGE
