"""An organisation in which everything exists, and what strangers could name of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import text
from tests.factories.answered import STRONG
from tests.factories.candidates import SAMPLES, CandidateClient, begin
from tests.factories.identity import Browser, MadeOrganisation, bearer, make_member, make_organisation, unique_email
from tests.factories.interviews import CONVERSATION, SINGLE_CHOICE, TEXT, VIDEO, MadeInterview, publish_interview

from colloquy.contexts.identity.public import Role
from colloquy.contexts.scoring import public as scoring
from colloquy.kit.crypto import Secret
from colloquy.kit.ids import new_id
from colloquy.kit.jobs import deadletters
from colloquy.providers.speech.fake import FakeSpeech
from colloquy.providers.speech.port import SpeechToText

WEBM = (SAMPLES / "weak" / "answer-1.webm").read_bytes()

TABLES = {
    "account_id": "service_accounts",
    "answer_id": "answers",
    "comment_id": "comments",
    "competency_id": "competencies",
    "contest_id": "contests",
    "conversation_id": "conversations",
    "draft_id": "vacancy_drafts",
    "endpoint_id": "webhook_endpoints",
    "export_id": "tenant_exports",
    "hold_id": "legal_holds",
    "interview_id": "interviews",
    "key_id": "model_keys",
    "letter_id": "dead_letters",
    "link_id": "interview_links",
    "message_id": "messages",
    "model_id": "org_models",
    "notice_hash": "notices",
    "org_id": "organisations",
    "passkey_id": "passkeys",
    "question_id": "questions",
    "recording_id": "recordings",
    "request_id": "erasure_requests",
    "role_id": "custom_roles",
    "run_id": "scoring_runs",
    "session_id": "sessions",
    "take_id": "takes",
    "upload_id": "recordings",
}
"""The table whose rows a part of an address names."""
ELSEWHERE = {
    ("/account/", "session_id"): "browser_sessions",
    ("/team/", "invitation_id"): "colleague_invitations",
    ("/api/interviews/", "invitation_id"): "interview_links",
    ("/mail/", "message_id"): "sendings",
    ("/api/webhook-messages/", "message_id"): "webhook_messages",
    ("/settings/webhooks/", "message_id"): "webhook_messages",
    ("/api/api-keys/", "key_id"): "api_keys",
    ("/settings/api-keys/", "key_id"): "api_keys",
}
"""The same, where one word names two things."""
WORDS = {
    "accent": "2563eb",
    "direction": "up",
    "key": "backend-1",
    "link": "no-link-that-was-ever-sent",
    "logo_hash": "0" * 64,
    "number": "1",
    "rendition": "playback",
    "role": "owner",
}
"""Parts of addresses that name nothing of anybody's."""


@dataclass
class World:
    """An organisation, its people and a candidate who did everything that a candidate can do."""

    organisation: MadeOrganisation
    interview: MadeInterview
    draft: str
    candidate: CandidateClient
    email: str
    name: str
    canaries: tuple[str, ...]
    others: dict[str, str] = field(default_factory=dict)
    """Values of parameters that are in no table: secret links."""
    known: dict[tuple[str, str], str] = field(default_factory=dict)
    """What was found once: later some of it may be deleted by whoever may."""

    def ids(self, look: psycopg.Connection, path: str, parameters: tuple[str, ...]) -> dict[str, str]:
        """What this organisation's things are called in an address."""
        return {name: self._id(look, path, name) for name in parameters}

    def _id(self, look: psycopg.Connection, path: str, name: str) -> str:
        if name in WORDS:
            return WORDS[name]
        if name in self.others:
            return self.others[name]
        if name == "person_id":
            return str(self.organisation.members[-1].person_id)
        if (path, name) not in self.known:
            self.known[path, name] = self._find(look, path, name)
        return self.known[path, name]

    def _find(self, look: psycopg.Connection, path: str, name: str) -> str:
        at = next(
            (table for (start, what), table in ELSEWHERE.items() if path.startswith(start) and what == name), None
        )
        return _row(look, at or TABLES[name], self)

    def all_ids(self, look: psycopg.Connection) -> dict[str, str]:
        """One id for every name that a body might use."""
        return {name: self._id(look, "", name) for name in TABLES} | {
            "person_id": str(self.organisation.members[-1].person_id)
        }


NAMES = {"sendings": "message_id", "service_accounts": "person_id", "notices": "hash"}
"""The column by which rows are named, where it is not `id`."""


