"""What those who keep an installation trustworthy look at: the data for it, and the screens."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

import httpx

from colloquy.cli.demo import OWNER, PASSWORD

HELD = "The candidate has announced a claim; counsel asked on Monday to keep everything about this application."
_ERASED_SECONDS = 90


def fill_trust(client: httpx.Client, made: Mapping[str, str], leaves: str) -> dict[str, str]:
    """Roles, keys for programs, webhooks, shares, a hold, an erasure and an export; ids of what has a page of its own.

    `client` is signed in as the owner; `leaves` is the session of a candidate who is erased.
    """
    post, get = _api(client)
    names = ["interviews_view", "sessions_view", "sessions_review"]
    role = post("/roles", {"name": "Hiring manager", "permissions": names})["key"]
    account = post("/service-accounts", {"name": "Payroll import", "role": "reviewer"})["id"]
    key = {"account_id": account, "name": "nightly", "scopes": ["interviews_view"], "days": 30}
    key_id = post("/api-keys", key)["id"]
    hook = {
        "url": "https://hooks.larkspur.example/colloquy",
        "event_types": ["session.completed", "report.ready"],
        "description": "Applicant tracking",
    }
    endpoint = post("/webhooks", hook)["id"]
    post(f"/webhooks/{endpoint}/test", {})
    model = post("/models", {"vendor": "openai", "model": "gpt-4o", "enabled": False})["id"]
    model_key = post("/model-keys", {"vendor": "openai", "key": "sk-larkspur-0001", "label": "Team key"})["id"]
    people = {one["name"]: one["person_id"] for one in get("/team")["members"]}
    shares = {"visibility": "shared", "people": [{"person_id": people["Tom Ellery"], "level": "review"}]}
    client.put(f"/api/interviews/{made['interview']}/sharing", json=shares).raise_for_status()
    proposal = post("/vacancies", {"vacancy": "Shift lead who measures, plans and explains.", "language": "en"})["id"]
    run = post(f"/interviews/{made['interview']}/runs", {})["id"]
    _forms(client, made)
    client.delete(f"/api/sessions/{leaves}").raise_for_status()
    _until_gone(client, leaves)
    tried = {**_message(client, endpoint), "role": role, "account": account, "key": key_id, "endpoint": endpoint}
    return tried | {"model": model, "model_key": model_key, "proposal": proposal, "run": run}


def _api(client: httpx.Client) -> Any:
    def post(path: str, body: Any) -> Any:
        answer = client.post(f"/api{path}", json=body)
        if not answer.is_success:
            raise SystemExit(f"{path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None

    def get(path: str) -> Any:
        return client.get(f"/api{path}").raise_for_status().json()

    return post, get


def _forms(client: httpx.Client, made: Mapping[str, str]) -> None:
    """What only pages do: a hold, an export."""
    with httpx.Client(base_url=client.base_url, headers={"accept": "text/html"}, timeout=60) as browser:
        send(browser, "/sign-in", {"email": OWNER, "password": PASSWORD})
        holds = f"/settings/privacy/holds/new?session={made['weak']}"
        held = {"session": made["weak"], "kind": "session", "reason": HELD}
        send(browser, "/settings/privacy/holds", held, shown_at=holds)
        send(browser, "/settings/privacy/export", {})


def send(browser: httpx.Client, path: str, fields: dict[str, str], *, shown_at: str = "") -> None:
    """Fills in the form of a page and sends it."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(shown_at or path).text)
    if token is None:
        raise SystemExit(f"{shown_at or path} has no form")
    answer = browser.post(path, data={"csrf_token": token[1], **fields})
    if answer.status_code != httpx.codes.SEE_OTHER:
        raise SystemExit(f"{path}: {answer.status_code}")


def _until_gone(client: httpx.Client, session_id: str) -> None:
    ends = time.monotonic() + _ERASED_SECONDS
    while client.get(f"/api/sessions/{session_id}").is_success:
        if time.monotonic() > ends:
            raise SystemExit("The candidate who asked for it is not erased yet; run it again in a minute.")
        time.sleep(1)


def _message(client: httpx.Client, endpoint: str) -> dict[str, str]:
    messages = client.get("/api/webhook-messages", params={"endpoint_id": endpoint}).raise_for_status().json()["items"]
    return {"message": messages[0]["id"]}


def trust_screens(made: Mapping[str, str]) -> dict[str, str]:
    """Name to path."""
    home, strong = f"/interviews/{made['interview']}", f"/sessions/{made['strong']}"
    hooks, keys, models = "/settings/webhooks", "/settings/api-keys", "/settings/models"
    return {
        "second-factor": "/account/second-factor",
        "waiting": "/waiting",
        "from-vacancy": "/interviews/from-vacancy",
        "proposal": f"/interviews/proposals/{made['proposal']}",
        "bank": f"/interviews/{made['draft']}/bank",
        "rubric": f"/interviews/{made['draft']}/rubric",
        "paths": f"/interviews/{made['draft']}/paths",
        "again": f"{home}/again",
        "again-run": f"{home}/again/{made['run']}",
        "calibration": f"{home}/calibration",
        "compare": f"{home}/compare",
        "retention-interview": f"{home}/retention",
        "reviewers": f"{home}/reviewers",
        "sharing": f"{home}/sharing",
        "accommodations": f"{strong}/accommodations",
        "session-delete": f"{strong}/delete",
        "judgements": f"{strong}/judgements",
        "api-keys": keys,
        "api-key-new": f"{keys}/accounts/{made['account']}/new",
        "api-account-remove": f"{keys}/accounts/{made['account']}/remove",
        "api-key-revoke": f"{keys}/{made['key']}/revoke",
        "api-key-rotate": f"{keys}/{made['key']}/rotate",
        "audit": "/settings/audit",
        "documents": "/settings/documents",
        "impact": "/settings/impact",
        "jurisdictions": "/settings/jurisdictions",
        "notices": "/settings/notices",
        "models": models,
        "models-budget": f"{models}/budget",
        "model-key-new": f"{models}/keys/new",
        "model-key": f"{models}/keys/{made['model_key']}",
        "model-new": f"{models}/new",
        "model": f"{models}/{made['model']}",
        "tenant-export": "/settings/privacy/export",
        "holds": "/settings/privacy/holds",
        "hold-new": f"/settings/privacy/holds/new?session={made['strong']}",
        "requests": "/settings/privacy/requests",
        "retention": "/settings/privacy/retention",
        "roles": "/settings/roles",
        "role-new": "/settings/roles/new",
        "role": f"/settings/roles/{made['role']}",
        "sign-in-settings": "/settings/sign-in",
        "usage": "/settings/usage",
        "webhooks": hooks,
        "webhook-messages": f"{hooks}/messages",
        "webhook-message": f"{hooks}/messages/{made['message']}",
        "webhook-new": f"{hooks}/new",
        "webhook": f"{hooks}/{made['endpoint']}",
        "webhook-delete": f"{hooks}/{made['endpoint']}/delete",
        "webhook-edit": f"{hooks}/{made['endpoint']}/edit",
    }
