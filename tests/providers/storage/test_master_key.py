from __future__ import annotations

import base64
import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from colloquy.providers.storage.master_key import MasterKey, load_master_key


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    path = tmp_path / "var" / "storage.key"
    first = load_master_key(None, path)

    assert load_master_key(None, path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["storage.key"]


def test_processes_that_start_together_agree(tmp_path):
    path = tmp_path / "storage.key"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: load_master_key(None, path).secret, range(32)))

    assert len(keys) == 1


def test_a_key_that_others_can_read_is_refused_with_the_remedy(tmp_path):
    path = tmp_path / "storage.key"
    load_master_key(None, path)
    path.chmod(0o644)

    with pytest.raises(RuntimeError, match="chmod 600"):
        load_master_key(None, path)


def test_a_given_key_wins_and_makes_no_file(tmp_path):
    secret = os.urandom(32)
    assert load_master_key(base64.b64encode(secret).decode(), tmp_path / "k").secret == secret
    assert not (tmp_path / "k").exists()


@pytest.mark.parametrize("given", ["short", base64.b64encode(b"x" * 31).decode(), "!" * 44])
def test_what_is_no_key_is_refused(given, tmp_path):
    with pytest.raises(ValueError, match="key is"):
        load_master_key(given, tmp_path / "k")


def test_the_key_is_not_printed_and_its_id_reveals_nothing():
    key = MasterKey(b"k" * 32)
    assert "kkkk" not in repr(key)
    assert key.key_id not in key.secret
    assert key.key_id != MasterKey(b"j" * 32).key_id


def test_keys_differ_by_salt_and_by_purpose():
    key = MasterKey(b"k" * 32)
    derived = {key.derive(salt, purpose) for salt in (b"a" * 32, b"b" * 32) for purpose in (b"x", b"y")}
    assert len(derived) == 4
