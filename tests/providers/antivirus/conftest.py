from __future__ import annotations

import _socket
import socket
from collections.abc import Iterator

import pytest

from . import daemon


@pytest.fixture(autouse=True)
def sockets_of_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """pytest-socket knows addresses only and takes a socket's path for a foreign one."""
    monkeypatch.setattr(socket.socket, "connect", _socket.socket.connect)


@pytest.fixture(scope="session")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real clamd at a socket; skips where it is not installed."""
    if daemon.CLAMD is None:
        pytest.skip(daemon.NO_CLAMD)
    with daemon.clamd(tmp_path_factory.mktemp("clamd")) as address:
        yield address
