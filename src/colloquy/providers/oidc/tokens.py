"""Id tokens: who signed them, for whom, when, for which question (OpenID Connect Core 1.0, 3.1.3.7)."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Any, Final

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from colloquy.kit import clock
from colloquy.kit.i18n import gettext as _
from colloquy.providers.oidc.port import Client, SignOnFailed

ASYMMETRIC: Final = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "Ed25519",
    "EdDSA",
)
"""Whoever can check such a token cannot make one. Never "none", never HS*: our client secret is no signature."""
LEEWAY_SECONDS: Final = 60
OLDEST_SECONDS: Final = 600
"""An id token is made for the code that was redeemed just now."""
_LONGEST: Final = 20_000
_LONGEST_SUBJECT: Final = 255
_SMALLEST_RSA_BITS: Final = 2048
_KINDS: Final = (RSAKey, ECKey, OKPKey)

UsableKey = RSAKey | ECKey | OKPKey


class UnknownKey(Exception):  # noqa: N818 - answered by asking for the keys once more
    """None of the keys is the one that the token names: the provider may have new ones."""


def usable(document: Any) -> tuple[UsableKey, ...]:
    """The keys of a JWK set that can check signatures. ValueError for what is no such set."""
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        raise ValueError("not a JWK set")  # noqa: TRY004 - what came over the wire has a wrong value
    found: list[UsableKey] = []
    for entry in document["keys"]:
        # One by one: a set may hold kinds that nobody here knows, beside those that serve (RFC 7517, section 5).
        if not isinstance(entry, dict) or entry.get("use", "sig") != "sig" or _too_weak(entry):
            continue
        try:
            (key,) = KeySet.import_key_set({"keys": [entry]}).keys
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        if isinstance(key, _KINDS):
            found.append(key)
    return tuple(found)


def read(
    token: str, keys: Sequence[UsableKey], algorithms: Sequence[str], client: Client, nonce: str
) -> dict[str, Any]:
    """The claims of a token that holds. Raises UnknownKey, and SignOnFailed with code token."""
    if len(token) > _LONGEST or token.count(".") != 2:  # noqa: PLR2004 - header, claims, signature
        raise _bad("form")
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, TypeError) as error:
        raise _bad("form") from error
    algorithm, kid = header.get("alg"), header.get("kid")
    if algorithm not in algorithms or algorithm not in ASYMMETRIC:
        raise _bad("alg")
    for key in _candidates(keys, kid, algorithm):
        try:
            claims = jwt.decode(token, key, algorithms=[algorithm]).claims
        except (JoseError, ValueError, TypeError):
            continue
        _check(claims, client, nonce)
        return claims
    if kid is not None and any(key.kid == kid for key in keys):
        raise _bad("signature")
    raise UnknownKey


def _candidates(keys: Sequence[UsableKey], kid: Any, algorithm: str) -> list[UsableKey]:
    named = [key for key in keys if key.kid == kid] if kid is not None else list(keys)
    return [key for key in named if key.as_dict(private=False).get("alg", algorithm) == algorithm]


def _check(claims: dict[str, Any], client: Client, nonce: str) -> None:
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    if claims.get("iss") != client.issuer:
        raise _bad("iss")
    if not isinstance(audiences, list) or client.client_id not in audiences:
        raise _bad("aud")
    if (len(audiences) > 1 or "azp" in claims) and claims.get("azp") != client.client_id:
        raise _bad("azp")
    given = claims.get("nonce")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), nonce.encode()):
        raise _bad("nonce")
    _check_times(claims)
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise _bad("sub")


def _check_times(claims: dict[str, Any]) -> None:
    now = clock.now().timestamp()
    if _time(claims, "exp") <= now - LEEWAY_SECONDS:
        raise _bad("exp")
    issued = _time(claims, "iat")
    if not now - OLDEST_SECONDS - LEEWAY_SECONDS <= issued <= now + LEEWAY_SECONDS:
        raise _bad("iat")
    if "nbf" in claims and _time(claims, "nbf") > now + LEEWAY_SECONDS:
        raise _bad("nbf")


def _time(claims: dict[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _bad(name)
    return float(value)


def _too_weak(entry: dict[str, Any]) -> bool:
    # A secret key checks nothing in public; of RSA the modulus tells, six bits a character.
    modulus = entry.get("n", "")
    short = entry.get("kty") == "RSA" and isinstance(modulus, str) and len(modulus) * 6 < _SMALLEST_RSA_BITS
    return entry.get("kty") == "oct" or short


def _bad(part: str) -> SignOnFailed:
    return SignOnFailed("token", _("The provider's answer does not hold (%(part)s). Try again.", part=part))
