"""What the page's recorders produced, written down outside of the product: the measure of "nothing lost"."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from dataclasses import dataclass, field

import psycopg
from playwright.async_api import BrowserContext
from tests.browser.product import Product

# Each piece is reported as soon as the recorder gives it out, in its order; `at` is the page's monotonic clock.
_REPORTING = """
const Native = MediaRecorder;
let started = 0;
window.MediaRecorder = class extends Native {
  constructor(...given) {
    super(...given);
    const id = `${performance.timeOrigin}-${started += 1}`;
    let order = Promise.resolve();
    let began = 0;
    this.addEventListener("start", () => { began = performance.now(); });
    this.addEventListener("dataavailable", (event) => {
      const at = (performance.now() - began) / 1000;
      order = order.then(() => new Promise((done) => {
        const reader = new FileReader();
        reader.onload = () => done(window.produced(id, reader.result.split("base64,")[1] ?? "", at));
        reader.readAsDataURL(event.data);
      }));
    });
  }
};
"""


@dataclass
class Ledger:
    """Per recorder of a page, in the order they began: the bytes it gave out, and for how long it ran."""

    takes: dict[str, bytearray] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    async def watch(self, context: BrowserContext) -> None:
        """Call before the first page of the context is opened."""
        await context.expose_function("produced", self._produced)
        await context.add_init_script(_REPORTING)

    def _produced(self, take: str, piece: str, at: float) -> None:
        self.takes.setdefault(take, bytearray()).extend(base64.b64decode(piece))
        self.seconds[take] = at

    def digest(self, take: int = 0) -> str:
        """SHA-256 of everything that the take's recorder gave out."""
        return hashlib.sha256(list(self.takes.values())[take]).hexdigest()

    def length(self, take: int = 0) -> float:
        """Seconds from the start to the last piece."""
        return list(self.seconds.values())[take]


async def stored(product: Product, *, seconds: float = 60) -> tuple[str, float]:
    """SHA-256 and duration in seconds of the recording that the newest submitted answer uses, once it is read."""
    query = (
        "select r.sha256, r.duration_seconds from answers a join recordings r on r.id = a.recording_id"
        " where a.submitted_at is not null"
        " order by a.submitted_at desc limit 1"
    )
    async with asyncio.timeout(seconds):
        while True:
            with psycopg.connect(product.where.migrating) as connection:
                row = connection.execute(query).fetchone()
            if row and row[0] and row[1]:
                return str(row[0]), float(row[1])
            await asyncio.sleep(0.2)
