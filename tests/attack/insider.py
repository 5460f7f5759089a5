"""Somebody who may do everything, with the things of a world and the forms of its pages: what they send arrives."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import psycopg
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from tests.attack import expected, honest
from tests.attack.operations import FORM, Operation, body_for, operations
from tests.attack.world import TABLES, WORDS, World, world_of
from tests.factories.candidates import CandidateClient, begin
from tests.factories.identity import PASSWORD, Browser, bearer, unique_email

from colloquy.kit.crypto import Secret

NOWHERE = "00000000-0000-7000-8000-00000000abcd"
UNSENT: dict[str, str] = {
    "POST /sign-out": "would sign the sender out",
    "POST /account/sessions/end-others": "would sign the sender out",
    "POST /account/sessions/{session_id}/end": "would sign the sender out",
    "POST /account/organisations/{org_id}": "has no field but the address",
    "POST /interviews/{interview_id}/delete": "would end the world; has no field",
    "POST /sessions/{session_id}/delete": "would end the world; its one field is asked in tests of reporting",
    "POST /{token}/my-data/erase": "would end the world; has no field",
    "POST /settings/privacy/requests/{request_id}/erase": "would end the world; has no field",
}
"""Operations that nothing awkward is sent to, each with the reason."""


class _Forms(HTMLParser):
    """The forms of one page: where each leads, and its fields with what they hold."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "form":
            self.found.append((has.get("action") or "", {}))
        name = has.get("name")
        if not self.found or not name or name == "csrf_token":
            return
        fields = self.found[-1][1]
        if tag in {"textarea", "select"} or (tag in {"input", "button"} and has.get("type") not in {"file", "image"}):
            fields.setdefault(name, has.get("value") or "")


