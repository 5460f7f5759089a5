from __future__ import annotations

import sys
from pathlib import Path

import pytest

# `post_office` is shared by the tests of this folder, which is not a package (import-mode importlib).
sys.path.insert(0, str(Path(__file__).parent))

from colloquy.providers.mail.port import Letter, Sender, message_id_for

SENDER = Sender("colloquy@mail.example.org", "Colloquy")


@pytest.fixture
def sender() -> Sender:
    return SENDER


@pytest.fixture
def make_letter():
    def make(**changes: object) -> Letter:
        values = {
            "to": "anna@example.org",
            "to_name": "Anna Petrova",
            "subject": "Your interview",
            "text": "Hello Anna,\n\nthe answers are here.\n",
            "html": "<p>Hello Anna, the answers are here.</p>\n",
            "message_id": message_id_for("effect-1"),
            "headers": (("Auto-Submitted", "auto-generated"),),
        }
        return Letter(**{**values, **changes})

    return make
