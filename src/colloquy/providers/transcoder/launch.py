"""Puts limits on itself, then becomes another program: `python -I -S launch.py LIMITS PROGRAM ARGUMENTS`.

The limits hold before the program reads its first byte, which setting them from the parent after the start
cannot promise; and a parent with threads must not run Python between fork and exec (`preexec_fn`). Standard
library only, no site packages, so that it costs about 15 ms.

LIMITS is JSON: `parent` (process id), `nice`, and `cpu_seconds`, `memory_bytes`, `file_bytes`, `open_files`.
"""

import ctypes
import json
import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWNET = 0x40000000  # linux/sched.h
_CLONE_NEWUSER = 0x10000000
# After the soft limit ffmpeg is told once a second (SIGXCPU) and gives up at the fourth; then it is killed.
_CPU_GRACE_SECONDS = 5
CANNOT_START = 125


def restrict(limits: dict[str, int]) -> None:
    """Apply the limits to this process; what the kernel offers for free beyond them is taken too."""
    cpu = limits["cpu_seconds"]
    _limit(resource.RLIMIT_CPU, cpu, cpu + _CPU_GRACE_SECONDS)
    _limit(resource.RLIMIT_AS, limits["memory_bytes"], limits["memory_bytes"])
    _limit(resource.RLIMIT_FSIZE, limits["file_bytes"], limits["file_bytes"])
    _limit(resource.RLIMIT_NOFILE, limits["open_files"], limits["open_files"])
    _limit(resource.RLIMIT_CORE, 0, 0)  # a core file would hold a candidate's face
    os.nice(limits["nice"])
    _lower_session(limits["nice"])
    # Python ignores these two, and what is ignored stays ignored across exec.
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)


def isolate(parent: int) -> None:
    """Die with the parent, gain no privilege, and lose the network where the kernel allows it."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    # Not the guard (that is ffmpeg's protocol list) but a second wall, 0.7 ms. Root keeps its own user
    # namespace, or it could no longer read files of other owners; containers may forbid both, and then
    # there is one wall.
    flags = _CLONE_NEWNET if os.geteuid() == 0 else _CLONE_NEWUSER | _CLONE_NEWNET
    libc.unshare(flags)
    libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:  # it died before the line above could take effect
        os._exit(CANNOT_START)


def _lower_session(nice: int) -> None:
    """Lower the whole session too. With `sched_autogroup` Linux first shares the processor between sessions, and
    this process leads one of its own: by its nice value alone it would still get as much as all of the server.
    """
    try:
        group = os.open("/proc/self/autogroup", os.O_WRONLY)
        try:
            os.write(group, str(nice).encode())
        finally:
            os.close(group)
    except OSError:
        return  # no such scheduler here, or (ten changes a second are allowed) asked too often


def _limit(kind: int, soft: int, hard: int) -> None:
    """Lower a limit; never above what this process was itself given."""
    _, ceiling = resource.getrlimit(kind)
    if ceiling != resource.RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(hard, ceiling)
    resource.setrlimit(kind, (soft, hard))


def main(arguments: list[str]) -> None:
    """Restrict, isolate, exec with an empty environment but for what keeps messages English and memory small."""
    limits = json.loads(arguments[0])
    program = arguments[1:]
    restrict(limits)
    isolate(limits["parent"])
    try:
        os.execve(program[0], program, {"LC_ALL": "C", "MALLOC_ARENA_MAX": "2"})  # noqa: S606 - no shell: the point
    except OSError as refused:
        sys.stderr.write(f"cannot start {program[0]}: {refused}\n")
        sys.exit(CANNOT_START)


if __name__ == "__main__":
    main(sys.argv[1:])
