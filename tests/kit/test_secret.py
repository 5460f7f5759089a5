"""One secret, several after a rotation: what signs and seals, what verifies and opens."""

import base64
import secrets
import stat

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from colloquy.kit.crypto import Secret, load_secret

OLD, NEW = b"o" * 32, b"n" * 32


def test_after_a_rotation_the_old_one_still_opens_and_verifies():
    before, after = Secret(OLD), Secret(NEW, OLD)
    sealed, signature = before.seal("letters", b"hello", b"7"), before.sign("letters", "hello")
    assert after.unseal("letters", sealed, b"7") == b"hello"
    assert after.signed_by_us("letters", "hello", signature)


def test_the_current_one_makes_everything_new():
    after, only_new = Secret(NEW, OLD), Secret(NEW)
    assert only_new.unseal("letters", after.seal("letters", b"hello")) == b"hello"
    assert only_new.signed_by_us("letters", "hello", after.sign("letters", "hello"))
    assert after.derive("letters") == only_new.derive("letters") != Secret(OLD).derive("letters")
    assert after.seal("letters", b"hello").startswith(only_new.mark)


def test_a_retired_one_opens_and_verifies_nothing():
    before, retired = Secret(OLD), Secret(NEW)
    assert not retired.signed_by_us("letters", "hello", before.sign("letters", "hello"))
    with pytest.raises(ValueError, match="not sealed by us"):
        retired.unseal("letters", before.seal("letters", b"hello"))


def test_what_was_sealed_before_secrets_had_ids_is_opened():
    nonce = secrets.token_bytes(12)
    bare = nonce + AESGCM(Secret(OLD).derive("letters")).encrypt(nonce, b"hello", b"7")
    assert Secret(NEW, OLD).unseal("letters", bare, b"7") == b"hello"
    assert Secret(OLD).unseal("letters", bare, b"7") == b"hello"


@pytest.mark.parametrize("sealed", [b"", b"\x00cq1", b"short", b"\x00cq1abcd", b"\x00" * 60], ids=repr)
def test_what_is_no_sealed_message_is_refused(sealed):
    with pytest.raises(ValueError, match="not sealed by us"):
        Secret(OLD, NEW).unseal("letters", sealed)


def test_every_changed_byte_of_a_sealed_message_is_noticed():
    secret = Secret(OLD)
    sealed = secret.seal("letters", b"hello", b"7")
    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(ValueError, match="not sealed by us"):
            secret.unseal("letters", bytes(changed), b"7")


@pytest.mark.parametrize(("purpose", "about"), [("other", b"7"), ("letters", b"8")])
def test_another_purpose_or_another_row_does_not_open_it(purpose, about):
    with pytest.raises(ValueError, match="not sealed by us"):
        Secret(OLD).unseal(purpose, Secret(OLD).seal("letters", b"hello", b"7"), about)


def test_a_running_process_takes_a_newer_secret_over_when_it_meets_one():
    stored = [(OLD,)]
    asked = []

    def newer():
        asked.append(True)
        return stored.pop() if stored else None

    running = Secret(OLD, newer=newer)
    stored[:] = [(NEW, OLD)]
    sealed = Secret(NEW).seal("letters", b"hello")
    assert running.unseal("letters", sealed) == b"hello"
    assert running.derive("letters") == Secret(NEW).derive("letters")
    assert len(asked) == 1


def test_a_file_has_the_current_one_first(tmp_path):
    path = tmp_path / "keys" / "secret"
    made = load_secret(None, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_secret(None, path).derive("x") == made.derive("x")
    path.write_text(base64.b64encode(NEW).decode() + "\n" + path.read_text())
    after = load_secret(None, path)
    assert after.derive("x") == Secret(NEW).derive("x")
    assert after.unseal("x", made.seal("x", b"hello")) == b"hello"


def test_a_variable_may_hold_several():
    given = ",".join(base64.b64encode(one).decode() for one in (NEW, OLD))
    assert load_secret(given, None).unseal("x", Secret(OLD).seal("x", b"hello")) == b"hello"


@pytest.mark.parametrize("given", ["!", base64.b64encode(bytes(31)).decode()], ids=["no base64", "too short"])
def test_what_is_no_secret_is_refused(given):
    with pytest.raises(ValueError, match="key"):
        load_secret(given, None)
