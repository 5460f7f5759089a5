"""Organisations with models and keys, and vendors that say what tests tell them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel
from sqlalchemy import text

from colloquy.contexts.inference.policy.budget import Budget
from colloquy.contexts.inference.policy.drafts import KeyDraft, ModelDraft
from colloquy.contexts.inference.public import About, Inference, Installation, Task, Tier
from colloquy.contexts.inference.service import change_budget, change_keys, change_models
from colloquy.contexts.privacy import public as privacy
from colloquy.kit.crypto import Secret
from colloquy.kit.ids import new_id
from colloquy.providers.llm.structured import StructuredRequest
from colloquy.providers.llm.structured_fake import FakeStructured, Says


class Form(BaseModel):
    """What is asked for in these tests."""

    word: str


def request(prompt: str = "Say something.", **kwargs: Any) -> StructuredRequest[Form]:
    return StructuredRequest("Answer in one word.", prompt, Form, **kwargs)


@dataclass
class Seconds:
    """A clock that goes when it is told to, and by as much as anybody sleeps."""

    at: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds


@dataclass
class Desk:
    """An organisation that asks models. `vendors` has a fake for each "vendor:model" that was asked."""

    organisation: Any
    database: Any
    secret: Secret
    seconds: Seconds = field(default_factory=Seconds)
    vendors: dict[str, FakeStructured] = field(default_factory=dict)
    installation: Installation | None = None
    inference: Inference = field(init=False)
    about: About | None = None
    deciding: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.inference = self.process()

    def process(self) -> Inference:
        """Another process of the same installation, with the same vendors."""
        return Inference(
            self.database,
            self.secret,
            lambda vendor, model, url: self.vendor(f"{vendor}:{model}" + (f"@{url}" if url else "")),
            self.installation,
            seconds=self.seconds,
            sleep=self.seconds.sleep,
            chance=lambda: 0.5,
        )

    def vendor(self, name: str, says: Says | None = None) -> FakeStructured:
        fake = self.vendors.setdefault(name, FakeStructured(name.partition("@")[0]))
        fake.says = says or fake.says
        return fake

    @property
    def scope(self):
        return self.organisation.scope

    async def model(self, name: str = "openai:gpt-5-mini", tier: Tier = Tier.STANDARD, **kwargs: Any) -> UUID:
        vendor, _, model = name.partition(":")
        values = {"base_url": "", "tasks": list(Task), **kwargs}
        async with self.database.begin(self.scope) as db:
            draft = ModelDraft(vendor, model, tier=tier, **values)
            return (await change_models.add_model(db, self.organisation.owner, draft)).id

    async def key(self, value: str, vendor: str = "openai", base_url: str = "", **kwargs: Any) -> UUID:
        async with self.database.begin(self.scope) as db:
            draft = KeyDraft(vendor, base_url, kwargs.pop("label", "Key"), value, **kwargs)
            return (await change_keys.add_key(db, self.secret, self.organisation.owner, draft)).id

    async def keys(self) -> dict[UUID, Any]:
        async with self.database.begin(self.scope) as db:
            return {row.id: row for row in await change_keys.keys(db, self.organisation.owner)}

    async def budget(self, **limits: int) -> None:
        async with self.database.begin(self.scope) as db:
            budget = Budget(**{f"{name}_microdollars": value for name, value in limits.items()})
            await change_budget.set_budget(db, self.organisation.owner, budget)

    async def spent(self) -> change_budget.Spending:
        async with self.database.begin(self.scope) as db:
            return await change_budget.spending(db, self.organisation.owner)

    async def ask(self, prompt: str = "Say something.", task: Task = Task.EVALUATE, **kwargs: Any):
        about = kwargs.pop("about", None) or await self.agreed()
        options = {name: kwargs.pop(name) for name in ("avoid", "sample") if name in kwargs}
        inference = kwargs.pop("inference", self.inference)
        return await inference.ask(self.scope, task, request(prompt, **kwargs), about, **options)

    async def agreed(self) -> About:
        """A session whose candidate agrees to a program; always the same one."""
        async with self.deciding:  # many may ask at once
            if self.about is None:
                about = About(None, new_id())
                await self._begins(about.session_id)
                await self.decides(about.session_id, agrees=True)
                self.about = about
        return self.about

    async def _begins(self, session_id: UUID | None) -> None:
        async with self.database.begin(self.scope) as db:
            await db.execute(
                text(
                    "insert into sessions (id, org_id, interview_id, link_id, state, name, email, email_key, language,"
                    " opened_at, updated_at) values (:id, :org, :other, :other, 'consented', 'Ada', 'ada@example.com',"
                    " 'ada@example.com', 'en', now(), now())"
                ),
                {"id": session_id, "org": self.scope.org_id, "other": new_id()},
            )

    async def decides(self, session_id: UUID | None, *, agrees: bool) -> None:
        """The candidate of a session says yes or no to a program."""
        notice = privacy.notice("en", "Acme", "Developer", kinds=frozenset({"text"}), retention_days=30)
        async with self.database.begin(self.scope) as db:
            await privacy.record_consent(
                db,
                self.scope,
                session_id=session_id,
                purposes={privacy.Purpose.AI_EVALUATION: agrees},
                notice=notice,
                given_from=None,
            )

    async def calls(self) -> list[Any]:
        async with self.database.begin(self.scope) as db:
            found = await db.execute(
                text("select * from model_calls where org_id = :id order by at, id"), {"id": self.scope.org_id}
            )
            return list(found.all())

    async def announced(self, name: str) -> list[dict[str, Any]]:
        async with self.database.begin(self.scope) as db:
            found = await db.scalars(
                text("select payload from outbox where org_id = :id and name = :name order by occurred_at, id"),
                {"id": self.scope.org_id, "name": name},
            )
            return list(found)


@pytest.fixture
def make_desk(make_organisation, database, runtime) -> Callable[..., Any]:
    async def make(**kwargs: Any) -> Desk:
        return Desk(await make_organisation(), database, runtime.provided.get(Secret), **kwargs)

    return make


@pytest.fixture
async def desk(make_desk) -> Desk:
    """An organisation with one model and no key yet."""
    made = await make_desk()
    await made.model()
    return made