@dataclass
class Insider:
    """An organisation's owner with a browser and a program, and a candidate in the middle of an interview."""

    app: FastAPI
    look: psycopg.Connection
    world: World
    browser: Browser
    csrf: str
    authorization: str
    candidate: CandidateClient
    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    forms: dict[str, dict[str, str]] = field(default_factory=dict)
    """By operation, the fields of the form that leads to it, with what they hold."""
    queries: dict[str, list[str]] = field(default_factory=dict)
    """By operation, what its address may ask."""
    database: Any = None
    secret: Any = None

    def operations(self) -> list[Operation]:
        """All that an insider sends to, those that end something last."""
        late = expected.LEAVING | {"POST /api/public/complete-interview", "POST /{token}/withdraw"}
        found = [one for one in operations(self.app) if one.name not in UNSENT]
        # Candidates come first: what is sent as an owner may end the links by which they came.
        return sorted(found, key=lambda one: (one.name in late, not one.path.startswith(expected.CANDIDATES)))

    def address(self, operation: Operation) -> str:
        """The address with things of this world in it."""
        return operation.at({name: self.id_of(operation.path, name) for name in operation.parameters})

    def id_of(self, path: str, name: str) -> str:
        """What stands for a part of an address: a thing of this world, or the id of nothing."""
        if (path, name) in self.ids:
            return self.ids[path, name]
        if ("", name) in self.ids:
            return self.ids["", name]
        if name == "token":
            return self.candidate.token
        if name not in {*TABLES, *WORDS, *self.world.others, "person_id", "invitation_id"}:
            return NOWHERE
        try:
            return self.world.ids(self.look, path, (name,))[name]
        except (AssertionError, KeyError):
            return NOWHERE

    def body(self, operation: Operation) -> Any:
        """A JSON body that the schema allows."""
        known = {name: self.id_of("", name) for name in (*TABLES, "person_id")}
        return honest.in_body(body_for(operation.schema, self.app.openapi(), known))

    def headers(self, operation: Operation) -> dict[str, str]:
        if operation.path.startswith(("/api/public/", "/api/interview/")):
            return self.candidate.headers
        if operation.path.startswith("/api/"):
            return {"authorization": self.authorization}
        return {"x-csrf-token": self.csrf, "accept": "text/html"}

    async def send(
        self, operation: Operation, *, body: Any = None, form: dict[str, str] | None = None, **kwargs: Any
    ) -> httpx.Response:
        """As whoever the operation is for. `body` goes as JSON, `form` as a form, with what is no UTF-8 in it too."""
        headers = {**self.headers(operation), **kwargs.pop("headers", {})}
        if body is not None:
            kwargs["content"] = json.dumps(body)  # half a surrogate pair too
            headers["content-type"] = "application/json"
        if form is not None:
            kwargs["content"] = urlencode(
                {name: value.encode("utf-8", "surrogatepass") for name, value in form.items()}
            )
            headers["content-type"] = "application/x-www-form-urlencoded"
        answer = await self.ask(operation.method, self.address(operation), headers=headers, **kwargs)
        if answer.status_code == 429:  # after as many wrong passwords; what else is wrong would not be seen
            self.look.execute("delete from sign_in_failures")
            answer = await self.ask(operation.method, self.address(operation), headers=headers, **kwargs)
        if self._is_out(answer) and not operation.path.startswith(("/api/public/", "/api/interview/", "/{token}")):
            # Something that was sent has ended the sign-in, or it is an hour old.
            await self.sign_in()
            headers |= self.headers(operation)
            answer = await self.ask(operation.method, self.address(operation), headers=headers, **kwargs)
        return answer

    @staticmethod
    def _is_out(answer: httpx.Response) -> bool:
        return answer.status_code == 401 or answer.headers.get("location", "").startswith("/sign-in")

    async def sign_in(self) -> None:
        """Again, program and browser."""
        owner = self.world.organisation.owner
        self.authorization = await bearer(self.database, self.secret, owner)
        await self.browser.sign_in(owner.email, PASSWORD)

    async def ask(self, method: str, address: str | httpx.URL, **kwargs: Any) -> httpx.Response:
        """The answer; for one that breaks off, and for every fault, one of status 500 with the error."""
        try:
            return await self.browser.request(method, address, **kwargs)
        except Exception as error:  # noqa: BLE001 - the transport hands on what the application could not handle
            inner = error
            for _ in range(9):
                inner = getattr(inner, "orig", None) or inner.__cause__ or inner
            return httpx.Response(
                500, text=f"{type(inner).__name__}: {inner}"[:300].encode("ascii", "replace").decode()
            )

    async def read_forms(self) -> None:
        """Fills `forms`, from the pages as they are now and from what the operations say they take, and `queries`."""
        declared = list(_declared(self.app.router.routes))
        by_route = {f"{method} {path}": sorted(set(_fields(what))) for method, path, what in declared}
        self.queries = {f"{method} {path}": sorted(set(_asked(what))) for method, path, what in declared}
        posts = [one for one in self.operations() if one.page and one.changes]
        for operation in posts:
            fields = {name: FORM.get(name, "") for name in by_route.get(operation.name, ())}
            self.forms[operation.name] = {**fields, **honest.BY_HAND.get(operation.name, {})}
        for page in self.operations():
            if not page.page or page.changes or page.path.startswith(("/media", "/logo", "/brand", "/metrics")):
                continue
            answer = await self.browser.get(self.address(page), headers={"accept": "text/html"})
            if "html" not in answer.headers.get("content-type", ""):
                continue
            reader = _Forms()
            reader.feed(answer.text)
            for action, fields in reader.found:
                path = urlsplit(action).path or urlsplit(self.address(page)).path
                for operation in posts:
                    if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(operation.path)), path):
                        filled = {name: value or FORM.get(name, "") for name, value in fields.items()}
                        self.forms[operation.name] = {**self.forms[operation.name], **filled}
                        break


def _declared(routes: Any, prefix: str = "") -> Iterator[tuple[str, str, Dependant]]:
    for route in routes:
        inside = getattr(route, "original_router", None)
        if inside is not None:
            yield from _declared(inside.routes, prefix + route.include_context.prefix)
        elif getattr(route, "methods", None) and hasattr(route, "dependant"):
            for method in route.methods:
                yield method, prefix + route.path, route.dependant


