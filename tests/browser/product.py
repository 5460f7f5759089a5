"""The whole product as an operator runs it: one process, a port of its own, stopped by SIGTERM."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from colloquy.roles.runtime import Addresses

START_SECONDS = 60
STOP_SECONDS = 40


@dataclass
class Product:
    """A product that can be stopped and started again: database, files and port stay."""

    where: Addresses
    data_dir: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.data_dir / "product.log"

    async def start(self) -> None:
        """Starts it and waits until it can work. Raises TimeoutError, with what it said."""
        settings = {
            "COLLOQUY_DATA_DIR": str(self.data_dir),
            "COLLOQUY_DATABASE_URL": self.where.serving,
            "COLLOQUY_MIGRATION_URL": self.where.migrating,
            "COLLOQUY_PORT": str(self.port),
            "COLLOQUY_RECOGNISER": "pocketsphinx",
            "COLLOQUY_LIMITS": "false",
            "COLLOQUY_OUTBOUND_ALLOW": "127.0.0.1",
            "COLLOQUY_LOG_FORM": "text",
            **self.environment,
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith("COLLOQUY_")}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: ASYNC220 - it is started once and outlives this function
                [sys.executable, "-m", "colloquy", "everything"],
                env={**kept, **settings},
                cwd=self.data_dir,  # no .env of a developer is found here
                stdout=log,
                stderr=log,
            )
        async with httpx.AsyncClient(base_url=self.address) as client:
            for _ in range(START_SECONDS * 10):
                if self.process.poll() is not None:
                    break
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get("/readyz")).is_success:
                        return
                await asyncio.sleep(0.1)
        self.kill()
        raise TimeoutError(f"The product did not start:\n{self.log.read_text()[-4000:]}")

    async def stop(self) -> None:
        """Asks it to stop and waits. An exit status that is not 0 is an error."""
        process, self.process = self.process, None
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            status = await asyncio.to_thread(process.wait, STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        assert status == 0, self.log.read_text()[-4000:]

    def kill(self) -> None:
        """Ends it as a power cut would."""
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.wait()

    def errors(self) -> list[str]:
        """What the product itself complained about so far."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if "[error" in line or "[critical" in line or line.startswith("Traceback")]


def free_port() -> int:
    """A port that nobody listens on, of the loopback address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def running_product(where: Addresses, data_dir: Path) -> AsyncIterator[Product]:
    """A started product; it is stopped gracefully when the block ends."""
    product = Product(where, data_dir, free_port())
    await product.start()
    try:
        yield product
    except BaseException:
        product.kill()
        raise
    await product.stop()
