"""Nothing readable lies on the disk, and nothing that was changed there is ever served."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from colloquy.providers.storage import encryption
from colloquy.providers.storage.encryption import FRAME_BYTES, HEADER_BYTES, TAG_BYTES
from colloquy.providers.storage.master_key import MasterKey
from colloquy.providers.storage.obstore import local_objects
from colloquy.providers.storage.port import StorageCorrupt, WrongMasterKey

KEY = "org/answer"
SEALED = FRAME_BYTES + TAG_BYTES


@pytest.fixture
def objects(tmp_path, master):
    return local_objects(tmp_path / "objects", master)


@pytest.fixture
def disk(tmp_path) -> Path:
    return tmp_path / "objects" / "org" / "answer"


async def test_the_disk_holds_no_word_of_it(objects, disk):
    await objects.put_bytes(KEY, b"I restarted the server. " * 9000)

    assert b"restarted" not in disk.read_bytes()
    assert disk.read_bytes()[:4] == b"CQOB"


async def test_the_same_answer_twice_looks_different(objects, disk):
    await objects.put_bytes(KEY, b"same" * 50)
    first = disk.read_bytes()
    await objects.put_bytes(KEY, b"same" * 50)

    assert first[HEADER_BYTES:] != disk.read_bytes()[HEADER_BYTES:]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), size=st.sampled_from([0, 1, 100, FRAME_BYTES, FRAME_BYTES + 1, 3 * FRAME_BYTES]))
async def test_any_flipped_bit_is_noticed(data, size, objects, disk, gather):
    await objects.put_bytes(KEY, os.urandom(size))
    stored = bytearray(disk.read_bytes())
    # The version's padding is covered too: all of the header is associated data.
    at = data.draw(st.one_of(st.integers(0, HEADER_BYTES - 1), st.integers(0, len(stored) - 1)), label="byte")
    stored[at] ^= 1 << data.draw(st.integers(0, 7), label="bit")
    disk.write_bytes(stored)

    with pytest.raises(StorageCorrupt):
        await gather(objects.read(KEY))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), size=st.sampled_from([0, 1, FRAME_BYTES, FRAME_BYTES + 1, 3 * FRAME_BYTES]))
async def test_any_shortening_is_noticed(data, size, objects, disk, gather):
    await objects.put_bytes(KEY, os.urandom(size))
    stored = disk.read_bytes()
    borders = [HEADER_BYTES + frame * SEALED for frame in range(4) if HEADER_BYTES + frame * SEALED < len(stored)]
    left = data.draw(st.one_of(st.sampled_from(borders), st.integers(0, len(stored) - 1)), label="left")
    disk.write_bytes(stored[:left])

    with pytest.raises(StorageCorrupt):
        await gather(objects.read(KEY))


async def test_frames_in_another_order_or_twice_are_noticed(objects, disk, gather):
    await objects.put_bytes(KEY, os.urandom(4 * FRAME_BYTES))
    stored = disk.read_bytes()
    header, frames = stored[:HEADER_BYTES], [stored[HEADER_BYTES + at * SEALED :][:SEALED] for at in range(4)]

    for order in ([1, 0, 2, 3], [0, 1, 1, 3], [0, 1, 3], [0, 1, 2], [0, 1, 2, 3, 3], [3, 1, 2, 0]):
        disk.write_bytes(header + b"".join(frames[at] for at in order))
        with pytest.raises(StorageCorrupt):
            await gather(objects.read(KEY))


async def test_an_object_under_another_name_does_not_open(objects, disk, gather):
    await objects.put_bytes(KEY, b"hers")
    await objects.put_bytes("org/other", b"his")
    disk.write_bytes((disk.parent / "other").read_bytes())

    with pytest.raises(StorageCorrupt):
        await gather(objects.read(KEY))
    assert await gather(objects.read("org/other")) == b"his"


async def test_what_came_before_a_damaged_frame_was_right(objects, disk):
    content = os.urandom(40 * FRAME_BYTES)
    await objects.put_bytes(KEY, content)
    stored = bytearray(disk.read_bytes())
    stored[HEADER_BYTES + 30 * SEALED] ^= 1
    disk.write_bytes(stored)

    received = b""
    with pytest.raises(StorageCorrupt):
        async for piece in objects.read(KEY):
            received += piece
    assert received == content[: len(received)]
    assert FRAME_BYTES <= len(received) <= 30 * FRAME_BYTES


async def test_a_range_does_not_touch_frames_outside_it(objects, disk, gather):
    content = os.urandom(4 * FRAME_BYTES)
    await objects.put_bytes(KEY, content)
    stored = bytearray(disk.read_bytes())
    stored[HEADER_BYTES + 2 * SEALED] ^= 1
    disk.write_bytes(stored)

    assert await gather(objects.read(KEY, 100, 2 * FRAME_BYTES)) == content[100 : 2 * FRAME_BYTES]
    with pytest.raises(StorageCorrupt):
        await gather(objects.read(KEY, 100, 2 * FRAME_BYTES + 1))


async def test_another_master_key_is_named_as_the_reason(objects, tmp_path, gather):
    await objects.put_bytes(KEY, b"x")
    strangers = local_objects(tmp_path / "objects", MasterKey(os.urandom(32)))

    with pytest.raises(WrongMasterKey, match="not configured"):
        await gather(strangers.read(KEY))


async def test_the_format_is_the_documented_one(objects, disk, master):
    """Opened here by hand from the description in `encryption`, so that a stored year can be read by anyone."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    content = os.urandom(FRAME_BYTES + 10)
    await objects.put_bytes(KEY, content)
    stored = disk.read_bytes()
    header, frames = stored[:64], stored[64:]
    assert (header[:8], header[8:16], header[16:20]) == (b"CQOB\x01\0\0\0", master.key_id, b"\0\x01\0\0")
    key = HKDF(algorithm=SHA256(), length=32, salt=header[20:52], info=b"colloquy object v1\0org/answer")
    cipher = AESGCM(key.derive(master.secret))
    first = cipher.decrypt(bytes(7) + (0).to_bytes(4, "big") + b"\0", frames[:65552], header)
    second = cipher.decrypt(bytes(7) + (1).to_bytes(4, "big") + b"\1", frames[65552:], header)
    assert first + second == content


@pytest.mark.parametrize("size", [0, 63, 64, 79, HEADER_BYTES + SEALED + 1, HEADER_BYTES + 2 * SEALED + 15])
def test_sizes_that_no_object_has(size):
    with pytest.raises(StorageCorrupt):
        encryption.plain_size(size)
