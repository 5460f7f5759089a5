"""Secrets of every sort go through requests, failures and crashed jobs: no log and no error answer has any of them."""

import base64
import io
import json
import logging
import sys
from dataclasses import dataclass

import pytest
import structlog
from fastapi import APIRouter
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import create_async_engine
from tests.factories.interviews import TEXT

from colloquy.contexts.identity.public import Role
from colloquy.kit import events, log
from colloquy.kit.errors import Transient
from colloquy.kit.jobs import Job, JobRunner, enqueue
from colloquy.kit.redact import redact, redacted

PLANTED = {
    "password": "correct-horse-battery-91",
    "smtp password": "smtp-Zebra#4417",
    "database password": "pg-Quagga4418",
    "redis password": "rd-Okapi4419",
    "TOTP secret": "JBSWY3DPEHPK3PXPJBSWY3DP",
    "OpenAI key": "sk-proj-abcDEF0123456789ghiJKL",
    "Anthropic key": "sk-ant-api03-ZYXwvu9876543210",
    "Google key": "AIzaSyA1234567890abcdefghijklmnopqrstu",
    "webhook secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "Vault token": "hvs.CAESIJ1234567890abcdef",
    "API key": "clq_live_9f8e7d6c5b4a32101234",
    "client secret": "oidc-cs-55aa66bb77cc88dd",
    "basic credentials": base64.b64encode(b"olga:correct-horse").decode(),
    "private key": "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw",
    "password hash": "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b9dWRWJTmaaJObG",
    "reset link": "Zk3Qw9XvBn5RtYuIoP1aSd",
}
ODD = APIRouter()


@dataclass
class Watched:
    """What was logged, and what was answered."""

    stream: io.StringIO
    answers: list

    def leaks(self, secrets):
        lines = self.stream.getvalue()
        assert "Request failed" in lines
        assert "Job failed" in lines
        said = "\n".join(answer.text + str(answer.headers) for answer in self.answers)
        places = {"log": lines, "answer": said}
        return {(name, where) for name, value in secrets.items() for where, text in places.items() if value in text}


@ODD.post("/odd/crash/{name}")
async def crash(name: str) -> None:
    """Fails as libraries do: with what they were given in the text of the error."""
    secret = PLANTED[name]
    raise {
        "smtp password": RuntimeError(f"535 authentication failed: user=mailer password={secret}"),
        "database password": OSError(f"cannot connect to postgresql://colloquy:{secret}@db:5432/colloquy"),
        "redis password": Transient(f"Error connecting to redis://:{secret}@cache:6379/0"),
        "TOTP secret": ValueError(f"bad otpauth://totp/Colloquy:olga?secret={secret}&issuer=Colloquy"),
        "client secret": RuntimeError(json.dumps({"client_id": "c", "client_secret": secret})),
        "private key": RuntimeError(f"-----BEGIN PRIVATE KEY-----\n{secret}\n-----END PRIVATE KEY-----"),
        "basic credentials": RuntimeError(f"headers were {{'Authorization': 'Basic {secret}'}}"),
        "reset link": RuntimeError(f"GET https://jobs.example.org/join/{secret} failed"),
        "password": RuntimeError(f"form was {{'email': 'a@example.org', 'password': '{secret}'}}"),
    }.get(name, RuntimeError(f"the other side said: invalid credential {secret}"))


async def _crashing(*, planted: str) -> None:
    try:
        await crash(planted)
    except Exception as error:
        raise RuntimeError(f"the job failed: {error}") from error


@pytest.fixture(params=["json", "text"])
def logged(request, monkeypatch):
    """Logs as the product writes them, into a string; as they were afterwards."""
    stream = io.StringIO()
    before = structlog.get_config()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    monkeypatch.setattr(sys, "stdout", stream)
    log.configure(form=request.param, level="info", personal=True)
    structlog.configure(cache_logger_on_first_use=False)
    yield stream
    structlog.configure(**before)
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
async def watched(logged):
    return Watched(logged, [])


