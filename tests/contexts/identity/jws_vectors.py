"""Tokens that must be refused, and a few that must not: the classes of public JWS test vectors, written out anew.

After the classes of Wycheproof's JSON Web Signature and Encryption tests and RFC 8725 (JWT Best Current Practices),
made here from one key and one clock, so that every run has the same vectors. Most carry a signature that is right for
what they say: what is tested is that we refuse to read them, not that a broken signature is noticed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from colloquy.contexts.identity.service import access_tokens

NOW = 1_800_000_000
KEY = bytes(range(32))
HEADER = {"typ": "JWT", "alg": "HS256"}
CLAIMS = {
    "sub": "01890000-0000-7000-8000-000000000001",
    "org": "01890000-0000-7000-8000-000000000002",
    "role": "owner",
    "sid": "01890000-0000-7000-8000-000000000003",
    "aud": access_tokens.AUDIENCE,
    "iat": NOW,
    "exp": NOW + access_tokens.LIFE_SECONDS,
    "jti": "0" * 32,
}
_DIGESTS = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


@dataclass(frozen=True, slots=True)
class Vector:
    """A token, what is special about it, and whether it is to be accepted."""

    group: str
    what: str
    token: str
    valid: bool = False


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def signed(head: bytes | str, body: bytes | str, *, key: bytes = KEY, digest: str = "HS256") -> str:
    """A token over these parts (bytes are encoded, text is taken as it is), rightly signed with `key`."""
    first = head if isinstance(head, str) else b64(head)
    second = body if isinstance(body, str) else b64(body)
    text = f"{first}.{second}"
    return f"{text}.{b64(hmac.new(key, text.encode('utf-8', 'surrogatepass'), _DIGESTS[digest]).digest())}"


def vectors() -> list[Vector]:
    """All of them, in an order that never changes."""
    found: list[Vector] = []
    for group, make in _GROUPS.items():
        found += [Vector(group, what, token, valid=group == "valid") for what, token in make()]
    return found


GOOD = signed(compact(HEADER), compact(CLAIMS))
_HEAD, _BODY, _SIGNATURE = GOOD.split(".")
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
Made = Iterator[tuple[str, str]]


def _valid() -> Made:
    yield "as we issue it", GOOD
    yield "claims the other way round", signed(compact(HEADER), compact(dict(reversed(CLAIMS.items()))))
    yield "spaces in the claims", signed(compact(HEADER), json.dumps(CLAIMS, indent=1).encode())
    for role in ("admin", "reviewer", "ревьюер"):
        yield f"role {role}", signed(compact(HEADER), json.dumps({**CLAIMS, "role": role}).encode())
    yield "in its last second", signed(compact(HEADER), compact({**CLAIMS, "exp": NOW + 1}))


def _signature_bits() -> Made:
    raw = base64.urlsafe_b64decode(_SIGNATURE + "=")
    for bit in range(0, 256, 2):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        yield f"bit {bit}", f"{_HEAD}.{_BODY}.{b64(bytes(changed))}"


def _signature_lengths() -> Made:
    raw = base64.urlsafe_b64decode(_SIGNATURE + "=")
    for length in (0, 1, 8, 16, 20, 24, 31):
        yield f"first {length} bytes", f"{_HEAD}.{_BODY}.{b64(raw[:length])}"
    for more in (b"\x00", b"\x00" * 16, raw):
        yield f"{len(more)} bytes more", f"{_HEAD}.{_BODY}.{b64(raw + more)}"
    for one in (b"\x00" * 32, b"\xff" * 32, hashlib.sha256(b"").digest(), KEY):
        yield f"fixed {one[:2].hex()}", f"{_HEAD}.{_BODY}.{b64(one)}"


def _other_keys() -> Made:
    others = {
        "empty": b"",
        "zero": bytes(32),
        "one bit off": bytes([KEY[0] ^ 1, *KEY[1:]]),
        "cut": KEY[:16],
        "twice": KEY * 2,
        "hex": KEY.hex().encode(),
        "base64": base64.b64encode(KEY),
        "base64url": b64(KEY).encode(),
        "reversed": KEY[::-1],
        "the word secret": b"secret",
        "its hash": hashlib.sha256(KEY).digest(),
        "padded to a block": KEY + b"x" * 32,
        "a public key": b"-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----\n",
    }
    for name, key in others.items():
        yield name, signed(compact(HEADER), compact(CLAIMS), key=key)


def _algorithms() -> Made:
    named = (
        "none",
        "None",
        "NONE",
        "nOnE",
        "",
        "hs256",
        "Hs256",
        "HS256 ",
        " HS256",
        "HS256\x00",
        "HS1",
        "HS384",
        "HS512",
        "RS256",
        "RS384",
        "RS512",
        "PS256",
        "PS384",
        "PS512",
        "ES256",
        "ES384",
        "ES512",
        "ES256K",
        "EdDSA",
        "Ed25519",
        "A128KW",
        "dir",
        "RSA-OAEP",
        "PBES2-HS256+A128KW",
        "HMAC-SHA256",
        "ＨＳ２５６",
    )
    for name in named:
        head = compact({**HEADER, "alg": name})
        yield f"{name!r}, signed", signed(head, compact(CLAIMS))
        yield f"{name!r}, no signature", f"{b64(head)}.{_BODY}."
        yield f"{name!r}, the good signature", f"{b64(head)}.{_BODY}.{_SIGNATURE}"
    for name in ("HS384", "HS512"):
        yield f"{name}, honestly", signed(compact({**HEADER, "alg": name}), compact(CLAIMS), digest=name)
        yield f"HS256 by {name}", signed(compact(HEADER), compact(CLAIMS), digest=name)
    for value in (None, 256, True, ["HS256"], {"HS256": 1}):
        yield f"{value!r}", signed(compact({**HEADER, "alg": value}), compact(CLAIMS))
    yield "left out", signed(compact({"typ": "JWT"}), compact(CLAIMS))


def _header_members() -> Made:
    own = {"kty": "oct", "k": b64(b"stranger" * 4), "alg": "HS256"}
    extra: dict[str, Any] = {
        "crit b64": {"b64": False, "crit": ["b64"]},
        "b64 alone": {"b64": False},
        "b64 true": {"b64": True, "crit": ["b64"]},
        "crit empty": {"crit": []},
        "crit exp": {"crit": ["exp"]},
        "crit unknown": {"crit": ["x"], "x": 1},
        "crit alg": {"crit": ["alg"]},
        "crit text": {"crit": "exp"},
        "crit null": {"crit": None},
        "crit twice": {"crit": ["a", "a"], "a": 1},
        "jwk": {"jwk": own},
        "jku": {"jku": "https://keys.example/jwks.json"},
        "jku loopback": {"jku": "http://127.0.0.1/"},
        "x5u": {"x5u": "https://keys.example/cert.pem"},
        "x5c": {"x5c": ["MIIB"]},
        "x5t": {"x5t": "AAAA"},
        "x5t256": {"x5t#S256": "AAAA"},
        "kid": {"kid": "1"},
        "kid empty": {"kid": ""},
        "kid path": {"kid": "../../dev/null"},
        "kid sql": {"kid": "' or 1=1 --"},
        "kid shell": {"kid": "|/bin/true"},
        "kid null byte": {"kid": "a\x00b"},
        "kid number": {"kid": 1},
        "zip": {"zip": "DEF"},
        "cty JWT": {"cty": "JWT"},
        "enc": {"enc": "A256GCM"},
        "epk": {"epk": own},
        "p2c": {"p2c": 10**9},
        "use sig": {"use": "sig"},
        "use enc": {"use": "enc"},
        "key_ops": {"key_ops": ["verify"]},
        "claims in it": {"exp": NOW + 10**9},
        "typ left out": {"typ": ...},
        "typ at+jwt": {"typ": "at+jwt"},
        "typ lower": {"typ": "jwt"},
        "typ JWS": {"typ": "JOSE"},
        "typ null": {"typ": None},
        "typ number": {"typ": 1},
        "typ list": {"typ": ["JWT"]},
        "typ long": {"typ": "application/jwt"},
        "proto": {"__proto__": {"alg": "none"}},
        "case": {"ALG": "none"},
        "unicode name": {"аlg": "none"},
    }
    for name, more in extra.items():
        head = {key: value for key, value in {**HEADER, **more}.items() if value is not ...}
        yield name, signed(compact(head), compact(CLAIMS))
        yield f"{name}, stranger's key", signed(compact(head), compact(CLAIMS), key=b"stranger" * 4)


def _header_text() -> Made:
    texts = (
        b'{"typ":"JWT","alg":"HS256","alg":"none"}',
        b'{"alg":"none","typ":"JWT","alg":"HS256"}',
        b'{"typ":"JWT","typ":"x","alg":"HS256"}',
        b'{"typ":"x","typ":"JWT","alg":"HS512","alg":"HS256","kid":"1"}',
        b'{"typ":"JWT","alg":"HS256",}',
        b"{'typ':'JWT','alg':'HS256'}",
        b'{"typ":"JWT","alg":"HS256"}x',
        b'{"typ":"JWT","alg":"HS256"',
        b'[{"typ":"JWT","alg":"HS256"}]',
        b'"HS256"',
        b"null",
        b"true",
        b"1",
        b"{}",
        b"[]",
        b"",
        b" ",
        b"\x00",
        b"\xff\xfe{}",
        b'\xef\xbb\xbf{"typ":"JWT","alg":"HS256"}',
        '{"typ":"JWT","alg":"HS256"}'.encode("utf-16"),
        b'{"typ":"JWT","alg":"HS256\xff"}',
        b'{"typ":"JWT","alg":"HS256"}\x00',
        b'{"typ":"JWT","\\u0061lg":"none"}',
        b'/**/{"typ":"JWT","alg":"HS256"}',
        b'{"typ":"JWT","alg":NaN}',
        b'{"typ":"JWT","alg":"HS256","x":' + b"[" * 500 + b"]" * 500 + b"}",
    )
    yield (
        "the other way round, so not ours to the byte",
        signed(compact({"alg": "HS256", "typ": "JWT"}), compact(CLAIMS)),
    )
    yield "with spaces, so not ours to the byte", signed(json.dumps(HEADER).encode(), compact(CLAIMS))
    for number, text in enumerate(texts):
        yield f"text {number}", signed(text, compact(CLAIMS))


def _claims() -> Made:
    for name in CLAIMS:
        yield f"no {name}", signed(compact(HEADER), compact({k: v for k, v in CLAIMS.items() if k != name}))
        yield f"{name} null", signed(compact(HEADER), compact({**CLAIMS, name: None}))
    wrong: dict[str, tuple[Any, ...]] = {
        "exp": (NOW, NOW - 1, 0, -1, str(NOW + 900), [NOW + 900], {"a": 1}, "", "soon"),
        "iat": (NOW + 1, NOW + 10**9, str(NOW), [NOW], "now"),
        "nbf": (NOW + 1, NOW + 10**9, str(NOW), [NOW + 1]),
        "aud": (
            "",
            "colloquy",
            "colloquy-api ",
            "COLLOQUY-API",
            "another",
            [],
            ["another"],
            [["colloquy-api"]],
            {"a": 1},
            7,
            True,
        ),
        "sub": ("", "1", 1, True, [], {}, "01890000-0000-7000-8000-00000000000", "x" * 36, "' or 1=1"),
        "org": ("", 1, [], "01890000-0000-7000-8000-00000000000g"),
        "sid": ("", 1, {}, "../../"),
    }
    for name, values in wrong.items():
        for value in values:
            yield f"{name} {value!r}", signed(compact(HEADER), compact({**CLAIMS, name: value}))
    for text in (
        b"",
        b"null",
        b"[]",
        b"1",
        b'"x"',
        b"{",
        b"\xff",
        b"{}",
        compact([CLAIMS]),
        compact(CLAIMS) + b"}",
        b"\x00" + compact(CLAIMS),
    ):
        yield f"claims {text[:6]!r}", signed(compact(HEADER), text)


def _base64() -> Made:
    twins = [(name, part) for name, part in (("header", _HEAD), ("claims", _BODY), ("signature", _SIGNATURE))]
    for place, (name, part) in enumerate(twins):

        def with_part(text: str, place: int = place) -> str:
            parts = [_HEAD, _BODY, _SIGNATURE]
            parts[place] = text
            return ".".join(parts) if place == 2 else signed(parts[0], parts[1])

        for mark in (
            "=",
            "==",
            "===",
            "====",
            "A",
            "A=",
            " ",
            "\n",
            "\r\n",
            "\t",
            "\x00",
            "+",
            "/",
            "%3D",
            "é",
            "\u200b",
            "．",
            "!",
        ):
            yield f"{name} then {mark!r}", with_part(part + mark)
        for mark in (" ", "\n", "=", "\ufeff"):
            yield f"{mark!r} then {name}", with_part(mark + part)
            yield f"{mark!r} inside {name}", with_part(part[:8] + mark + part[8:])
        left = len(part) % 4
        if left:
            spare = 4 if left == 2 else 2  # bits that mean nothing in the last character
            at = _ALPHABET.index(part[-1])
            for more in range(1, 1 << spare):
                yield f"{name} with stray bits {more}", with_part(part[:-1] + _ALPHABET[at ^ more])
        yield f"{name} in standard base64", with_part(base64.b64encode(b"\xfb\xff" + part.encode()).decode())
        yield f"{name} empty", with_part("")


def _segments() -> Made:
    yield from {
        "nothing": "",
        "dots": "..",
        "one dot": ".",
        "only a header": _HEAD,
        "two parts": f"{_HEAD}.{_BODY}",
        "no signature": f"{_HEAD}.{_BODY}.",
        "a fourth": f"{GOOD}.",
        "a fourth with text": f"{GOOD}.{_SIGNATURE}",
        "five, like encrypted ones": f"{GOOD}.AA.AA",
        "no header": f".{_BODY}.{_SIGNATURE}",
        "no claims": f"{_HEAD}..{_SIGNATURE}",
        "swapped": f"{_BODY}.{_HEAD}.{_SIGNATURE}",
        "signature first": f"{_SIGNATURE}.{_HEAD}.{_BODY}",
        "space before": f" {GOOD}",
        "space after": f"{GOOD} ",
        "line after": f"{GOOD}\n",
        "quoted": f'"{GOOD}"',
        "twice": GOOD * 2,
        "with its scheme": f"Bearer {GOOD}",
        "comma": f"{GOOD},{GOOD}",
        "very long": GOOD + "A" * 5000,
        "null byte": f"{GOOD}\x00",
        "JSON serialisation": json.dumps({"payload": _BODY, "protected": _HEAD, "signature": _SIGNATURE}),
        "general serialisation": json.dumps(
            {"payload": _BODY, "signatures": [{"protected": _HEAD, "signature": _SIGNATURE}]}
        ),
        "percent-encoded": GOOD.replace(".", "%2E"),
        "other dots": GOOD.replace(".", "。"),
        "upper case": GOOD.upper(),
        "lone surrogate": f"{GOOD}\ud800",
        "detached": f"{_HEAD}..{hmac.new(KEY, f'{_HEAD}.{_BODY}'.encode(), hashlib.sha256).hexdigest()}",
    }.items()


_GROUPS = {
    "valid": _valid,
    "signature changed": _signature_bits,
    "signature of another length": _signature_lengths,
    "another key": _other_keys,
    "another algorithm": _algorithms,
    "members of the header": _header_members,
    "text of the header": _header_text,
    "claims": _claims,
    "encoding": _base64,
    "segments": _segments,
}
