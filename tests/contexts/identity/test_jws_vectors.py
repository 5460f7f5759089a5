"""Access tokens against the classes of public JWS vectors: none that is invalid is accepted, all valid ones are."""

import sys
from collections import Counter
from datetime import UTC, datetime

import pytest
from tests.contexts.identity import jws_vectors

from colloquy.contexts.identity.service import access_tokens
from colloquy.kit import clock


class OneKey:
    """A secret whose access tokens are signed by the vectors' key."""

    def derivations(self, _purpose):
        return [jws_vectors.KEY]


@pytest.fixture
def read(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: datetime.fromtimestamp(jws_vectors.NOW, UTC))
    return lambda token: access_tokens.read(OneKey(), token)


def test_no_invalid_token_is_accepted_and_every_valid_one_is(read, capsys):
    vectors = jws_vectors.vectors()
    accepted = [one for one in vectors if read(one.token) is not None]
    wrong = [(one.group, one.what) for one in accepted if not one.valid]
    missed = [one.what for one in vectors if one.valid and one not in accepted]
    groups = Counter(one.group for one in vectors)
    invalid = sum(not one.valid for one in vectors)
    with capsys.disabled():
        sys.stdout.write(
            f"\nJWS vectors: {len(wrong)} of {invalid} invalid accepted, {groups['valid'] - len(missed)} of"
            f" {groups['valid']} valid accepted ({len(groups) - 1} classes)\n"
        )
    assert wrong == []
    assert missed == []
    assert invalid >= 401


def test_the_vectors_are_the_same_every_time_and_none_is_there_twice():
    first, second = jws_vectors.vectors(), jws_vectors.vectors()
    assert first == second
    named = Counter((one.group, one.what) for one in first)
    assert [name for name, count in named.items() if count > 1] == []
    good = {one.token for one in first if one.valid}
    assert [one.what for one in first if not one.valid and one.token in good] == []


@pytest.mark.parametrize(
    "options",
    [{"use": "enc"}, {"key_ops": ["sign"]}, {"key_ops": ["verify"], "use": "enc"}, {"alg": "HS512"}],
    ids=str,
)
def test_a_key_for_something_else_neither_signs_nor_verifies(options):
    """The library looks at `use`, `key_ops` and `alg` of a key; ours always says what it is for."""
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import OctKey

    key = OctKey.import_key(jws_vectors.KEY, options)
    with pytest.raises((JoseError, ValueError)):
        jwt.decode(jws_vectors.GOOD, key, algorithms=["HS256"])