def _row(look: psycopg.Connection, table: str, world: World) -> str:
    columns = {
        name
        for (name,) in look.execute(
            "select column_name from information_schema.columns where table_name = %s", [table]
        ).fetchall()
    }
    if ("org_id" not in columns and "person_id" in columns) or table == "browser_sessions":
        whose = world.organisation.owner if table == "browser_sessions" else admin_of(world)
        where, values = ["person_id = %s"], [str(whose.person_id)]
    else:
        where, values = [f"{'id' if table == 'organisations' else 'org_id'} = %s"], [str(world.organisation.id)]
        about = _about(table, columns, world)
        where += [f"{name} = %s" for name in about]
        values += about.values()
    order = "made_at" if "made_at" in columns else "1"
    query = f"select {NAMES.get(table, 'id')}::text from {table} where {' and '.join(where)} order by {order} limit 1"
    found = look.execute(query.encode(), values).fetchone()
    assert found is not None, f"the world has nothing in {table}, so nothing of it can be attacked: make one"
    return str(found[0])


def _about(table: str, columns: set[str], world: World) -> dict[str, str]:
    """Which of the organisation's rows: those of the candidate or of the interview, where there are such."""
    session, interview = world.candidate.session_id, str(world.interview.id)
    if table in {"sessions", "interviews"}:
        return {"id": session if table == "sessions" else interview}
    if table == "interview_links":
        return {"used_by_session": session}
    if table in {"erasure_requests", "webhook_messages"}:
        return {}
    if "session_id" in columns:
        return {"session_id": session}
    return {"interview_id": interview} if "interview_id" in columns else {}


_made: dict[str, World] = {}


async def world_of(runtime: Any, api: Any, run_jobs: Any, transport: Any, name: str) -> World:
    """The world with this name, made once a process: it takes seconds."""
    if name not in _made:
        before = runtime.provided.get(SpeechToText)
        runtime.provided.put(SpeechToText, FakeSpeech())
        try:
            await run_jobs()
            _made[name] = await make_world(runtime, api, run_jobs, transport, name)
        finally:
            runtime.provided.put(SpeechToText, before)
    return _made[name]


async def make_world(runtime: Any, api: Any, run_jobs: Any, transport: Any, name: str) -> World:
    """Everything there is, made through the product's own doors. A canary is in all that strangers must not see."""
    canary = f"canary-{name}"
    organisation = await make_organisation(runtime.database, f"Company of the {name}")
    for role in (Role.ADMIN, Role.RECRUITER, Role.REVIEWER):
        await make_member(runtime.database, organisation, role, name=f"{canary} {role}")
    authorization = await bearer(runtime.database, runtime.provided.get(Secret), organisation.owner)
    owner = {"authorization": authorization}

    async def post(path: str, body: Any, method: str = "POST") -> Any:
        answer = await api.request(method, path, json=body, headers=owner)
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async with Browser(transport=transport, base_url="http://testserver") as browser:
        assert (await browser.sign_in(organisation.owner.email)).status_code == 303
    await post("/api/team/invitations", {"email": unique_email(canary), "role": "reviewer"})
    model = {"vendor": "openai", "model": "gpt-4o", "enabled": False}
    await post("/api/models", model)
    await post("/api/model-keys", {"vendor": "openai", "key": f"sk-{canary}-0001", "label": canary})
    draft = await post("/api/interviews", {"title": f"{canary} draft"})
    await post(
        "/api/vacancies", {"vacancy": f"{canary}: we look for a backend engineer who measures.", "language": "en"}
    )
    made = await publish_interview(
        runtime, organisation, VIDEO, SINGLE_CHOICE, TEXT, CONVERSATION, title=f"Engineer at the {name}"
    )
    home = f"/api/interviews/{made.id}"
    email = unique_email(canary)
    invited = await post(f"{home}/invitations", {"people": f"{canary} Zelda <{email}>"})
    link = invited["invited"][0]["id"]
    address = (await api.get(f"{home}/invitations/{link}/address", headers=owner)).json()["address"]
    await run_jobs()
    candidate = await begin(api, address.rpartition("/")[2], name=f"{canary} Zelda", email=email)
    await candidate.agree()
    question = (await candidate.room())["question"]
    await candidate.answer_with(question, WEBM)
    question = (await candidate.room())["question"]
    await candidate.post("/room/answers", {"question_id": question["id"], "value": "a"})
    await candidate.write((await candidate.room())["question"], f"{STRONG} {canary}")
    await candidate.room()
    opened = await api.post("/api/interview/chat", json={}, headers=candidate.headers)
    conversation = opened.json()["conversation"]["id"]
    await api.post(
        "/api/interview/upload-voice",
        data={"conversation_id": conversation, "client_message_id": str(uuid4())},
        files={"file": ("voice.webm", WEBM, "audio/webm")},
        headers=candidate.headers,
    )
    await run_jobs()
    await api.post("/api/interview/chat/end", json={"conversation_id": conversation}, headers=candidate.headers)
    await candidate.complete()
    await run_jobs()
    world = World(organisation, made, draft["id"], candidate, email, f"{canary} Zelda", (canary,))
    world.others["token"] = candidate.token
    await _people(world, post, api, owner)
    await _office(world, post, runtime)
    async with runtime.database.begin(organisation.scope) as db:
        session = UUID(candidate.session_id)
        await scoring.contest(db, organisation.scope, session, scoring.ContestAbout.WORDS, f"{canary} said otherwise.")
        payload = {"org_id": str(organisation.id)}
        await deadletters.bury(db, "media.render", "render", payload, f"{canary}: no space left", 5)
    await run_jobs()
    return world


