"""Builds llama.cpp's `llama-server` into var/llama, for the tests that talk to a real model server.

The sources come with the source distribution of `llama-cpp-python`; a compiler and CMake have to be there. It takes ten
minutes on two idle cores. Nothing of the product needs it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

VERSION = "0.3.36"
FOLDER = Path(__file__).resolve().parents[1] / "var" / "llama"
OPTIONS = ("GGML_NATIVE", "LLAMA_CURL", "LLAMA_OPENSSL", "LLAMA_BUILD_TESTS", "LLAMA_BUILD_EXAMPLES", "LLAMA_BUILD_UI")


def run(*command: str) -> None:
    """Runs a command; ends this one when it fails."""
    print("$", *command, flush=True)
    if subprocess.run(command, check=False).returncode:
        sys.exit(f"{command[0]} failed")


def main() -> None:
    """Fetches, unpacks, builds, and leaves the program in var/llama/bin."""
    missing = [tool for tool in ("cmake", "c++") if shutil.which(tool) is None]
    if missing:
        sys.exit(f"Install {' and '.join(missing)} first.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    pip = (sys.executable, "-m", "pip")
    run(*pip, "download", "--quiet", "--no-deps", "--no-binary", "llama-cpp-python", "--dest", str(FOLDER),
        f"llama-cpp-python=={VERSION}")  # fmt: skip
    with tarfile.open(next(FOLDER.glob("llama_cpp_python-*.tar.gz"))) as archive:
        archive.extractall(FOLDER, filter="data")
    sources = FOLDER / f"llama_cpp_python-{VERSION}" / "vendor" / "llama.cpp"
    build = FOLDER / "build"
    run("cmake", "-S", str(sources), "-B", str(build), "-DCMAKE_BUILD_TYPE=Release", "-DBUILD_SHARED_LIBS=OFF",
        *(f"-D{option}=OFF" for option in OPTIONS))  # fmt: skip
    run("cmake", "--build", str(build), "--target", "llama-server", "--parallel", "2")
    (FOLDER / "bin").mkdir(exist_ok=True)
    shutil.copy2(build / "bin" / "llama-server", FOLDER / "bin" / "llama-server")
    print(f"{FOLDER / 'bin' / 'llama-server'} is ready")


if __name__ == "__main__":
    main()
