"""Access tokens of programs: JWTs that we alone write and read, so exactly one form of them is accepted.

RFC 7519 lets a reader accept many algorithms, headers and encodings. Each freedom has been an attack
(RFC 8725), and libraries differ in what they let through, so the header must be ours to the byte and every
part must be canonical base64url before a library sees it.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.ids import new_id

LIFE_SECONDS = 15 * 60
AUDIENCE = "colloquy-api"
_ALGORITHM = "HS256"
_PURPOSE = "access-token"
_HEADER = {"typ": "JWT", "alg": _ALGORITHM}
_HEADER_TEXT = base64.urlsafe_b64encode(json.dumps(_HEADER, separators=(",", ":")).encode()).rstrip(b"=").decode()
_LONGEST = 2048
_PARTS = 3


@dataclass(frozen=True, slots=True)
class Claims:
    """What an access token says: who (`person_id`), where (`org_id`), and the sign-in it came from."""

    person_id: UUID
    org_id: UUID
    role: str
    sign_in_id: UUID


def issue(secret: Secret, claims: Claims) -> str:
    """A token valid for `LIFE_SECONDS`."""
    now = int(clock.now().timestamp())
    payload = {
        "sub": str(claims.person_id),
        "org": str(claims.org_id),
        "role": claims.role,
        "sid": str(claims.sign_in_id),
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + LIFE_SECONDS,
        "jti": new_id().hex,
    }
    return jwt.encode(_HEADER, payload, _key(secret.derive(_PURPOSE)), algorithms=[_ALGORITHM])


def read(secret: Secret, token: str) -> Claims | None:
    """What the token says; None for anything that we did not issue in this form, and once it has expired."""
    if not _in_our_form(token):
        return None
    registry = jwt.JWTClaimsRegistry(
        now=int(clock.now().timestamp()),
        leeway=0,
        aud={"essential": True, "value": AUDIENCE},
        exp={"essential": True},
        iat={"essential": True},
        jti={"essential": True},
        sub={"essential": True},
    )
    for key in secret.derivations(_PURPOSE):  # a token of before a rotation is good until it expires
        if (claims := _claims(token, _key(key), registry)) is not None:
            return claims
    return None


def _claims(token: str, key: OctKey, registry: jwt.JWTClaimsRegistry) -> Claims | None:
    try:
        decoded = jwt.decode(token, key, algorithms=[_ALGORITHM])
        if decoded.header != _HEADER:
            return None
        registry.validate(decoded.claims)
        said = decoded.claims
        if not isinstance(said["role"], str):
            return None
        return Claims(UUID(said["sub"]), UUID(said["org"]), said["role"], UUID(said["sid"]))
    except (JoseError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _key(material: bytes) -> OctKey:
    return OctKey.import_key(material, {"use": "sig", "alg": _ALGORITHM})


def _in_our_form(token: str) -> bool:
    parts = token.split(".")
    if len(token) > _LONGEST or len(parts) != _PARTS or not all(map(_canonical, parts)):
        return False
    return parts[0] == _HEADER_TEXT and _members_once(parts[1])


def _members_once(part: str) -> bool:
    """Whether the claims are an object in which no name comes twice; parsers differ in which of the two they take."""

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if len({name for name, _ in pairs}) != len(pairs):
            raise ValueError("A name comes twice.")
        return dict(pairs)

    try:
        return isinstance(json.loads(base64.urlsafe_b64decode(part + "=="), object_pairs_hook=once), dict)
    except (ValueError, RecursionError):
        return False


def _canonical(part: str) -> bool:
    """Whether `part` is the one base64url text of its bytes: no padding, no stray bits, no other alphabet."""
    try:
        decoded = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return False
    return bool(part) and base64.urlsafe_b64encode(decoded).rstrip(b"=").decode() == part
