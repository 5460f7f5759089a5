"""Vendors that fail by a seeded script, candidates whose answers they judge, and what must be true at the end.

Everything that a model says wrongly, or that never arrives whole, gives the level 5, with words that the candidate did
say. A good answer never does: a stored 5 of a model is a score that was made from nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
import re
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from tests.factories.answered import STRONG, Answering, begin_answering
from tests.factories.work import run_jobs
from tests.providers.llm import vendor_answers as vendors
from tests.providers.llm.model_server import Asked
from tests.providers.llm.vendor_server import Fault, NeverAccepts, Taken, VendorServer, closed_port

from colloquy.contexts.analysis.policy.stored import from_json
from colloquy.contexts.inference.public import Inference, Task, Tier
from colloquy.contexts.inference.service import change_keys, change_models
from colloquy.contexts.sessions.public import SessionState
from colloquy.kit.crypto import Secret
from colloquy.providers.llm.structured import StructuredModel
from colloquy.providers.llm.structured_pydantic_ai import PydanticAIStructured
from colloquy.roles.runtime import Runtime

MODELS: Final = {"openai": "gpt-4o", "anthropic": "claude-haiku-4-5", "gemini": "gemini-2.5-flash"}
PROTOCOLS: Final = {"openai": "openai", "anthropic": "anthropic", "gemini": "google"}
LIMITS: dict[str, float] = {"first_seconds": 0.8, "body_seconds": 0.8}
"""Seconds that the adapter waits, short so that a thousand silences fit into a test."""
POISON: Final = 5
MOST_TRIES: Final = 5
ENDED: Final = {SessionState.SCORED, SessionState.NEEDS_HUMAN}
_ADDRESS = re.compile(r"/(o\d+)/")


class Ledger:
    """Answers that were acknowledged, on the disk before anything else happens."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a+b", buffering=0)

    def note(self, session_id: UUID, number: int, words: str) -> None:
        digest = hashlib.sha256(words.encode()).hexdigest()
        self._file.write(f"{session_id} {number} {digest}\n".encode())
        os.fsync(self._file.fileno())

    def lines(self) -> list[tuple[UUID, int, str]]:
        self._file.seek(0)
        parts = (line.decode().split() for line in self._file)
        return [(UUID(session), int(number), digest) for session, number, digest in parts]

    def close(self) -> None:
        self._file.close()


