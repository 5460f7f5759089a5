"""What every object store promises: the same suite over memory, a local disk and another obstore store."""

from __future__ import annotations

import os
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from obstore.store import MemoryStore

from colloquy.providers.storage.encryption import FRAME_BYTES
from colloquy.providers.storage.fake import InMemoryObjects
from colloquy.providers.storage.obstore import EncryptedObjects, local_objects
from colloquy.providers.storage.port import ObjectMissing

KEY = "0b6c/recordings/answer-1.webm"
EDGES = [0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 2 * FRAME_BYTES, 16 * FRAME_BYTES, 17 * FRAME_BYTES + 5]


@pytest.fixture(params=["memory", "local", "any obstore"])
def objects(request, tmp_path, master):
    match request.param:
        case "memory":
            return InMemoryObjects()
        case "local":
            return local_objects(tmp_path / "objects", master)
    return EncryptedObjects(MemoryStore(), master)


@pytest.mark.parametrize("size", EDGES)
async def test_what_is_put_is_read_and_described(size, objects, gather, tmp_path):
    data = os.urandom(size)
    (tmp_path / "source").write_bytes(data)

    for stored in (await objects.put_bytes(KEY, data), await objects.put_file(KEY, tmp_path / "source")):
        assert (stored.key, stored.size, stored.sha256) == (KEY, size, sha256(data).digest())
        assert await objects.size(KEY) == size
        assert await objects.exists(KEY)
        assert await gather(objects.read(KEY)) == data


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), size=st.sampled_from(EDGES))
async def test_any_range_is_what_slicing_gives(data, size, objects, gather):
    content = os.urandom(size)
    await objects.put_bytes(KEY, content)
    near = [edge + shift for edge in EDGES for shift in (-1, 0, 1) if 0 <= edge + shift <= size + 1]
    start = data.draw(st.one_of(st.sampled_from(near), st.integers(0, size + 10)), label="start")
    end = data.draw(st.one_of(st.none(), st.sampled_from(near), st.integers(0, size + 10)), label="end")

    if end is not None and end < start:
        with pytest.raises(ValueError, match="range"):
            await gather(objects.read(KEY, start, end))
    else:
        assert await gather(objects.read(KEY, start, end)) == content[start:end]


async def test_putting_again_replaces(objects, gather):
    await objects.put_bytes(KEY, b"the first take" * 9000)
    await objects.put_bytes(KEY, b"the second")

    assert await gather(objects.read(KEY)) == b"the second"


async def test_what_is_not_there(objects, gather):
    assert not await objects.exists(KEY)
    for asked in (objects.size(KEY), gather(objects.read(KEY))):
        with pytest.raises(ObjectMissing) as refused:
            await asked
        assert refused.value.status == 404


async def test_deleting_twice_is_deleting(objects):
    await objects.put_bytes(KEY, b"x")
    await objects.delete(KEY)
    await objects.delete(KEY)

    assert not await objects.exists(KEY)


async def test_a_prefix_is_a_path_and_no_mere_beginning(objects):
    for key in ("org-1/a/1", "org-1/a/b/2", "org-1/ab/3", "org-2/a/4", "org-1/a.txt"):
        await objects.put_bytes(key, b"x")

    assert await objects.delete_prefix("org-1/a") == 2
    assert await objects.delete_prefix("org-1/a/") == 0
    assert [await objects.exists(key) for key in ("org-1/a/1", "org-1/ab/3", "org-2/a/4", "org-1/a.txt")] == [
        False,
        True,
        True,
        True,
    ]
    assert await objects.delete_prefix("org-1") == 2
    assert await objects.exists("org-2/a/4")


@pytest.mark.parametrize(
    "key",
    [
        "",
        "name",
        "/a/b",
        "a//b",
        "a/b/",
        "a/../b",
        "../a/b",
        "a/./b",
        "a/b c",
        "A/b",
        "a/b\x00",
        "a/é",
        "_staging/a",
        "a" * 600 + "/b",
    ],
)
async def test_a_key_that_is_not_ours_is_a_mistake(key, objects, gather):
    for asked in (
        objects.put_bytes(key, b""),
        objects.size(key),
        objects.exists(key),
        objects.delete(key),
        gather(objects.read(key)),
    ):
        with pytest.raises(ValueError, match="storage key"):
            await asked


@pytest.mark.parametrize("prefix", ["", "/", "..", "a/..", "_staging"])
async def test_nothing_is_deleted_by_a_careless_prefix(prefix, objects):
    with pytest.raises(ValueError, match="storage key"):
        await objects.delete_prefix(prefix)
