"""Which limits hold for whom. The figures are settings; docs/decisions/0026 says why they count what they count."""

from __future__ import annotations

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection, Request

from colloquy.contexts.identity import public as identity
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock, log
from colloquy.kit.db import Database
from colloquy.kit.http import cookies
from colloquy.kit.http.proxies import network_of
from colloquy.kit.limits import Counter, InProcess, Limit, Want
from colloquy.settings import Settings

_FREE = re.compile(r"/(?:static|media|brand)/|/(?:healthz|readyz|metrics)$")
"""Files that browsers keep, videos that are read in pieces, probes."""
_CHUNK = re.compile(r"/api/public/uploads/[^/]+$")
"""Pieces of a recording: their size and number are limited by the recording, and a lost one is an answer lost."""
_SECRET = re.compile(r"/(?:join|logo|media)/|/api/public/(?:interview|uploads)/|/[A-Za-z0-9_-]{20,}(?:/|$)")
"""Addresses that open something by what they contain. Our tokens have 22 characters, so shorter ones guess nothing."""
_SIGN_IN = re.compile(r"/(?:sign-in|set-up|join)(?:/|$)|/api/auth/(?!refresh$|logout$)")
_MAIL = re.compile(
    r"(?:/api)?/team/invitations$|/interviews/[^/]+/invite(?:/[^/]+/resend)?$|/mail/[^/]+/send-again$"
    r"|/api/interviews/[^/]+/(?:invitations|links)(?:/|$)|/[A-Za-z0-9_-]{20,}/continue$"
    r"|/api/public/interview/[^/]+/continue$"
)
_CANDIDATES = re.compile(r"/api/public/|/ws/captions/|/[A-Za-z0-9_-]{20,}(?:/|$)")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_UNKNOWN = 404
_WHO = ("colloquy_session", "colloquy_candidate")
"""The cookies that say who somebody is."""
_REMEMBERED = 50_000
_KNOWN_SECONDS, _STRANGE_SECONDS = 600.0, 60.0
_log = log.get_logger(__name__)


class Known:
    """Who is behind a cookie or header: looked up once, then remembered for a while. Good for counting only.

    What was not looked up counts for nobody: else a stranger could use up somebody's limit, or have as many as they
    can invent cookies.
    """

    def __init__(self, database: Database, since: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._since = since
        self._found: OrderedDict[bytes, tuple[str | None, float]] = OrderedDict()

    def remembered(self, key: bytes) -> tuple[bool, str | None]:
        """(whether it was looked up not long ago, who it was)."""
        who, until = self._found.get(key, (None, 0.0))
        return until > self._since(), who

    async def look_up(self, connection: HTTPConnection, key: bytes) -> str | None:
        """`person:…` or `candidate:…`; None when the request comes from nobody we know."""
        try:
            # A task has a context of its own: what routes learn of languages and actors is theirs to say.
            who = await asyncio.create_task(self._who(connection))
        except Exception as error:  # noqa: BLE001 - limits are never why a request fails; the route will say what is wrong
            _log.warning("Nobody could be looked up", error=type(error).__name__)
            return None
        self._found[key] = (who, self._since() + (_KNOWN_SECONDS if who else _STRANGE_SECONDS))
        self._found.move_to_end(key)
        while len(self._found) > _REMEMBERED:
            self._found.popitem(last=False)
        return who

    async def _who(self, connection: HTTPConnection) -> str | None:
        first, second = (_candidate, _person) if _CANDIDATES.match(connection.scope["path"]) else (_person, _candidate)
        request = Request({**connection.scope, "type": "http", "method": "GET", "state": {}})
        async with self._database.begin() as db:
            if who := await first(db, request):
                return who
        async with self._database.begin() as db:  # another transaction: a tenant that was entered stays entered
            return await second(db, request)


async def _person(db: AsyncSession, request: Request) -> str | None:
    found = await identity.find(request, db)
    return f"person:{found.actor.person_id}" if found else None


async def _candidate(db: AsyncSession, request: Request) -> str | None:
    try:
        held = sessions.current_key(request)
    except sessions.NotYourSession:
        return None
    row = await sessions.own(db, held.key)
    return f"candidate:{row.id}" if row else None


def counter(settings: Settings) -> Counter:
    """Who counts: Redis where there is one, else each process for itself. ValueError for an address that is none."""
    if settings.redis_url is None:
        return InProcess(_now)
    from colloquy.providers.cache.redis import redis_counter  # brings Redis' client, for those who use it

    return redis_counter(settings.redis_url.get_secret_value(), _now)


def _now() -> float:
    return clock.now().timestamp()


class EdgeRules:
    """`Rules` of this installation."""

    def __init__(self, settings: Settings, known: Known, counter: Counter) -> None:
        self.frames = Limit("frames", settings.limit_frames, 1)
        self._user = Limit("user", settings.limit_user)
        self._network = Limit("network", settings.limit_network)
        self._sign_in = Limit("sign-in", settings.limit_sign_in)
        self._guesses = Limit("guesses", settings.limit_guesses)
        self._mail = Limit("mail", settings.limit_mail)
        self._known = known
        self._counter = counter

    async def wants(self, connection: HTTPConnection) -> list[Want]:
        """See `Rules`. Candidates count for themselves alone: whole offices and schools share an address."""
        path = connection.scope["path"]
        method = connection.scope.get("method", "GET")
        secret = _SECRET.match(path) is not None
        if _FREE.match(path) and not secret:
            return []
        network = network_of(connection.client.host) if connection.client else "unknown"
        who = await self._who(connection, network)
        connection.scope["colloquy.counted_as"] = who or f"network:{network}"
        wants = []
        if secret:
            wants.append(Want(self._guesses, who or network, count=False))
        if _FREE.match(path) or _CHUNK.match(path):
            return wants
        if who is not None:
            wants.append(Want(self._user, who))
        if who is None or not who.startswith("candidate:"):
            wants.append(Want(self._network, network))
        if method not in _SAFE and _SIGN_IN.match(path):
            wants.append(Want(self._sign_in, network))
        if method not in _SAFE and _MAIL.match(path):
            wants.append(Want(self._mail, who or network))
        return wants

    def afterwards(self, connection: HTTPConnection, status: int) -> list[Want]:
        """See `Rules`: an unknown token was a guess."""
        if status != _UNKNOWN or not _SECRET.match(connection.scope["path"]):
            return []
        counted_as = connection.scope["colloquy.counted_as"]
        return [Want(self._guesses, counted_as.removeprefix("network:"))]

    async def _who(self, connection: HTTPConnection, network: str) -> str | None:
        key = _credentials(connection)
        if key is None:
            return None
        fresh, who = self._known.remembered(key)
        if fresh:
            return who
        # Looking up costs a query, so an address that has no room left gets none.
        (room,) = await self._counter.take([Want(self._network, network, count=False)])
        return await self._known.look_up(connection, key) if room.allowed else None


def _credentials(connection: HTTPConnection) -> bytes | None:
    """A hash of what the request says about who it is from; the part of the product decides between two cookies."""
    header = connection.headers.get("authorization")
    kept = [value for name in _WHO if (value := cookies.given(connection, name))]
    if header is None and not kept:
        return None
    part = "candidates" if _CANDIDATES.match(connection.scope["path"]) else "team"
    return sha256("\0".join([part, header or "", *kept]).encode("utf-8", "surrogatepass")).digest()