async def test_none_of_them_is_in_any_log_or_error_answer(
    watched, application_with, reached, api, runtime, make_organisation, sign_in, answering, browser_client
):
    organisation = await make_organisation()
    made, candidate = await answering(TEXT)
    await sign_in(organisation, Role.OWNER)
    access = api.headers["authorization"].removeprefix("Bearer ")
    tokens = await api.post(
        "/api/auth/login", json={"email": organisation.owner.email, "password": "eleven quiet herons"}
    )
    browser = await browser_client(organisation)
    secrets = {
        **PLANTED, "access token": access, "refresh token": tokens.json()["refresh_token"],
        "candidate key": candidate.key, "link": made.token, "session cookie": browser.cookies["colloquy_session"],
        "the right password": "eleven quiet herons", "CSRF token": await browser.csrf(),
    }  # fmt: skip
    assert len(secrets) >= 20
    app = application_with()
    app.router.routes[:0] = ODD.routes
    async with reached(app) as stranger:
        for name, value in PLANTED.items():
            watched.answers.append(await stranger.post(f"/odd/crash/{name}"))
            watched.answers.append(await stranger.get("/api/me", headers={"authorization": f"Bearer {value}"}))
            watched.answers.append(await stranger.get("/api/me", headers={"x-api-key": value}))
            watched.answers.append(await stranger.get("/api/me", headers={"cookie": f"colloquy_session={value}"}))
        login = {"email": organisation.owner.email, "password": PLANTED["password"]}
        watched.answers.append(await stranger.post("/api/auth/login", json=login))
        watched.answers.append(
            await stranger.post("/api/auth/login", json={"email": 7, "password": [PLANTED["password"]]})
        )
        watched.answers.append(await stranger.post("/api/auth/refresh", json={"refresh_token": PLANTED["reset link"]}))
        watched.answers.append(await stranger.get(f"/join/{PLANTED['reset link']}", headers={"accept": "text/html"}))
        watched.answers.append(await stranger.get(f"/{PLANTED['reset link']}/room", headers={"accept": "text/html"}))
    for name in ("OpenAI key", "Anthropic key", "Google key"):
        given = {"vendor": "openai", "label": name, "key": PLANTED[name], "per_minute": -1}
        watched.answers.append(await api.post("/api/model-keys", json=given))
        del given["per_minute"]
        watched.answers.append(await api.post("/api/model-keys", json=given))
    await api.get(f"/api/public/interview/{made.token}")
    await candidate.room()
    await _jobs(runtime)
    await _libraries()
    assert watched.leaks(secrets) == set()


async def _jobs(runtime):
    async with runtime.database.begin() as db:
        for name in PLANTED:
            await enqueue(db, "edge.crashing", planted=name)
    runner = JobRunner(
        runtime.database, runtime.provided, (*events.JOBS, Job("edge.crashing", _crashing)), only=frozenset({"edge"})
    )
    await runner.run(until_idle=True)
    async with runtime.database.begin() as db:
        await db.execute(text("delete from procrastinate_jobs where task_name = 'edge.crashing'"))


async def _libraries():
    """What libraries write by the standard logger, and what an unreachable database says."""
    for name, value in PLANTED.items():
        logging.getLogger("library").warning("calling with %s", {"headers": {"Authorization": f"Bearer {value}"}})
        logging.getLogger("library").error("%s: token=%s", name, value)
        log.get_logger("ours").info("Something", password=value, nested={"api_key": value, "list": [{"secret": value}]})
    engine = create_async_engine(f"postgresql+psycopg://nobody:{PLANTED['database password']}@127.0.0.1:1/none")
    try:
        async with engine.connect():
            pass
    except OperationalError as error:
        log.get_logger("ours").warning("The database is away", exc_info=error, url=str(engine.url), where=repr(error))
        address = engine.url.render_as_string(hide_password=False)
        log.get_logger("ours").warning("The database is away", address=address)
    await engine.dispose()


@pytest.mark.parametrize(
    "line",
    [
        "Request answered", "tokens=812 cost=0.4", "3 recordings under key a1b2c3", "https://jobs.example.org/interviews/42",
        "route=/public/interview/{token}/start", "session_id=01a1fefe-6433-7fd2-ae47-63a4c3604f2c", "/api/public/room",
        "the password is too short", "A token of the answer", "request_id=01a1fefe64247b48b6fb496d68ecbe1d",
    ],
)  # fmt: skip
def test_what_is_no_secret_stays_readable(line):
    assert redacted(line) == line


def test_numbers_of_tokens_are_counts_and_not_secrets():
    given = {"input_tokens": 812, "tokens": 3, "token": "abcdef", "api_key": None, "password_set": True}
    assert redact(given) == {
        "input_tokens": 812, "tokens": 3, "token": "[hidden]", "api_key": None, "password_set": True,
    }  # fmt: skip