@dataclass
class Script:
    """What goes wrong, request by request: each kind in turn, in an order that the seed gives."""

    seed: int
    kinds: tuple[Fault, ...]
    rate: float
    counted: Counter[tuple[str, Fault]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._turns: dict[str, list[Fault]] = defaultdict(list)

    def __call__(self, asked: Asked) -> Fault | None:
        if self._random.random() >= self.rate:
            return None
        vendor = vendors.vendor_of(asked.path)
        turns = self._turns[vendor]
        if not turns:
            turns.extend(self._random.sample(self.kinds, len(self.kinds)))
        fault = turns.pop()
        self.counted[vendor, fault] += 1
        return fault


def shown(asked: Asked) -> dict[str, Any]:
    """The document that the model was shown, whatever else it was told."""
    said = vendors.prompt_of(asked.body)
    return json.loads(said[said.index("{") : said.rindex("}") + 1])


def temperature(asked: Asked) -> float:
    found = asked.body.get("temperature", asked.body.get("generationConfig", {}).get("temperature"))
    return float(found)


def judged_well(asked: Asked) -> str:
    """A good answer: levels 2 to 4, with words of the candidate's, the same for the same request."""
    document = shown(asked)
    answer = document["answer"]
    judged = []
    for competency in document["competencies"]:
        name = f"{competency['key']} {answer} {temperature(asked)}"
        level = 2 + hashlib.sha256(name.encode()).digest()[0] % 3
        quote = re.split(r"(?<=[.,]) ", answer)[level]
        judged.append({"competency": competency["key"], "level": level, "reason": "It says so.", "quotes": [quote]})
    return json.dumps({"judgements": judged})


def spoilt(fault: Fault, good: str) -> str:
    """The same with everything at level 5, and wrong in the way that the fault names."""
    members = json.loads(good)
    judged = members["judgements"]
    for one in judged:
        one["level"] = POISON
        if fault is Fault.INVENTED:
            one["quotes"] = ["I doubled the revenue of the whole company in a week"]
    if fault is Fault.NAN:
        judged[0]["level"] = float("nan")
    if fault is Fault.OUT_OF_SCALE:
        judged[0]["level"] = 9
    if fault is Fault.EXTRA:
        members["overall"] = 97
    whole = json.dumps(members)
    other = {
        Fault.WRONG_SCHEMA: json.dumps({"scores": {one["competency"]: POISON for one in judged}}),
        Fault.MALFORMED: f"Certainly! Here is my verdict:\n{whole[:-3]}",
        Fault.LENGTH: whole[:-30],
        Fault.EMPTY: "",
    }
    return other.get(fault, whole)


@dataclass
class Ground:
    """The product with failing vendors: organisations, their candidates, and what the vendors saw."""

    runtime: Runtime
    api: Any
    make_organisation: Callable[..., Any]
    server: VendorServer
    ledger: Ledger
    inference: Inference
    refused: str
    never_accepts: str
    answering: list[Answering] = field(default_factory=list)
    organisations: int = 0
    unreachable: list[UUID] = field(default_factory=list)

    def url(self, vendor: str, number: int) -> str:
        """An address of this organisation's alone, so that its breakers are too."""
        return f"{self.server.address}/o{number}" + ("/v1" if vendor == "openai" else "")

    async def organisation(self, *, keys: int = 2, names: Iterable[str] | None = None) -> tuple[Any, dict[str, str]]:
        """An organisation with these vendors, the one to ask first in front, and their addresses."""
        made = await self.make_organisation()
        self.organisations += 1
        number = self.organisations
        order = list(names or _turned(list(MODELS), number))
        urls = {vendor: self.url(vendor, number) for vendor in order}
        if names is None and number % 8 == 0:  # some have an address where nobody is, or nobody opens
            urls[order[0]] = self.refused if number % 16 else self.never_accepts
            self.unreachable.append(made.id)
        async with self.runtime.database.begin(made.scope) as db:
            for position, vendor in enumerate(order):
                draft = change_models.ModelDraft(
                    vendor, MODELS[vendor], urls[vendor], Tier.BEST, [Task.EVALUATE, Task.DRAFT], position
                )
                await change_models.add_model(db, made.owner, draft)
        for vendor in order:
            for n in range(keys):
                await self.key(made, vendor, urls[vendor], f"sk-{vendor}-{number}-{n}")
        return made, urls

    async def key(self, made: Any, vendor: str, url: str, value: str) -> UUID:
        secret = self.runtime.provided.get(Secret)
        async with self.runtime.database.begin(made.scope) as db:
            draft = change_keys.KeyDraft(vendor, url, value, value)
            return (await change_keys.add_key(db, secret, made.owner, draft)).id

    async def candidates(self, count: int, *, questions: int = 2, **kwargs: Any) -> None:
        """So many organisations with a candidate each, who answers everything and hands in."""
        for _ in range(count):
            made, _urls = await self.organisation(**kwargs)
            answering = await begin_answering(self.runtime, self.api, made, questions=questions)
            for number in range(1, questions + 1):
                words = f"{STRONG} That was ticket {self.organisations}-{number}."
                await answering.write(words)
                self.ledger.note(answering.id, number, words)
            await answering.complete()
            self.answering.append(answering)

    async def work(self) -> None:
        """Everything that is queued."""
        await run_jobs(self.runtime)

    async def calls(self, org_id: UUID) -> Counter[str]:
        """How the product says that its calls went."""
        owner = next(one for one in self.answering if one.organisation.id == org_id)
        async with owner.transaction() as db:
            found = await db.execute(text("select model, outcome from model_calls where org_id = :id"), {"id": org_id})
            return Counter(f"{model.partition(':')[0]} {outcome}" for model, outcome in found)


def _turned(names: list[str], by: int) -> list[str]:
    by %= len(names)
    return names[by:] + names[:by]


@asynccontextmanager
async def ground(runtime: Runtime, api: Any, make_organisation: Any, folder: Path) -> AsyncIterator[Ground]:
    """Puts models that fail into the product, and takes them out again."""
    ledger = Ledger(folder / "ledger")
    before = runtime.provided.get(Inference)

    def factory(vendor: str, model: str, url: str | None) -> StructuredModel:
        # The limits of a machine nearby: the real ones are for models that think.
        return PydanticAIStructured(vendor, model, base_url=url, local=False, **LIMITS)

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.05))

    inference = Inference(runtime.database, runtime.provided.get(Secret), factory, sleep=sleep)
    runtime.provided.put(Inference, inference)
    serving = VendorServer(judged_well, spoilt)
    with NeverAccepts() as never:
        async with serving.running() as server:
            try:
                yield Ground(
                    runtime,
                    api,
                    make_organisation,
                    server,
                    ledger,
                    inference,
                    f"http://127.0.0.1:{closed_port()}/v1",
                    f"{never}/v1",
                )
            finally:
                runtime.provided.put(Inference, before)
                await inference.close()
                ledger.close()


