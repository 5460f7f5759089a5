"""The archive is a ZIP that any program opens, as long as was promised, and never in memory as a whole."""

import io
import zipfile
from datetime import UTC, datetime

import pytest

from colloquy.contexts.reporting.policy import archive as archives
from colloquy.contexts.reporting.policy.archive import Entry, archive, archive_size

AT = datetime(2026, 11, 21, 10, 30, 12, tzinfo=UTC)


def entry(name: str, *pieces: bytes, size: int | None = None) -> Entry:
    async def read():
        for piece in pieces:
            yield piece

    return Entry(name, sum(map(len, pieces)) if size is None else size, read, AT)


async def whole(entries) -> bytes:
    return b"".join([piece async for piece in archive(entries)])


async def test_what_went_in_comes_out():
    entries = [entry("data.json", b"{}\n"), entry("empty.txt"), entry("recordings/1.webm", b"ab" * 5000, b"c")]

    data = await whole(entries)

    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert opened.testzip() is None
        assert opened.namelist() == ["data.json", "empty.txt", "recordings/1.webm"]
        assert opened.read("recordings/1.webm") == b"ab" * 5000 + b"c"
        info = opened.getinfo("data.json")
        assert info.date_time == (2026, 11, 21, 10, 30, 12)
        assert info.external_attr >> 16 == 0o600
    assert len(data) == archive_size(entries)


@pytest.mark.parametrize("limit", [40, 1000, 5000])
async def test_the_promised_length_holds_in_the_wide_form_too(monkeypatch, limit):
    # The real limit is 2 GiB: brought down, the same code writes the wide records.
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", limit)
    monkeypatch.setattr(archives, "_LIMIT", limit)
    entries = [entry("a.bin", b"x" * 39), entry("b.bin", b"x" * 950), entry("c.bin", b"x" * 4900, b"y" * 200)]

    data = await whole(entries)

    assert len(data) == archive_size(entries)
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert opened.testzip() is None
        assert opened.read("c.bin") == b"x" * 4900 + b"y" * 200


async def test_it_is_given_out_piece_by_piece():
    reading = []

    async def read():
        for number in range(20):
            reading.append(number)
            yield bytes(1000)

    given = archive([Entry("big.bin", 20_000, read, AT)])
    first = await anext(given)
    assert len(first) < 2000
    assert reading == [0]
    assert max([len(piece) async for piece in given]) < 2000


@pytest.mark.parametrize("size", [2, 4])
async def test_an_entry_of_another_size_breaks_the_archive_off(size):
    with pytest.raises(ValueError, match="not"):
        await whole([entry("a.bin", b"abc", size=size)])
