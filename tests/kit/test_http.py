"""Errors as answers, request ids, headers, health; and that a commit comes before its answer."""

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from sqlalchemy import text

from colloquy.kit.errors import Malformed, Refusal, Transient
from colloquy.kit.http.problem import install
from colloquy.kit.http.request_id import RequestId
from colloquy.kit.http.state import DbSession
from colloquy.kit.ids import new_id

ODD = APIRouter()


class Odd(Refusal):
    status = 418
    code = "odd"


@ODD.get("/refused")
async def refused() -> None:
    raise Odd("Not today. Come back tomorrow.", retry_after=60, shelf=3)


@ODD.get("/malformed")
async def malformed() -> None:
    raise Malformed("Look at the fields.", fields={"name": "Enter a name."})


@ODD.get("/away")
async def away() -> None:
    raise Transient("The other side sleeps.", retry_after=7)


@ODD.get("/broken")
async def broken() -> None:
    raise ZeroDivisionError


@ODD.get("/number/{n}")
async def number(n: int) -> int:
    return n


@ODD.put("/number/{n}")
async def put_number(n: int) -> int:
    return n


@ODD.post("/deferred-failure")
async def deferred_failure(db: DbSession) -> dict[str, str]:
    """Everything goes well but the commit."""
    await db.execute(text("create temporary table late (n int unique deferrable initially deferred) on commit drop"))
    await db.execute(text("insert into late values (1), (1)"))
    return {"told": "it worked"}


@pytest.fixture
async def client(runtime):
    app = FastAPI()
    app.state.provided = runtime.provided
    install(app, None)
    app.include_router(ODD)
    app.add_middleware(RequestId)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as made:
        yield made


async def test_a_refusal_is_a_problem_document(client):
    response = await client.get("/refused")
    assert (response.status_code, response.headers["content-type"]) == (418, "application/problem+json")
    assert response.headers["retry-after"] == "60"
    body = response.json()
    assert (body["code"], body["detail"], body["shelf"]) == ("odd", "Not today. Come back tomorrow.", 3)
    assert body["request_id"] == response.headers["x-request-id"]


async def test_malformed_input_names_its_fields(client):
    assert (await client.get("/malformed")).json()["fields"] == {"name": "Enter a name."}
    wrong = await client.get("/number/seven")
    assert (wrong.status_code, wrong.json()["code"], list(wrong.json()["fields"])) == (422, "malformed", ["path.n"])


async def test_a_method_that_is_not_there_is_told_all_that_are(client):
    wrong = await client.delete("/number/1")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
    assert set(wrong.headers["allow"].split(", ")) >= {"GET", "PUT"}
    assert "DELETE" not in wrong.headers["allow"]
    assert len(wrong.headers.get_list("allow")) == 1


async def test_what_is_away_is_503_with_a_wait_and_what_is_broken_500(client):
    away = await client.get("/away")
    assert (away.status_code, away.headers["retry-after"]) == (503, "7")
    broken = await client.get("/broken")
    assert (broken.status_code, broken.json()["code"]) == (500, "internal")
    assert "ZeroDivision" not in broken.text


async def test_a_commit_that_fails_is_never_told_as_a_success(client):
    response = await client.post("/deferred-failure")
    assert response.status_code == 500
    assert "worked" not in response.text


async def test_a_given_request_id_is_kept_and_a_strange_one_is_not(client):
    kept = await client.get("/number/1", headers={"X-Request-Id": "proxy-1234567"})
    assert kept.headers["x-request-id"] == "proxy-1234567"
    strange = await client.get("/number/1", headers={"X-Request-Id": 'x"><script>'})
    assert "script" not in strange.headers["x-request-id"]


async def test_health_readiness_and_metrics(api):
    assert (await api.get("/healthz")).json() == {"status": "ok"}
    assert (await api.get("/readyz")).json() == {"status": "ready"}
    metrics = (await api.get("/metrics")).text
    assert "colloquy_http_requests_total" in metrics


async def test_every_answer_carries_the_security_headers(api):
    headers = (await api.get(f"/api/public/interview/{new_id().hex}")).headers
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


async def test_the_description_is_openapi_3_1_and_every_error_a_problem(api):
    schema = (await api.get("/api/openapi.json")).json()
    assert schema["openapi"].startswith("3.1")
    operations = [o for path in schema["paths"].values() for o in path.values()]
    assert len(operations) > 40
    for operation in operations:
        for status, answer in operation["responses"].items():
            if status[0] in "45":
                assert "application/problem+json" in answer["content"], (operation["operationId"], status)


async def test_a_page_that_is_not_there_is_a_page(api):
    response = await api.get("/no/such/page", headers={"Accept": "text/html"})
    assert response.status_code == 404
    assert "<h1>" in response.text
