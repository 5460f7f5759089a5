"""What cannot be kept as text, or is no JSON, is refused with the place where it stands."""

from __future__ import annotations

import json
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI, Form
from fastapi.testclient import TestClient
from pydantic import BaseModel

from colloquy.kit.http import problem, readable
from colloquy.kit.moments import Moment

JSON = {"content-type": "application/json"}


class Body(BaseModel):
    name: str = ""
    number: float = 0
    inner: dict[str, str] = {}
    at: Moment | None = None


@pytest.fixture
def client() -> TestClient:
    app = FastAPI(dependencies=[Depends(readable.check)])
    problem.install(app, None)

    @app.post("/api/things")
    def make(body: Body) -> dict[str, object]:
        return {"name": body.name}

    @app.post("/things")
    def fill(name: Annotated[str, Form()] = "") -> dict[str, object]:
        return {"name": name}

    @app.get("/things/{key}")
    def look(key: str, q: str = "") -> dict[str, object]:
        return {"name": key + q}

    return TestClient(app, raise_server_exceptions=False)


def _refused(answer, field: str) -> None:
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "malformed"
    assert list(answer.json()["fields"]) == [field]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (r'{"name": "a\u0000b"}', "body.name"),
        (r'{"name": "\ud800"}', "body.name"),
        (r'{"inner": {"k": "\udfff"}}', "body.inner.k"),
        (r'{"in\u0000": 1}', "body.in\ufffd"),
        ('{"name": "a", "name": "b"}', "body.name"),
        ('{"inner": {"a": "1", "a": "2"}}', "body.a"),
        ('{"number": NaN}', "body"),
        ('{"number": -Infinity}', "body"),
    ],
)
def test_a_body_that_cannot_be_kept_is_refused_where_it_is_wrong(client, body, field):
    _refused(client.post("/api/things", content=body, headers=JSON), field)


def test_whole_characters_beyond_the_first_plane_are_taken(client):
    answer = client.post("/api/things", content=json.dumps({"name": "\U0001f9ea \u200d \ufeff"}), headers=JSON)
    assert answer.json() == {"name": "\U0001f9ea \u200d \ufeff"}


def test_forms_and_addresses_are_read_as_well(client):
    _refused(client.post("/things", content="name=a%00b", headers={"content-type": readable._FORMS[0]}), "body.name")
    assert client.get("/things/a%00b").status_code == 404
    _refused(client.get("/things/a?q=%00"), "query.q")
    assert client.get("/things/a?q=b").json() == {"name": "ab"}


@pytest.mark.parametrize("at", [1, 1.5, True, "2026-12-31T18:00:00"])
def test_a_moment_is_text_with_its_offset(client, at):
    assert client.post("/api/things", json={"at": at}).status_code == 422
    assert client.post("/api/things", json={"at": "2026-12-31T18:00:00Z"}).status_code == 200
