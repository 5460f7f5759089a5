"""The bare limits as servers of their own: the least that a program does for the same answer.

    python -m tests.bench.bare upload PORT FOLDER     appends each body to a file, one fsync a request
    python -m tests.bench.bare sealed PORT FOLDER     the same, encrypted: AES-256-GCM over every part as it comes
    python -m tests.bench.bare driver PORT DATABASE   FastAPI and psycopg's pool, one statement, rows as JSON
    python -m tests.bench.bare orm PORT DATABASE      FastAPI and SQLAlchemy's ORM, entities as Pydantic models

None of them checks who asks, keeps tenants apart, counts or logs. All run as the product does: uvicorn with
uvloop and httptools, no access log. DATABASE is an address for psycopg, as the owner of the tables.
"""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvicorn
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

READY = "/readyz"


def upload(folder: str, seal: Callable[[bytes], bytes] = bytes, name: str = "plain") -> Any:
    """PATCH appends the body to one file; anything else is the question whether it is ready."""
    path = Path(folder) / name

    async def app(scope: Any, receive: Any, send: Any) -> None:
        status = 200
        if scope["method"] == "PATCH":
            status = 204
            with path.open("ab", buffering=0) as file:
                more = True
                while more:
                    message = await receive()
                    more = message.get("more_body", False)
                    file.write(seal(message.get("body", b"")))
                os.fsync(file.fileno())
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return app


def sealed(folder: str) -> Any:
    """`upload` that encrypts: each part of the body under the next nonce of one key."""
    cipher, numbers = AESGCM(AESGCM.generate_key(256)), itertools.count()
    return upload(folder, lambda part: cipher.encrypt(next(numbers).to_bytes(12, "big"), part, None), "sealed")


def main(kind: str, port: str, place: str) -> None:
    """Serves one of them until SIGTERM."""
    if kind == "upload":
        app, lifespan = upload(place), "off"
    elif kind == "sealed":
        app, lifespan = sealed(place), "off"
    elif kind == "driver":
        from tests.bench.bare_driver import application

        app, lifespan = application(place), "on"
    else:
        from tests.bench.bare_orm import application

        app, lifespan = application(place), "on"
    uvicorn.run(app, port=int(port), log_config=None, access_log=False, lifespan=lifespan, loop="uvloop")


if __name__ == "__main__":
    main(*sys.argv[1:])
