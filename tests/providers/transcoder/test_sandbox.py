"""The limits hold, and nothing that was started is left behind."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from colloquy.providers.transcoder import launch, sandbox
from colloquy.providers.transcoder.sandbox import Limits

ROOM = Limits(cpu_seconds=10, wall_seconds=20)


def python(code: str) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", textwrap.dedent(code)]


async def printed(code: str, limits: Limits = ROOM) -> tuple[sandbox.Outcome, str]:
    out = bytearray()
    outcome = await sandbox.run(python(code), limits, lambda piece: out.extend(piece) is None)
    return outcome, out.decode()


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not alive(pid)


async def test_the_environment_is_not_passed_on(monkeypatch):
    monkeypatch.setenv("COLLOQUY_SECRET_KEY", "canary")
    outcome, text = await printed("import os; print(dict(os.environ), os.getcwd())")

    assert outcome.returncode == 0
    assert "canary" not in text
    assert "PATH" not in text
    assert text.strip().endswith("} /")


async def test_every_limit_is_set_before_the_program_starts():
    _, text = await printed(
        """
        import json, os, resource
        names = ("CPU", "AS", "FSIZE", "NOFILE", "CORE")
        limits = {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))[0] for name in names}
        status = open("/proc/self/status").read()
        print(json.dumps(limits | {"nice": os.nice(0), "own_group": os.getpgrp() == os.getpid(),
              "no_new_privileges": "NoNewPrivs:\\t1" in status}))
        """,
        Limits(cpu_seconds=7, wall_seconds=20, memory_bytes=1 << 29, file_bytes=12_345, open_files=33, nice=6),
    )
    assert json.loads(text) == {
        "CPU": 7,
        "AS": 1 << 29,
        "FSIZE": 12_345,
        "NOFILE": 33,
        "CORE": 0,
        "nice": 6 + os.nice(0),
        "own_group": True,
        "no_new_privileges": True,
    }


async def test_a_program_that_never_stops_computing():
    outcome, _ = await printed("while True: pass", Limits(cpu_seconds=1, wall_seconds=20))

    assert outcome.returncode in {-signal.SIGXCPU, -signal.SIGKILL}
    assert outcome.spent
    assert not outcome.timed_out


async def test_a_program_that_takes_too_much_memory():
    outcome, _ = await printed("x = bytearray(1 << 30)", Limits(10, 20, memory_bytes=1 << 28))

    assert outcome.returncode == 1
    assert "MemoryError" in outcome.errors


async def test_a_program_that_writes_too_much(tmp_path):
    code = f"""
        import signal; signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        open({str(tmp_path / "big")!r}, "wb").write(bytes(100_000))
    """
    outcome, _ = await printed(code, Limits(10, 20, file_bytes=50_000))

    assert outcome.spent
    assert (tmp_path / "big").stat().st_size <= 50_000


async def test_a_program_that_sleeps_past_its_time():
    started = time.monotonic()
    outcome, _ = await printed("import time; time.sleep(60)", Limits(cpu_seconds=10, wall_seconds=0.5))

    assert outcome.timed_out
    assert time.monotonic() - started < 20


async def test_a_flood_of_errors_is_cut_in_the_middle():
    outcome, _ = await printed(
        """
        import sys
        sys.stderr.write("the beginning\\n"); sys.stderr.write("chatter\\n" * 500_000); sys.stderr.write("the end")
        """
    )

    assert outcome.errors.startswith("the beginning")
    assert outcome.errors.endswith("the end")
    assert len(outcome.errors) < 200_000


async def test_a_reader_that_has_seen_enough_ends_the_program():
    outcome = await sandbox.run(
        python("import time; print('first', flush=True); time.sleep(60)"), ROOM, lambda _piece: False
    )

    assert outcome.stopped
    assert outcome.returncode == -signal.SIGKILL


async def test_cancelling_kills_the_program_and_all_it_started(tmp_path):
    note = tmp_path / "pids"
    code = f"""
        import os, time
        child = os.fork()
        if child:
            open({str(note)!r}, "w").write(f"{{os.getpid()}} {{child}}")
        time.sleep(60)
    """
    running = asyncio.create_task(sandbox.run(python(code), ROOM))
    while not note.exists() or not note.read_text():  # noqa: ASYNC110 - it waits for another process
        await asyncio.sleep(0.01)
    pids = [int(pid) for pid in note.read_text().split()]
    assert all(alive(pid) for pid in pids)

    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert all(gone(pid) for pid in pids)


def test_a_program_dies_with_the_process_that_started_it(tmp_path):
    note = tmp_path / "pid"
    child = python(f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)")
    code = f"""
        import asyncio
        from colloquy.providers.transcoder import sandbox
        asyncio.run(sandbox.run({child!r}, sandbox.Limits(10, 60)))
    """
    parent = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)])
    try:
        while not note.exists() or not note.read_text():
            time.sleep(0.01)
        pid = int(note.read_text())
        assert alive(pid)
    finally:
        parent.kill()
        parent.wait()

    assert gone(pid)


async def test_the_program_has_no_network_where_the_kernel_allows_that():
    if not _may_unshare():
        pytest.skip("this machine forbids network namespaces; the protocol list is the guard")
    outcome, text = await printed(
        "import os; print(sorted(os.listdir('/sys/class/net')), open('/proc/net/dev').read())"
    )

    assert outcome.returncode == 0
    assert "eth" not in text.split("]")[1]
    assert text.split("]")[1].count(":") <= 1  # the loopback, and it is down


async def test_a_program_that_does_not_exist_says_so():
    outcome = await sandbox.run(["/no/such/ffmpeg"], ROOM)

    assert outcome.returncode == launch.CANNOT_START
    assert "/no/such/ffmpeg" in outcome.errors


def _may_unshare() -> bool:
    code = """
        import ctypes, os
        raise SystemExit(ctypes.CDLL(None).unshare(0x40000000 | (0x10000000 if os.geteuid() else 0)))
    """
    return subprocess.run(python(code), check=False).returncode == 0


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="this kernel does not share by session")
@pytest.mark.skipif(os.geteuid() != 0, reason="the kernel may answer others that they ask too often")
async def test_a_program_yields_although_it_leads_a_session_of_its_own():
    limits = Limits(cpu_seconds=5, wall_seconds=20, nice=7)

    _, text = await printed("print(open('/proc/self/autogroup').read())", limits)

    assert text.split()[-2:] == ["nice", "7"]
