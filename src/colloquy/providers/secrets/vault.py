"""Keys wrapped by the transit engine of HashiCorp Vault or OpenBao: the file holds ciphertext, the service opens it.

The service's own key never leaves it and never sees our data, only our keys: rotating it there and wrapping again
here (`colloquy keys rewrap`) touches one small file and not a byte of recordings.
API: https://developer.hashicorp.com/vault/api-docs/secret/transit (encrypt, decrypt, rewrap).
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2

from colloquy.kit.keyfile import KEY_BYTES, create_lines, read_lines, replace_lines
from colloquy.providers.secrets.file import refuse_readable, stamp
from colloquy.providers.secrets.port import KeysRefused, KeysUnavailable

ANSWER_SECONDS = 10.0
_PREFIX = "vault:v"
_BUSY = frozenset({412, 429, 472, 473, 500, 502, 503, 504})
"""412: not replicated yet; 429, 472, 473: a standby; 503: sealed. All of them pass."""


@dataclass(frozen=True, slots=True)
class Transit:
    """Where the service is. `token` is asked for at each call: agents renew the file that it is in."""

    address: str
    key: str
    token: Callable[[], str] = field(repr=False)
    mount: str = "transit"
    namespace: str = ""


class VaultKeys:
    """`KeyStore` in a file of wrapped keys."""

    def __init__(self, path: Path, transit: Transit) -> None:
        self.where = f"{path}, wrapped by {transit.address} ({transit.mount}/{transit.key})"
        self._path = path
        self._transit = transit
        self._seen = stamp(path)

    def load(self) -> tuple[bytes, ...]:
        if not self._path.exists():
            create_lines(self._path, [self._wrap(secrets.token_bytes(KEY_BYTES))])
        refuse_readable(self._path)
        self._seen = stamp(self._path)
        return tuple(self._unwrap(line) for line in read_lines(self._path))

    def newer(self) -> tuple[bytes, ...] | None:
        if stamp(self._path) in {self._seen, None}:
            return None
        return self.load()

    def put(self, keys: Sequence[bytes]) -> None:
        replace_lines(self._path, [self._wrap(key) for key in keys])

    def rewrap(self) -> int:
        lines = read_lines(self._path)
        # All are asked for before any is written: a service that fails half-way leaves the file as it was.
        wrapped = [self._ciphertext(self._ask("rewrap", {"ciphertext": line})) for line in lines]
        replace_lines(self._path, wrapped)
        return len(wrapped)

    def _wrap(self, key: bytes) -> str:
        return self._ciphertext(self._ask("encrypt", {"plaintext": base64.b64encode(key).decode()}))

    def _unwrap(self, line: str) -> bytes:
        if not line.startswith(_PREFIX):
            raise ValueError(
                f"{self._path} holds a key that is not wrapped. Run `colloquy keys wrap` once; it wraps what is there."
            )
        found = self._ask("decrypt", {"ciphertext": line.strip()}).get("plaintext")
        try:
            return base64.b64decode(str(found), validate=True)
        except binascii.Error:
            raise KeysRefused("The key service answered without a key.") from None

    @staticmethod
    def _ciphertext(answer: dict[str, Any]) -> str:
        found = answer.get("ciphertext")
        if not isinstance(found, str) or not found.startswith(_PREFIX):
            raise KeysRefused("The key service answered without a wrapped key.")
        return found

    def _ask(self, operation: str, body: dict[str, str]) -> dict[str, Any]:
        transit = self._transit
        address = f"{transit.address.rstrip('/')}/v1/{quote(transit.mount)}/{operation}/{quote(transit.key, safe='')}"
        headers = {"X-Vault-Token": transit.token(), "X-Vault-Request": "true"}
        if transit.namespace:
            headers["X-Vault-Namespace"] = transit.namespace
        try:
            answer = httpx2.post(address, json=body, headers=headers, timeout=ANSWER_SECONDS, follow_redirects=False)
        except httpx2.HTTPError as error:
            # The error's own text may hold the address, never the token; still only its kind is passed on.
            kind = type(error).__name__
            raise KeysUnavailable(f"The key service at {transit.address} did not answer: {kind}.") from None
        if answer.status_code in _BUSY:
            raise KeysUnavailable(f"The key service is sealed or busy ({answer.status_code}): {_said(answer)}")
        if answer.status_code != 200:  # noqa: PLR2004 - HTTP's own number
            raise KeysRefused(f"The key service refused to {operation} ({answer.status_code}): {_said(answer)}")
        try:
            data = answer.json()["data"]
        except (ValueError, KeyError, TypeError):
            raise KeysRefused("What answers at the key service's address does not speak its protocol.") from None
        if not isinstance(data, dict):
            raise KeysRefused("What answers at the key service's address does not speak its protocol.")
        return data


def _said(answer: httpx2.Response) -> str:
    try:
        errors = answer.json().get("errors")
    except (ValueError, AttributeError):
        return "no reason given"
    return "; ".join(str(one)[:200] for one in errors[:3]) if isinstance(errors, list) and errors else "no reason given"
