"""Every answer says what it is, and text says in which characters."""

import pytest
from tests.attack.operations import METHODS, operations

from colloquy.contexts.identity.public import Role
from colloquy.kit.ids import new_id
from colloquy.web.assets import static_url

NOWHERE = {"role": "reviewer", "accent": "0f766e", "number": "1", "direction": "up"}


def wrong(answer) -> bool:
    """Whether the answer has a body and does not say what it is, or in which characters (ASVS 4.1.1)."""
    kind = answer.headers.get("content-type", "")
    if not answer.content:
        return False
    words = kind.partition(";")[0].strip()
    needs_charset = words.startswith("text/") or words.endswith(("+xml", "/xml"))
    return not words or (needs_charset and "charset=" not in kind.lower())


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize("signed_in", [True, False], ids=["signed in", "nobody"])
async def test_every_operation_says_what_it_answers(app, browser_client, make_organisation, accept, signed_in):
    """Every address and method: pages and reading ones as they are, whatever names something with an id of nothing."""
    browser = await browser_client(await make_organisation(), Role.OWNER) if signed_in else await browser_client()
    found = operations(app)
    assert {operation.method for operation in found} <= set(METHODS)
    leaving = {"POST /sign-out", "POST /account/sessions/end-others"}
    told = []
    for operation in found:
        if operation.name in leaving:
            continue
        path = operation.at({name: NOWHERE.get(name, str(new_id())) for name in operation.parameters})
        answer = await browser.request(operation.method, path, headers={"accept": accept})
        if wrong(answer):
            told.append(f"{operation.name}: {answer.status_code} {answer.headers.get('content-type')}")
    assert told == []
    assert len(found) > 200


@pytest.mark.parametrize("path", ["js/main.js", "css/base.css", "icon.svg", "vendor/icons/circle-x.svg"])
@pytest.mark.parametrize("packed", ["gzip", "identity"])
async def test_files_say_it_too(api, path, packed):
    answer = await api.get(static_url(path), headers={"accept-encoding": packed})
    assert answer.status_code == 200
    assert not wrong(answer), answer.headers["content-type"]
