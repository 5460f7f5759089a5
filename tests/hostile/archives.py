"""ZIP archives that unpack to more than they hold, elsewhere than they should, or not at all."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Iterator

from tests.hostile.samples import EICAR, PROCESSED, Sample, sample

MIB = 1 << 20
Entries = dict[str, bytes]


def packed(entries: Entries, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An ordinary archive, the same bytes each time."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name, content in entries.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = method
            made.writestr(entry, content)
    return target.getvalue()


HONEST = packed({"work/main.py": b"print(1)\n" * 40, "work/README.md": b"# Work\n", "data.csv": b"a,b\n1,2\n" * 50})


def overlapping(count: int, content: bytes) -> bytes:
    """Fifield's bomb in its plain form: the entries of the list have names of their own and the same bytes."""
    one = packed({"0000": content})
    start = one.rindex(b"PK\x01\x02")
    local, central, end = one[:start], one[start : one.rindex(b"PK\x05\x06")], one[one.rindex(b"PK\x05\x06") :]
    ending = bytearray(end)
    struct.pack_into("<2H2L", ending, 8, count, count, len(central) * count, len(local))
    names = (f"{number:04}".encode() for number in range(count))
    return local + b"".join(central.replace(b"0000", name) for name in names) + bytes(ending)


def nested(depth: int, content: bytes, *, beside: int = 1) -> bytes:
    """Archives in archives, `beside` copies on every level."""
    made = packed({"deep.txt": content})
    for level in range(depth):
        made = packed({f"{level}-{number}.zip": made for number in range(beside)})
    return made


def lying(content: bytes, announced: int) -> bytes:
    """An entry that is longer than both of its headers say."""
    made = bytearray(packed({"a.txt": content}))
    struct.pack_into("<L", made, 22, announced)
    struct.pack_into("<L", made, made.rindex(b"PK\x01\x02") + 24, announced)
    return bytes(made)


def _patched(at_local: int, at_central: int, form: str, value: int) -> bytes:
    made = bytearray(HONEST)
    struct.pack_into(form, made, at_local, value)
    struct.pack_into(form, made, made.index(b"PK\x01\x02") + at_central, value)
    return bytes(made)


def _named(name: str, *, link: bool = False) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        entry = zipfile.ZipInfo("x")
        entry.filename = name
        if link:
            entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        made.writestr(entry, b"/etc/passwd")
    return target.getvalue()


def _twice(name: str) -> bytes:
    made = packed({name: b"one", name[:-1] + "X": b"two"})
    return made.replace(name[:-1].encode() + b"X", name.encode())


BOMBS = {
    "flat 30 MiB": lambda: packed({"a": bytes(30 * MIB)}),
    "flat 80 MiB": lambda: packed({"a": bytes(80 * MIB)}),
    "many files": lambda: packed({f"{number}": bytes(2 * MIB) for number in range(40)}),
    "many names": lambda: packed({f"{number:05}": b"" for number in range(10_001)}, method=zipfile.ZIP_STORED),
    "within an archive": lambda: packed({"inner.zip": packed({"a": bytes(40 * MIB)})}),
}
NAMES = (
    *("../../etc/cron.d/x", "/etc/passwd", "C:\\Windows\\x.dll", "..\\..\\x", "a/../../b", "\\\\host\\share\\x"),
    *("cv\u202efdp.exe", "x" * 4096, "\u2066a"),
)


def samples() -> Iterator[Sample]:
    """Every archive with what must become of it."""
    for name, bomb in BOMBS.items():
        yield sample("zip bomb", bomb(), f"{name}.zip", "archive_bomb")
    for count in (2, 40, 900):
        yield sample("zip overlap", overlapping(count, bytes(MIB)), "o.zip", "archive_form", "damaged_file")
    for depth in (3, 5, 12, 64):
        yield sample("zip nested", nested(depth, b"x"), f"{depth}.zip", "archive_nested")
    yield sample("zip nested", nested(1, b"x", beside=5), "two levels.zip", PROCESSED)
    yield sample("zip nested", nested(4, bytes(MIB), beside=16), "42.zip", "archive_nested", "archive_bomb")
    for announced in (1, 10, 0x7FFFFFFF):
        yield sample("zip lies", lying(bytes(30 * MIB), announced), "l.zip", "damaged_file", "archive_bomb")
    for name in NAMES:
        yield sample("zip names", _named(name), "n.zip", "archive_names")
    yield sample("zip names", _named("x\x00.txt").replace(b"PK", b"PK"), "n.zip")
    yield sample("zip names", _named("link", link=True), "s.zip", "archive_names")
    yield sample("zip form", _twice("a.txt"), "twice.zip", "archive_form", "damaged_file")
    yield sample("zip form", _patched(6, 8, "<H", 1), "locked.zip", "archive_locked")
    for method in (1, 6, 9, 12, 14, 93, 98, 99, 65535):
        yield sample("zip form", _patched(8, 10, "<H", method), "m.zip", "archive_form", "damaged_file")
    yield sample("zip form", HONEST + HONEST, "two.zip", "two_things", "damaged_file")
    yield sample("zip form", HONEST[:-22] + b"PK\x05\x06" + b"\xff" * 18, "end.zip", "archive_bomb", "damaged_file")
    yield sample("zip programs", packed({"setup.exe": b"MZ" + bytes(99)}), "p.zip", PROCESSED)
    yield sample("zip other", packed({"a.7z": b"7z\xbc\xaf\x27\x1c" + bytes(99)}), "i.zip", PROCESSED)
    yield sample("zip prefix", b"MZ" + bytes(60) + HONEST, "sfx.zip", "file_not_accepted")
    yield sample("zip honest", HONEST, "work.zip", PROCESSED)
    for name, inner in (("zip", EICAR), ("zip in zip", packed({"e.com": EICAR}))):
        yield sample("eicar", packed({"e.zip" if inner != EICAR else "e.txt": inner}), f"{name}.zip", "eicar")
