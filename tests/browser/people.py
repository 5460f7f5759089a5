"""A recruiter's program that arranges what a test is about, through the product's own API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from tests.browser.product import Product

OWNER = {"organisation": "Larkspur Parcels", "name": "Olga Weber", "email": "olga@larkspur.example"}
PASSWORD = "eleven quiet herons"


@dataclass
class Recruiter:
    """The organisation's owner, at the API."""

    client: httpx.AsyncClient

    async def get(self, path: str) -> Any:
        response = await self.client.get(f"/api{path}")
        assert response.status_code == 200, response.text
        return response.json()

    async def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        response = await self.client.post(f"/api{path}", json=body or {})
        assert response.is_success, response.text
        return response.json()

    async def publish(
        self,
        *questions: dict[str, Any],
        title: str = "Backend engineer",
        competencies: tuple[str, ...] = ("problem_solving", "communication"),
        **details: Any,
    ) -> tuple[str, str]:
        """An open interview, each question probing every competency; returns its id and its public address."""
        made = await self.post("/interviews", {"title": title, "blind_review": False, **details})
        home = f"/interviews/{made['id']}"
        library = {one["key"] for one in await self.get("/competency-library")}
        keys = [key for key in competencies if key in library] or sorted(library)[:2]
        chosen = await self.post(f"{home}/competencies/from-library", {"keys": keys})
        ids = [competency["id"] for competency in chosen]
        for question in questions:
            await self.post(f"{home}/questions", {"competency_ids": ids, **question})
        await self.post(f"{home}/publish")
        link = await self.post(f"{home}/public-link")
        return made["id"], link["address"]


@asynccontextmanager
async def recruiter(product: Product) -> AsyncIterator[Recruiter]:
    """The owner; the product is set up at the first call."""
    async with httpx.AsyncClient(base_url=product.address, timeout=30) as client:
        tokens = await client.post("/api/auth/register", json={**OWNER, "password": PASSWORD})
        if not tokens.is_success:
            given = {"email": OWNER["email"], "password": PASSWORD}
            tokens = await client.post("/api/auth/login", json=given)
        assert tokens.is_success, tokens.text
        client.headers["authorization"] = f"Bearer {tokens.json()['access_token']}"
        yield Recruiter(client)
