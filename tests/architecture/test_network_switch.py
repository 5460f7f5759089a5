"""Tests cannot reach anything but this machine."""

import socket

import pytest
from pytest_socket import SocketConnectBlockedError


def test_the_world_is_out_of_reach():
    # pytest-socket warns before it refuses, and warnings are errors here: either is a locked door.
    with pytest.raises((SocketConnectBlockedError, UserWarning)), socket.socket() as outside:
        outside.settimeout(1)
        outside.connect(("192.0.2.1", 80))


def test_loopback_is_not():
    with socket.socket() as listening, socket.socket() as calling:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        calling.connect(listening.getsockname())
