"""Keys in a file, in a variable, and wrapped by a key management service."""

import stat

import pytest
from tests.providers.secrets.conftest import TOKEN

from colloquy.kit.keyfile import encoded
from colloquy.providers.secrets.file import EnvironmentKeys, FileKeys
from colloquy.providers.secrets.port import CannotChange, KeysRefused, KeysUnavailable
from colloquy.providers.secrets.vault import Transit, VaultKeys

OLD, NEW = b"o" * 32, b"n" * 32


@pytest.fixture(params=["file", "vault"])
def store_at(request, vault):
    """`store_at(path)`: a store that can be written."""

    def make(path):
        return FileKeys(path) if request.param == "file" else VaultKeys(path, transit(vault))

    return make


def transit(vault, **changed):
    return Transit(**{"address": vault.address, "key": "colloquy", "token": lambda: TOKEN, **changed})


def test_a_key_is_made_once_for_its_owner_alone(store_at, tmp_path):
    path = tmp_path / "keys" / "secret"
    first = store_at(path).load()
    assert (len(first), len(first[0])) == (1, 32)
    assert store_at(path).load() == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["secret"]


def test_what_is_put_is_kept_in_its_order(store_at, tmp_path):
    path = tmp_path / "secret"
    store = store_at(path)
    store.put((NEW, OLD))
    assert store_at(path).load() == (NEW, OLD)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_change_by_another_process_is_noticed_once(store_at, tmp_path):
    path = tmp_path / "secret"
    store = store_at(path)
    store.load()
    assert store.newer() is None
    store_at(path).put((NEW, OLD))
    assert store.newer() == (NEW, OLD)
    assert store.newer() is None


def test_a_file_that_others_read_is_refused_with_the_remedy(store_at, tmp_path):
    path = tmp_path / "secret"
    store_at(path).load()
    path.chmod(0o640)
    with pytest.raises(RuntimeError, match="chmod 600"):
        store_at(path).load()


def test_an_empty_file_is_no_reason_to_make_a_new_key(store_at, tmp_path):
    path = tmp_path / "secret"
    path.touch(0o600)
    with pytest.raises(ValueError, match="backup"):
        store_at(path).load()


def test_a_variable_is_read_and_left_to_the_operator():
    store = EnvironmentKeys(f"{encoded(NEW)}, {encoded(OLD)}", "COLLOQUY_SECRET_KEY")
    assert store.load() == (NEW, OLD)
    assert store.newer() is None
    with pytest.raises(CannotChange, match="COLLOQUY_SECRET_KEY is yours to set"):
        store.put((OLD,))
    with pytest.raises(CannotChange):
        store.rewrap()


def test_nothing_of_the_key_lies_in_the_wrapped_file(vault, tmp_path):
    path = tmp_path / "secret"
    VaultKeys(path, transit(vault)).put((NEW,))
    assert path.read_text().startswith("vault:v1:")
    assert encoded(NEW)[:-4] not in path.read_text()


def test_wrapping_again_follows_the_services_rotation_and_keeps_the_keys(vault, tmp_path):
    path = tmp_path / "secret"
    store = VaultKeys(path, transit(vault))
    store.put((NEW, OLD))
    vault.versions.append(b"2" * 32)
    assert store.rewrap() == 2
    assert all(line.startswith("vault:v2:") for line in path.read_text().splitlines())
    vault.least = 2  # the operator lets the service forget its first version
    assert VaultKeys(path, transit(vault)).load() == (NEW, OLD)
    assert "/v1/transit/rewrap/colloquy" in vault.asked


def test_wrapping_that_fails_half_way_changes_nothing(vault, tmp_path):
    path = tmp_path / "secret"
    store = VaultKeys(path, transit(vault))
    store.put((NEW, OLD))
    before = path.read_text()
    vault.fail, vault.after = (503, b'{"errors":["Vault is sealed"]}'), len(vault.asked) + 1
    with pytest.raises(KeysUnavailable, match="sealed"):
        store.rewrap()
    assert path.read_text() == before


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        (403, b'{"errors":["permission denied"]}', KeysRefused, "permission denied"),
        (400, b'{"errors":["encryption key not found"]}', KeysRefused, "encryption key not found"),
        (404, b'{"errors":[]}', KeysRefused, "no reason given"),
        (503, b'{"errors":["Vault is sealed"]}', KeysUnavailable, "sealed"),
        (429, b"", KeysUnavailable, "busy"),
        (473, b"", KeysUnavailable, "busy"),
        (500, b'{"errors":["internal error"]}', KeysUnavailable, "internal error"),
        (307, b"", KeysRefused, "307"),
        (200, b"<html>It works!</html>", KeysRefused, "protocol"),
        (200, b'{"data":null}', KeysRefused, "protocol"),
        (200, b'{"data":{"plaintext":"!"}}', KeysRefused, "without a key"),
        (200, b'["a"]', KeysRefused, "protocol"),
    ],
)
def test_what_the_service_says_is_passed_on_and_never_the_token(vault, tmp_path, status, body, kind, said):
    path = tmp_path / "secret"
    VaultKeys(path, transit(vault)).put((NEW,))
    vault.fail = (status, body)
    with pytest.raises(kind) as caught:
        VaultKeys(path, transit(vault)).load()
    assert said in str(caught.value)
    assert TOKEN not in str(caught.value)


def test_a_service_that_is_away_is_said_to_be(vault, tmp_path):
    with pytest.raises(KeysUnavailable, match="did not answer"):
        VaultKeys(tmp_path / "secret", transit(vault, address="http://127.0.0.1:1")).load()
    assert not (tmp_path / "secret").exists()


def test_a_wrong_token_and_a_key_of_another_name_are_refused(vault, tmp_path):
    with pytest.raises(KeysRefused, match="permission denied"):
        VaultKeys(tmp_path / "secret", transit(vault, token=lambda: "hvs.other")).load()
    with pytest.raises(KeysRefused, match="encryption key not found"):
        VaultKeys(tmp_path / "secret", transit(vault, key="other")).load()


def test_a_key_that_is_not_wrapped_is_not_taken_for_one(vault, tmp_path):
    path = tmp_path / "secret"
    FileKeys(path).put((NEW,))
    with pytest.raises(ValueError, match="colloquy keys wrap"):
        VaultKeys(path, transit(vault)).load()


def test_a_key_that_another_service_wrapped_is_refused(vault, tmp_path):
    path = tmp_path / "secret"
    VaultKeys(path, transit(vault)).put((NEW,))
    vault.versions[0] = b"x" * 32
    with pytest.raises(KeysRefused, match="authentication failed"):
        VaultKeys(path, transit(vault)).load()
