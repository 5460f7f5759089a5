"""What reading a file comes to: a kind with flags, or a refusal; and how much of it is unpacked to find out."""

from __future__ import annotations

from dataclasses import dataclass, field

MIB = 1 << 20


class RefusedError(Exception):
    """The file is not taken; `code` says why and is the key of a sentence for people."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Limits:
    """How much a file may unpack to. Bytes, pixels and counts.

    `ratio` holds from `ratio_from` bytes on: a small file of repetitions is no bomb. The largest honest case we
    found is a spreadsheet of measurements at 35 to 1; deflate's own ceiling is 1032 to 1.
    """

    unpacked: int = 400 * MIB
    ratio: int = 120
    ratio_from: int = 20 * MIB
    nested: int = 64 * MIB
    depth: int = 3
    entries: int = 10_000
    directory: int = 8 * MIB
    entry_name: int = 1024
    pixels: int = 120_000_000
    frames: int = 200
    pages: int = 5_000
    objects: int = 300_000
    tables: int = 16 * MIB


LIMITS = Limits()


@dataclass(slots=True)
class Budget:
    """Counts what is unpacked, over all levels of nesting, against what the whole file may come to."""

    file_bytes: int
    spent: int = 0

    def spend(self, count: int, code: str) -> None:
        """Note `count` unpacked bytes; refused as `code` when they are more than an honest file holds."""
        self.spent += count
        too_dense = self.spent > LIMITS.ratio_from and self.spent > LIMITS.ratio * max(self.file_bytes, 1)
        if self.spent > LIMITS.unpacked or too_dense:
            raise RefusedError(code)


@dataclass(slots=True)
class Found:
    """A file that is taken: its kind (`pdf`, `docx`, …) and what a person should know before opening it."""

    kind: str
    flags: set[str] = field(default_factory=set)