async def _people(world: World, post: Any, api: Any, owner: dict[str, str]) -> None:
    """What colleagues and the candidate add when the interview is over."""
    home, canary = f"/api/sessions/{world.candidate.session_id}", world.canaries[0]
    answers = (await api.get(home, headers=owner)).json()["answers"]
    written = next(one["id"] for one in answers if one["kind"] == "text")
    await post(f"{home}/review", {"levels": {"problem_solving": 4, "ownership": 3}, "comment": f"{canary} review"})
    await post(f"{home}/comments", {"answer_id": written, "text": f"{canary} comment"})
    await post(f"{home}/overrides", {"competency": "ownership", "level": 2, "reason": f"{canary} corrects this."})
    await post(f"{home}/decision", {"outcome": "hold", "reason": f"{canary} waits for a second interview."})
    reviewers = [str(one.person_id) for one in world.organisation.members[-2:]]
    await post(f"{home}/panel", {"person_ids": reviewers}, "PUT")
    await post(f"/api/interviews/{world.interview.id}/runs", {})


def admin_of(world: World) -> Any:
    """Who has a passkey: somebody as whom no test signs in, since signing in then takes a second step."""
    return next(one for one in world.organisation.members if one.role is Role.ADMIN)


async def _office(world: World, post: Any, runtime: Any) -> None:
    """What owners set up: roles, accounts and keys for programs, webhooks, holds, requests, exports, passkeys."""
    canary, organisation = world.canaries[0], world.organisation
    await post("/api/roles", {"name": f"{canary} role", "permissions": ["interviews_view"]})
    account = await post("/api/service-accounts", {"name": f"{canary} program", "role": "reviewer"})
    key = {"account_id": account["id"], "name": f"{canary} key", "scopes": ["interviews_view"], "days": 30}
    await post("/api/api-keys", key)
    hook = {"url": "https://hooks.example.com/in", "event_types": ["session.completed"], "description": canary}
    endpoint = await post("/api/webhooks", hook)
    rows = {
        "legal_holds": (
            "(id, org_id, kind, subject_id, reason, placed_by, placed_at) values"
            " (:id, :org, 'interview', :draft, :why, :owner, now())"
        ),
        "erasure_requests": (
            "(id, org_id, session_id, interview_id, asked_by, state, asked_at, language) values"
            " (:id, :org, :other, :draft, 'company', 'needs_person', now(), 'en')"
        ),
        "tenant_exports": "(id, org_id, state, made_by, created_at) values (:id, :org, 'working', :owner, now())",
        "passkeys": (
            "(id, person_id, credential_id, public_key, sign_count, name, created_at) values"
            " (:id, :admin, :bytes, '\\x00', 0, :name, now())"
        ),
        "webhook_messages": (
            "(id, org_id, endpoint_id, event_type, occurred_at, data, state) values"
            " (:id, :org, :endpoint, 'session.completed', now(), '{}', 'failed')"
        ),
    }
    async with runtime.database.begin(organisation.scope) as db:
        for table, rest in rows.items():
            made = new_id()
            given = {
                "id": made, "org": organisation.id, "owner": organisation.owner.person_id, "draft": UUID(world.draft),
                "admin": admin_of(world).person_id,
                "other": new_id(), "why": f"{canary} is in a lawsuit.", "bytes": made.bytes, "name": canary,
                "endpoint": UUID(endpoint["id"]),
            }  # fmt: skip
            statement = f"insert into {table} {rest}"
            await db.execute(text(statement), {name: one for name, one in given.items() if f":{name}" in statement})


def digest(look: psycopg.Connection, world: World, leave_out: frozenset[str] = frozenset()) -> dict[str, str]:
    """For each table, what this organisation has in it, as one number; and which sign-ins of its owner still hold."""
    tables = look.execute(
        "select table_name, column_name from information_schema.columns c where table_schema = 'public'"
        " and (column_name = 'org_id' or (table_name = 'organisations' and column_name = 'id'))"
        " and table_name not like 'procrastinate%'"
    ).fetchall()
    made = {}
    for table, column in sorted(tables):
        if table not in leave_out:
            rows = look.execute(
                f"select t::text from {table} t where {column} = %s order by 1".encode(), [world.organisation.id]
            ).fetchall()
            made[table] = hashlib.sha256(repr(rows).encode()).hexdigest()[:16]
    for table in ("api_sign_ins", "browser_sessions"):
        rows = look.execute(
            f"select id, revoked_at from {table} where person_id = %s order by 1".encode(),
            [world.organisation.owner.person_id],
        ).fetchall()
        made[f"the owner's {table}"] = hashlib.sha256(repr(rows).encode()).hexdigest()[:16]
    return made