def _fields(dependant: Dependant) -> Iterator[str]:
    yield from (one.alias for one in dependant.body_params)
    for part in dependant.dependencies:
        yield from _fields(part)


def _asked(dependant: Dependant) -> Iterator[str]:
    yield from (one.alias for one in dependant.query_params)
    for part in dependant.dependencies:
        yield from _asked(part)


def write(variable: str, lines: Iterable[str]) -> None:
    """Into the file that an environment variable names: all of them, where the failure shows the first."""
    if path := os.environ.get(variable):
        Path(path).write_text("\n".join(lines), encoding="utf-8", errors="backslashreplace")


_made: dict[str, Insider] = {}


async def insider_of(
    runtime: Any, app: FastAPI, api: Any, run_jobs: Any, transport: Any, look: Any, name: str
) -> Insider:
    """The insider of the world with this name, made once a process: what one test sends may end what another needs."""
    if name not in _made:
        world = await world_of(runtime, api, run_jobs, transport, name)
        _made[name] = await _make(runtime, app, api, transport, look, world)
    _made[name].look = look
    return _made[name]


_ANCHORS = [{"level": level, "text": f"As level {level} does it."} for level in (1, 3, 5)]
_COMPETENCY = {"name": "Measuring", "description": "Measures.", "kind": "technical", "weight": 1, "anchors": _ANCHORS}
_QUESTION = {"kind": "text", "max_characters": 500, "weight": 1}


async def _make(runtime: Any, app: FastAPI, api: Any, transport: Any, look: Any, world: World) -> Insider:
    """Signed in everywhere; what the world lacks is made."""
    owner = world.organisation.owner
    authorization = await bearer(runtime.database, runtime.provided.get(Secret), owner)
    browser = Browser(transport=transport, base_url="http://testserver")
    candidate = await begin(api, world.interview.token, name="Quinn", email=unique_email("quinn"))
    await candidate.agree()
    await candidate.room()
    # The candidate's pages know the browser by a cookie: the form of the public link opens another session.
    entered = await browser.submit(f"/{world.interview.token}", {"name": "Pat", "email": unique_email("pat")})
    assert entered.status_code == 303, entered.text
    signed = await browser.sign_in(owner.email, PASSWORD)
    assert signed.status_code == 303, signed.text
    made = Insider(app, look, world, browser, await browser.csrf(), authorization, candidate)
    made.database, made.secret = runtime.database, runtime.provided.get(Secret)
    headers = {"authorization": authorization}

    async def new(path: str, body: dict[str, Any]) -> str:
        answer = await api.post(path, json=body, headers=headers)
        assert answer.status_code < 300, f"{path}: {answer.text}"
        told = answer.json()
        named = "key" if path == "/api/roles" else "id"
        return str(told[named] if named in told else told["endpoint"]["id"])

    role = {"name": f"Sees {candidate.session_id[-12:]}", "permissions": ["interviews_view"]}
    made.ids["", "role_id"] = await new("/api/roles", role)
    made.ids["", "account_id"] = await new("/api/service-accounts", {"name": "Robot", "role": "reviewer"})
    made.ids["", "endpoint_id"] = await new(
        "/api/webhooks", {"url": "https://example.com/hook", "event_types": ["session.completed"]}
    )
    waiting = await new("/api/interviews", {"title": "A draft to be filled in"})
    inside = {
        "competency_id": await new(f"/api/interviews/{waiting}/competencies", _COMPETENCY),
        "question_id": await new(f"/api/interviews/{waiting}/questions", {"text": "What did you build?", **_QUESTION}),
    }
    for operation in operations(app):  # what is published cannot be edited: everything of an editor goes to a draft
        if operation.changes and operation.path.startswith(
            ("/interviews/{interview_id}", "/api/interviews/{interview_id}")
        ):
            parts = set(operation.parameters) - {"interview_id", *inside}
            if not parts and not re.search(r"invit|runs|again|publish|close|reopen|link|panel|reveal", operation.path):
                made.ids[operation.path, "interview_id"] = waiting
                made.ids.update({(operation.path, name): one for name, one in inside.items()})
    return made
