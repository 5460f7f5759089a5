"""Id tokens: each thing that may be wrong with one, and keys that come anew."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from colloquy.kit import clock
from colloquy.providers.oidc import tokens
from colloquy.providers.oidc.port import Client, SignOnFailed
from colloquy.providers.oidc.tokens import ASYMMETRIC, UnknownKey

CLIENT = Client("https://sso.example.com/", "colloquy", "secret")
RSA = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})
EC = ECKey.generate_key("P-256", {"kid": "ec"})
KEYS = tokens.usable({"keys": [RSA.as_dict(private=False), EC.as_dict(private=False)]})


def claims(**changed) -> dict:
    now = int(clock.now().timestamp())
    right = {"iss": CLIENT.issuer, "aud": "colloquy", "sub": "ada", "nonce": "n", "iat": now, "exp": now + 300}
    return {name: value for name, value in {**right, **changed}.items() if value is not None}


def signed(values: dict, *, key=RSA, alg: str = "RS256", **header) -> str:
    given = {"alg": alg, "kid": key.kid, **header}
    return jwt.encode({k: v for k, v in given.items() if v is not None}, values, key, algorithms=[alg])


def _coded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def read(token: str, algorithms=ASYMMETRIC, keys=KEYS) -> dict:
    return tokens.read(token, keys, algorithms, CLIENT, "n")


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"aud": ["colloquy"]},
        {"aud": ["colloquy", "other"], "azp": "colloquy"},
        {"azp": "colloquy"},
        {"nbf": 1},
    ],
    ids=["plain", "list", "several", "azp", "nbf"],
)
def test_a_token_for_us_holds(changed):
    assert read(signed(claims(**changed)))["sub"] == "ada"


def test_other_methods_and_tokens_without_a_key_id_hold():
    assert read(signed(claims(), key=EC, alg="ES256"))["sub"] == "ada"
    assert read(signed(claims(), kid=None))["sub"] == "ada"
    assert read(signed(claims(), alg="PS256"))["sub"] == "ada"


NOW = int(clock.now().timestamp())


@pytest.mark.parametrize(
    ("part", "changed"),
    [
        ("iss", {"iss": "https://sso.example.com"}),
        ("iss", {"iss": None}),
        ("aud", {"aud": "other"}),
        ("aud", {"aud": None}),
        ("aud", {"aud": {"colloquy": 1}}),
        ("azp", {"aud": ["colloquy", "other"]}),
        ("azp", {"azp": "other"}),
        ("nonce", {"nonce": "m"}),
        ("nonce", {"nonce": None}),
        ("nonce", {"nonce": ["n"]}),
        ("exp", {"exp": NOW - 120}),
        ("exp", {"exp": None}),
        ("exp", {"exp": "tomorrow"}),
        ("exp", {"exp": True}),
        ("iat", {"iat": NOW + 3600}),
        ("iat", {"iat": NOW - 3600}),
        ("iat", {"iat": None}),
        ("nbf", {"nbf": NOW + 3600}),
        ("sub", {"sub": None}),
        ("sub", {"sub": ""}),
        ("sub", {"sub": "s" * 256}),
        ("sub", {"sub": 7}),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_a_token_with_something_wrong_is_refused(part, changed):
    with pytest.raises(SignOnFailed) as refused:
        read(signed(claims(**changed)))
    assert refused.value.code == "token"
    assert f"({part})" in refused.value.message


def test_only_methods_that_are_announced_and_asymmetric_count():
    with pytest.raises(SignOnFailed, match="alg"):
        read(signed(claims()), algorithms=("ES256",))
    for secret in (RSA.as_pem(private=False), b"secret" * 8, json.dumps(RSA.as_dict(private=False)).encode()):
        said = ".".join(_coded(json.dumps(part).encode()) for part in ({"alg": "HS256", "kid": "rsa"}, claims()))
        forged = f"{said}.{_coded(hmac.digest(secret, said.encode(), 'sha256'))}"
        with pytest.raises(SignOnFailed, match="alg"):
            read(forged, algorithms=(*ASYMMETRIC, "HS256", "none"))
    for name in ("none", "None", "NONE"):
        header = _coded(json.dumps({"alg": name, "kid": "rsa"}).encode())
        with pytest.raises(SignOnFailed, match="alg"):
            read(f"{header}.{signed(claims()).split('.')[1]}.", algorithms=(*ASYMMETRIC, "none"))


def test_a_signature_of_somebody_else_and_a_changed_token_are_refused():
    with pytest.raises(SignOnFailed, match="signature"):
        read(signed(claims(), key=RSAKey.generate_key(2048, {"kid": "rsa"})))
    head, _body, signature = signed(claims()).split(".")
    other = signed(claims(sub="mallory")).split(".")[1]
    with pytest.raises(SignOnFailed, match="signature"):
        read(f"{head}.{other}.{signature}")


def test_a_key_of_its_own_in_the_token_is_not_believed():
    own = RSAKey.generate_key(2048, {"kid": "rsa"})
    forged = jwt.encode(
        {"alg": "RS256", "kid": "rsa", "jwk": own.as_dict(private=False)}, claims(), own, algorithms=["RS256"]
    )
    with pytest.raises(SignOnFailed):
        read(forged)


def test_a_key_that_nobody_shows_is_unknown():
    with pytest.raises(UnknownKey):
        read(signed(claims(), key=RSAKey.generate_key(2048, {"kid": "new"})))


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c", "..", "a.b.c.d.e", "é.é.é", "x" * 30_000])
def test_what_is_no_token_is_refused(token):
    with pytest.raises(SignOnFailed):
        read(token)


def test_clocks_may_be_a_minute_apart():
    token = signed(claims())
    with clock.travelled(timedelta(seconds=340)):
        assert read(token)["sub"] == "ada"
    with clock.travelled(timedelta(seconds=420)), pytest.raises(SignOnFailed, match="exp"):
        read(token)


def test_of_a_set_of_keys_those_are_kept_that_can_check_signatures():
    weak = {**RSA.as_dict(private=False), "kid": "weak", "n": _coded(b"\xff" * 128)}
    kept = tokens.usable(
        {
            "keys": [
                *(RSA.as_dict(private=False), weak, {**EC.as_dict(private=False), "use": "enc"}),
                *(OctKey.generate_key(256).as_dict(), {"kty": "PQC"}, {"kty": "RSA"}, "nonsense"),
            ]
        }
    )
    assert [key.kid for key in kept] == ["rsa"]
    for nonsense in (None, [], {"keys": 7}, "keys"):
        with pytest.raises(ValueError, match="JWK set"):
            tokens.usable(nonsense)
