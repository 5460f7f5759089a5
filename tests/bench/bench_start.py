"""How long `everything` takes to be ready the second time, and how much memory it holds idle.

    python -m tests.bench.bench_start

Prints one JSON object. `ready_seconds`: from starting the process to `/readyz` answering, the database's own start
included; three runs. `bare_seconds`: a FastAPI application with one route under uvicorn, in turn with them.
`rss_mib` is the Python process after 5 s of rest, `with_database_mib` adds PostgreSQL's processes (PSS: shared
memory counts once).
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import psutil
from tests.bench.product import free_port, python, wait_until_ready

BARE = """
import sys, uvicorn
from fastapi import FastAPI
app = FastAPI()
@app.get("/readyz")
async def ready(): return {}
uvicorn.run(app, port=int(sys.argv[1]), log_level="error")
"""
MIB = 1 << 20


def start(command: list[str], environment: dict[str, str], port: int) -> tuple[float, subprocess.Popen[bytes]]:
    """Seconds until ready, and the process."""
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until_ready(port, "/readyz", process)
    return time.perf_counter() - began, process


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(timeout=60)


def idle(process: subprocess.Popen[bytes], data_dir: str) -> dict[str, float]:
    """Memory after a rest."""
    time.sleep(5)
    ours = psutil.Process(process.pid)
    postgres = [p for p in psutil.process_iter() if p.name().startswith("postgres") and data_dir in " ".join(_line(p))]
    family = [member for master in postgres for member in (master, *master.children(recursive=True))]
    shared = sum(member.memory_full_info().pss for member in {member.pid: member for member in family}.values())
    return {
        "rss_mib": round(ours.memory_info().rss / MIB, 1),
        "with_database_mib": round((ours.memory_full_info().pss + shared) / MIB, 1),
    }


def _line(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="colloquy-bench-") as folder:
        Path(folder).chmod(0o755)
        data_dir = str(Path(folder) / "var")
        ours: list[float] = []
        bare: list[float] = []
        memory: dict[str, float] = {}
        for turn in range(4):
            port = free_port()
            environment = {**os.environ, "COLLOQUY_DATA_DIR": data_dir, "COLLOQUY_PORT": str(port)}
            seconds, process = start(python("-m", "colloquy", "everything"), environment, port)
            if turn == 3:
                memory = idle(process, data_dir)
            stop(process)
            other = free_port()
            bare_seconds, bare_process = start(python("-c", BARE, str(other)), dict(os.environ), other)
            stop(bare_process)
            if turn:  # the first start makes the database
                ours.append(seconds)
                bare.append(bare_seconds)
        figures = {
            "ready_seconds": round(statistics.median(ours), 2),
            "bare_seconds": round(statistics.median(bare), 2),
            "runs": [round(seconds, 2) for seconds in ours],
            **memory,
            "goal": {"ready_seconds": 3.0, "rss_mib": 350},
        }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
