"""The checks of schemathesis that need its own engine: methods that are not described, headers and sign-in left out.

The engine goes over every described operation at a real address in its coverage phase: each limit of each schema, each
method that is not there, each header left away. It takes minutes, so it is in the long form only.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest
from schemathesis.checks import CHECKS, load_all_checks
from tests.attack.insider import insider_of, write
from tests.attack.test_schemathesis import UNCHECKED_ANYWHERE, UNSENT

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(3600),
    pytest.mark.xdist_group("attack"),
    pytest.mark.skipif(os.environ.get("COLLOQUY_FAULTS") != "long", reason="the long form: make faults"),
]

_READ_AS_AN_ID = "its last part is read as an id by the address beside it, which has other methods"
EXPECTED: dict[str, str] = {
    f"{method} /api/interviews/{{interview_id}}/{path}": _READ_AS_AN_ID
    for method in ("PUT", "OPTIONS")
    for path in ("competencies/from-library", "questions/order")
}
"""What is found and is as it should be, each with the reason."""
LEAST_CASES = 3000
_CONFIGURATION = """
headers = {{ Authorization = "{program}" }}

[[operations]]
include-path-regex = "^/api/(public|interview)/"
headers = {{ Authorization = "{candidate}" }}
"""


@pytest.fixture
async def insider(runtime, app, api, transport, run_jobs, owner_connection):
    """Somebody who may do everything in a world of this test alone."""
    return await insider_of(runtime, app, api, run_jobs, transport, owner_connection, "engine")


async def test_the_engine_finds_nothing(insider, served, tmp_path, capsys):
    load_all_checks()
    checks = sorted(set(CHECKS.get_all_names()) - set(UNCHECKED_ANYWHERE))
    candidate = next(value for name, value in insider.candidate.headers.items() if name.lower() == "authorization")
    configuration = tmp_path / "schemathesis.toml"
    configuration.write_text(_CONFIGURATION.format(program=insider.authorization, candidate=candidate))
    left_out = [word for name in UNSENT if name.split()[0] != "DELETE" for word in ("--exclude-path", name.split()[1])]
    told = tmp_path / "told.txt"
    with told.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            *(str(Path(sys.executable).parent / "schemathesis"), "--config-file", str(configuration)),
            *("run", f"{served}/api/openapi.json", "--phases", "coverage", "--checks", ",".join(checks)),
            # Deletions would end the world for what comes after them; each is sent by the other test of this kind.
            *("--exclude-method", "DELETE", "--continue-on-failure", "--generation-deterministic", "--no-color"),
            *("--workers", "1", *left_out),
            stdout=out, stderr=asyncio.subprocess.STDOUT, cwd=tmp_path,
        )  # fmt: skip
        await process.wait()
    text = told.read_text(errors="replace")
    write("COLLOQUY_ENGINE", [text])
    found = _found(text)
    cases = int(match[1]) if (match := re.search(r"(\d+) generated", text)) else 0
    with capsys.disabled():
        sys.stdout.write(f"\n  schemathesis' engine: {cases} cases, {len(checks)} checks, {len(found)} broken\n")
    assert [one for one in found if one.partition(" - ")[0] not in EXPECTED] == []
    assert "Schema Error" not in text
    assert cases >= LEAST_CASES


def _found(text: str) -> list[str]:
    """Each operation with what is wrong there, as the engine's report has it."""
    found, at = [], ""
    for line in text.splitlines():
        if heading := re.fullmatch(r"_+ ([A-Z]+ /\S+) _+", line):
            at = heading[1]
        elif line.startswith("- "):
            found.append(f"{at} - {line[2:]}")
    return found
