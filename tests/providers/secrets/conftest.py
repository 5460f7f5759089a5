"""A stand-in that speaks the transit engine's protocol over HTTP, with keys of its own."""

import base64
import json
import os
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TOKEN = "hvs.CAESIstand-in"


class Vault(ThreadingHTTPServer):
    """Encrypts, decrypts and wraps again as `transit/keys/colloquy`; `fail` answers everything with this."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.versions = [os.urandom(32)]
        self.least = 1
        self.fail: tuple[int, bytes] | None = None
        self.after = 0
        self.asked: list[str] = []
        self.address = f"http://127.0.0.1:{self.server_port}"

    @contextmanager
    def answering(self):
        """Serves in a thread while the block runs."""
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield self
        finally:
            self.shutdown()
            thread.join()
            self.server_close()

    def wrap(self, plain: bytes) -> str:
        nonce = os.urandom(12)
        sealed = nonce + AESGCM(self.versions[-1]).encrypt(nonce, plain, None)
        return f"vault:v{len(self.versions)}:{base64.b64encode(sealed).decode()}"

    def unwrap(self, text: str) -> bytes:
        _vault, version, sealed = text.split(":")
        number = int(version[1:])
        if number < self.least:
            raise ValueError("ciphertext or signature version is disallowed by policy (too old)")
        raw = base64.b64decode(sealed)
        return AESGCM(self.versions[number - 1]).decrypt(raw[:12], raw[12:], None)


class _Handler(BaseHTTPRequestHandler):
    server: Vault

    def do_POST(self) -> None:
        vault = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        vault.asked.append(self.path)
        if vault.fail is not None and len(vault.asked) > vault.after:
            self._answer(vault.fail[0], vault.fail[1])
        elif self.headers.get("X-Vault-Token") != TOKEN:
            self._errors(403, "permission denied")
        else:
            self._transit(json.loads(body))

    def _transit(self, body) -> None:
        mount, operation, key = self.path.removeprefix("/v1/").split("/")
        if (mount, key) != ("transit", "colloquy"):
            self._errors(404 if mount != "transit" else 400, "encryption key not found")
            return
        try:
            if operation == "encrypt":
                data = {"ciphertext": self.server.wrap(base64.b64decode(body["plaintext"])), "key_version": 1}
            else:
                plain = self.server.unwrap(body["ciphertext"])
                encoded = base64.b64encode(plain).decode()
                data = {"plaintext": encoded} if operation == "decrypt" else {"ciphertext": self.server.wrap(plain)}
        except (ValueError, InvalidTag, IndexError) as error:
            self._errors(400, str(error) or "cipher: message authentication failed")
            return
        answer = {"request_id": "0", "lease_id": "", "renewable": False, "data": data, "warnings": None}
        self._answer(200, json.dumps(answer).encode())

    def _errors(self, status, text) -> None:
        self._answer(status, json.dumps({"errors": [text]}).encode())

    def _answer(self, status, body) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status in {301, 307}:
            self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args) -> None:
        """Says nothing."""


@pytest.fixture
def vault():
    with Vault().answering() as server:
        yield server
