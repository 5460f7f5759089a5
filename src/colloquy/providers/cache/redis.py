"""`Counter` in Redis, for installations of several web processes; in this process' memory while Redis is away."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from prometheus_client import Counter as Metric
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from colloquy.kit import log
from colloquy.kit.limits import Counter, InProcess, Standing, Want, part_of_period, standing

PREFIX = "colloquy:limit"
ANSWER_SECONDS = 0.25
"""Counting may not make a request late: after this long the process counts for itself."""
AWAY_SECONDS = 5.0
"""For so long Redis is not asked again after it failed."""

# One round trip for all limits of a request, and nobody between looking and counting. The estimate is computed from the
# same doubles, in the same order, as `kit.limits.weighted`.
_TAKE = """
local allowed = 1
local found = {}
for i = 1, #KEYS, 2 do
  local at = (i - 1) / 2 * 4
  local last = tonumber(redis.call('GET', KEYS[i]) or '0')
  local this = tonumber(redis.call('GET', KEYS[i + 1]) or '0')
  found[#found + 1] = last
  found[#found + 1] = this
  if last * (1 - tonumber(ARGV[at + 1])) + this + 1 > tonumber(ARGV[at + 2]) then allowed = 0 end
end
if allowed == 1 then
  for i = 1, #KEYS, 2 do
    local at = (i - 1) / 2 * 4
    if ARGV[at + 3] == '1' then
      redis.call('INCR', KEYS[i + 1])
      redis.call('EXPIRE', KEYS[i + 1], ARGV[at + 4])
    end
  end
end
found[#found + 1] = allowed
return found
"""
_log = log.get_logger(__name__)
_alone = Metric("colloquy_limits_alone_total", "Times that limits were counted in process because Redis was away.")


class RedisCounter:
    """Raises RedisError or OSError when Redis is away; see `SharedCounter`."""

    def __init__(self, client: Redis, clock: Callable[[], float] = time.time) -> None:
        self._client = client
        self._clock = clock
        self._take = client.register_script(_TAKE)

    async def take(self, wants: Sequence[Want]) -> list[Standing]:
        now = self._clock()
        keys: list[str] = []
        arguments: list[str | int] = []
        for want in wants:
            number, passed = part_of_period(want.limit, now)
            name = f"{PREFIX}:{want.limit.name}:{want.key}"
            keys += [f"{name}:{number - 1}", f"{name}:{number}"]
            arguments += [repr(passed), want.limit.amount, int(want.count), 2 * want.limit.seconds]
        *counts, allowed = await self._take(keys=keys, args=arguments)
        return [
            standing(want, counts[2 * at], counts[2 * at + 1], part_of_period(want.limit, now)[1], taken=bool(allowed))
            for at, want in enumerate(wants)
        ]

    async def close(self) -> None:
        await self._client.aclose()


class SharedCounter:
    """Redis, or this process while Redis is away: limits are then per process, and no request fails for it."""

    def __init__(self, shared: RedisCounter, alone: InProcess, clock: Callable[[], float] = time.monotonic) -> None:
        self._shared = shared
        self._alone = alone
        self._clock = clock
        self._ask_again_at = 0.0
        self._away = False

    async def take(self, wants: Sequence[Want]) -> list[Standing]:
        if self._clock() >= self._ask_again_at:
            try:
                found = await self._shared.take(wants)
            except (RedisError, OSError) as error:
                self._ask_again_at = self._clock() + AWAY_SECONDS
                if not self._away:
                    _log.warning("Redis is away; each process counts requests for itself", error=type(error).__name__)
                self._away = True
            else:
                if self._away:
                    _log.warning("Redis is back")
                self._away = False
                return found
        _alone.inc()
        return await self._alone.take(wants)

    async def close(self) -> None:
        await self._shared.close()


def redis_counter(url: str, clock: Callable[[], float] = time.time) -> Counter:
    """A counter at this address (`redis://`, `rediss://`, `unix://`). ValueError for what is none; connects later."""
    client = Redis.from_url(
        url,
        socket_timeout=ANSWER_SECONDS,
        socket_connect_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    return SharedCounter(RedisCounter(client, clock), InProcess(clock))
