"""A whole installation of its own: every role in one process, its own database server, all under one folder.

What breaks here is nobody else's: the database server that tests share is never touched.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import httpx
from tests.bench.product import free_port, wait_until_ready

from colloquy.roles.runtime import Addresses, Runtime, running
from colloquy.settings import Settings

STARTS_SECONDS = 120.0


class Installed:
    """`colloquy everything` over its own folder; `broken` is Python that runs before it."""

    def __init__(self, folder: Path, *, broken: str = "") -> None:
        self.folder = folder
        self.scratch = folder / "scratch"
        self.scratch.mkdir(exist_ok=True)
        self.port = free_port()
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("COLLOQUY_")},
            "COLLOQUY_DATA_DIR": str(folder),
            "COLLOQUY_PORT": str(self.port),
            "COLLOQUY_LOG_LEVEL": "error",
            "COLLOQUY_OUTBOUND_ALLOW": "127.0.0.1",
            "TMPDIR": str(self.scratch),
            # Limits are on, as in earnest, and further than one test machine gets.
            **{f"COLLOQUY_LIMIT_{name}": "1000000" for name in ("USER", "NETWORK", "SIGN_IN", "GUESSES", "MAIL")},
        }
        program = f"{broken}\nfrom colloquy.cli import app\napp(['everything'])\n"
        self.log = folder / "product.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=log, stderr=log)
        wait_until_ready(self.port, "/readyz", self.process, seconds=STARTS_SECONDS)

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def where(self) -> Addresses:
        """Its database, without joining the server: it is the product's to start and to stop."""
        lines = (self.folder / "postgres" / "postmaster.pid").read_text().splitlines()
        host = f"@/colloquy?host={lines[4]}"
        return Addresses(f"postgresql://colloquy_app:{host}", f"postgresql://postgres:{host}", embedded=True)

    def kill_database(self) -> None:
        """SIGKILL to the server's first process: what was not written is gone, nothing is said."""
        os.kill(self._database(), signal.SIGKILL)

    def back(self, seconds: float = 60.0) -> float:
        """Waits until it says that it can work; how long that took. AssertionError when it does not come back."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            with suppress(httpx.HTTPError):
                if httpx.get(f"{self.address}/readyz", timeout=5).status_code == 200:
                    return time.monotonic() - began
            time.sleep(0.05)
        raise AssertionError(f"not back after {seconds:.0f} s")

    def end(self) -> None:
        """Stopped, and if it does not stop, dead with its database."""
        self.process.terminate()
        try:
            self.process.wait(timeout=45)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        with suppress(OSError, ValueError, IndexError):
            os.kill(self._database(), signal.SIGKILL)

    def _database(self) -> int:
        return int((self.folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])


@contextmanager
def installation_folder() -> Iterator[Path]:
    """A folder that the database's account may enter, gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="colloquy-faults-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def installed(folder: Path, *, broken: str = "") -> Iterator[Installed]:
    """An installation that is gone at the end of the block, however it ends."""
    made = Installed(folder, broken=broken)
    try:
        yield made
    finally:
        made.end()


@asynccontextmanager
async def beside(product: Installed) -> AsyncIterator[Runtime]:
    """The product built once more in this process, to prepare and to look; it serves nobody."""
    settings = Settings(data_dir=product.folder, _env_file=None)
    async with running(settings, where=product.where) as runtime:
        yield runtime
