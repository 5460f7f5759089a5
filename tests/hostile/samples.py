"""What one hostile file is, and ways to spoil an honest one. Everything is made from a seed: two runs are the same."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

PROCESSED = "processed"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The test file that every scanner knows (eicar.org), in two halves so that this source is not taken for it."""


@dataclass(frozen=True, slots=True)
class Traps:
    """Where a file that gets its way would go: a file nobody may open, and a port nobody may call."""

    canary: str
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/x"


@dataclass(frozen=True, slots=True)
class Sample:
    """One file. `expect` are the outcomes that may be: codes of refusal, or PROCESSED; empty: any orderly outcome.

    `kind` is the question it answers: `file`, `video` or `audio`.
    """

    family: str
    data: bytes
    file_name: str
    expect: frozenset[str] = frozenset()
    kind: str = "file"


def sample(family: str, data: bytes, file_name: str, *expect: str, kind: str = "file") -> Sample:
    """A Sample with its expectations as arguments."""
    return Sample(family, data, file_name, frozenset(expect), kind)


def spoilt(base: bytes, seed: str, count: int) -> Iterator[bytes]:
    """`count` versions of `base`: bits turned, cut, holes, doubled and swapped blocks, lies about lengths."""
    ways = (_bits, _cut, _hole, _doubled, _swapped, _length, _noise, _early_bits)
    for number in range(count):
        chance = random.Random(zlib.crc32(f"{seed}/{number}".encode()))
        yield ways[number % len(ways)](bytearray(base), chance)


def noise(chance: random.Random, count: int) -> bytes:
    """Bytes without any pattern."""
    return chance.randbytes(count)


def _bits(data: bytearray, chance: random.Random) -> bytes:
    for _flip in range(chance.choice((1, 4, 32, 256))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def _early_bits(data: bytearray, chance: random.Random) -> bytes:
    for _flip in range(chance.choice((1, 2, 8))):
        data[chance.randrange(min(600, len(data)))] = chance.randrange(256)
    return bytes(data)


def _cut(data: bytearray, chance: random.Random) -> bytes:
    return bytes(data[: chance.randrange(1, len(data))])


def _hole(data: bytearray, chance: random.Random) -> bytes:
    at, size = chance.randrange(len(data)), chance.randrange(1, 2000)
    data[at : at + size] = bytes(len(data[at : at + size]))
    return bytes(data)


def _doubled(data: bytearray, chance: random.Random) -> bytes:
    at, size = chance.randrange(len(data)), chance.randrange(1, 4000)
    data[at:at] = data[at : at + size] * chance.choice((1, 3, 50))
    return bytes(data)


def _swapped(data: bytearray, chance: random.Random) -> bytes:
    one, other = sorted(chance.randrange(len(data)) for _end in range(2))
    return bytes(data[one:other] + data[:one] + data[other:])


def _length(data: bytearray, chance: random.Random) -> bytes:
    """Somewhere four or eight bytes become the largest, the smallest or a negative number."""
    for _lie in range(chance.choice((1, 3))):
        at = chance.randrange(max(1, len(data) - 8))
        lie = chance.choice((b"\xff" * 4, b"\x7f\xff\xff\xff", b"\x80\x00\x00\x00", bytes(4), b"\x01" + b"\xff" * 7))
        data[at : at + len(lie)] = lie
    return bytes(data)


def _noise(data: bytearray, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return bytes(data[:at]) + chance.randbytes(chance.randrange(1, 3000)) + bytes(data[at:])