def levels_said(taken: Taken) -> dict[str, int | None] | None:
    """What a well-formed answer says by this test's own reading; None for anything that is no such answer.

    Written apart from the product's reading: a level counts when a quote of it stands in the answer word by word.
    """
    if taken.text is None or taken.fault in _NEVER_WHOLE:
        return None
    with suppress(ValueError, TypeError, KeyError, AttributeError):
        members = json.loads(taken.text, parse_constant=_no_number)
        if set(members) != {"judgements"}:
            return None
        answer = shown(taken.asked)["answer"]
        said: dict[str, int | None] = {}
        for one in members["judgements"]:
            if set(one) != {"competency", "level", "reason", "quotes"} or one["level"] not in {None, 1, 2, 3, 4, 5}:
                return None
            said[one["competency"]] = one["level"] if any(quote in answer for quote in one["quotes"]) else None
        return said
    return None


_NEVER_WHOLE = {Fault.CUT_FIN, Fault.CUT_RST, Fault.DRIP, Fault.BROKEN_BODY, Fault.TOO_MUCH, Fault.LENGTH}


def _no_number(name: str) -> None:
    raise ValueError(name)


@dataclass
class Findings:
    """What was true at the end."""

    acknowledged: int = 0
    lost: int = 0
    invented: int = 0
    open_sessions: int = 0
    unexplained: int = 0
    most_tries: int = 0
    by_models: int = 0
    by_rules: int = 0
    with_people: int = 0

    def check(self) -> None:
        """The promise."""
        assert self.acknowledged > 0
        assert self.lost == 0, f"{self.lost} acknowledged answers are not there"
        assert self.invented == 0, f"{self.invented} levels come from no well-formed answer"
        assert self.open_sessions == 0, f"{self.open_sessions} sessions have not ended"
        assert self.unexplained == 0, f"{self.unexplained} sessions are with people and do not say why"
        assert self.most_tries <= MOST_TRIES, f"one ask took {self.most_tries} requests"


async def findings(ground: Ground) -> Findings:
    """Looks at everything that was stored, beside the ledger and what the vendors saw."""
    found = Findings()
    said: dict[str, list[tuple[str, dict[str, int | None]]]] = defaultdict(list)
    tries: Counter[tuple[str, str, float]] = Counter()
    for taken in ground.server.taken:
        answer = shown(taken.asked)["answer"]
        where = _ADDRESS.search(taken.asked.path)
        tries[where[1] if where else "", answer, temperature(taken.asked)] += 1
        if (levels := levels_said(taken)) is not None:
            said[answer].append((taken.vendor, levels))
    found.most_tries = max(tries.values(), default=0)
    noted = defaultdict(dict)
    for session_id, number, digest in ground.ledger.lines():
        noted[session_id][number] = digest
        found.acknowledged += 1
    for answering in ground.answering:
        await _look(answering, noted[answering.id], said, found)
    return found


async def _look(answering: Answering, noted: dict[int, str], said: dict[str, list[Any]], found: Findings) -> None:
    session = await answering.session()
    score = await answering.score()
    if session.state not in ENDED:
        found.open_sessions += 1
    if session.state is SessionState.NEEDS_HUMAN:
        found.with_people += 1
        told = session.state_reason or (score and score.reason) or any(answer.reason for answer in session.answers)
        found.unexplained += not told
    answers = {answer.id: answer for answer in session.answers}
    for answer in session.answers:
        found.lost += noted.get(answer.number) != hashlib.sha256((answer.text or "").encode()).hexdigest()
    async with answering.transaction() as db:
        # As it lies in the table: reading checks the quotes once more.
        rows = await db.execute(text("select * from judgement_sets where session_id = :id"), {"id": answering.id})
        for row in rows:
            words = answers[row.answer_id].text or ""
            _weigh(row, words, said[words], found)


def _weigh(judged: Any, words: str, said: list[tuple[str, dict[str, int | None]]], found: Findings) -> None:
    if judged.evaluator.startswith("rules"):
        found.by_rules += 1
        found.unexplained += judged.stood_in is None
    else:
        found.by_models += 1
        for one in judged.passes:
            vendor = PROTOCOLS[one["evaluator"].partition(":")[0]]
            found.invented += (vendor, one["levels"]) not in said
    for one in from_json(judged.judgements):
        if one.level is None:
            continue
        given = [made["levels"][one.competency] for made in judged.passes]
        # Of two readings a step apart the lower one; a level beside none, or too far apart, is no level.
        supported = None not in given and one.level == min(given) and max(given) - min(given) <= 1
        quoted = bool(one.quotes) and all(words[q.start_char : q.end_char] == q.text for q in one.quotes)
        poisoned = not judged.evaluator.startswith("rules") and one.level == POISON
        found.invented += not (supported and quoted) or poisoned
