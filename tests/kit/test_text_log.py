"""Readable logs say what went wrong without what the request held."""

import subprocess
import sys

PROGRAM = """
from colloquy.kit import log
log.configure(form="text", level="info")
def answer(password):
    raise ValueError("broken")
try:
    answer("open sesame")
except ValueError as error:
    log.get_logger("x").error("Request failed", exc_info=error, pii_email="anna@example.org")
"""


def test_a_trace_on_a_terminal_has_no_local_variables():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)

    assert "Request failed" in done.stdout
    assert "ValueError: broken" in done.stdout
    assert "'open sesame'" not in done.stdout
    assert "anna@example.org" not in done.stdout
