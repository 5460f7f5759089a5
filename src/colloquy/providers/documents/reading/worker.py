"""The child process: `python -I -S worker.py FILE ENDING` prints one line of JSON and ends.

`{"kind": …, "flags": […]}` for a file that is taken, `{"refused": code}` for one that is not. What goes wrong
otherwise (a limit of the process, a bug) ends it with a status other than 0, and the parent decides.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import IO

if __name__ == "__main__":  # no site packages: find ourselves
    sys.path.insert(0, str(Path(__file__).resolve().parents[4]))

from colloquy.providers.documents.reading import archives, office, pdf, pictures, texts
from colloquy.providers.documents.reading.verdict import Budget, Found, RefusedError

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TOO_COSTLY = 3


def inspect(path: Path, ending: str) -> Found:
    """The document at `path`, whose name ends in `ending`. RefusedError."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(1024)
        if not head:
            raise RefusedError("empty_file")
        if head.startswith(b"PK\x03\x04"):
            return _archive(file, head, Budget(size), depth=1)
        file.seek(0)
        return _flat(head, file.read(), ending)


def _flat(head: bytes, data: bytes, ending: str) -> Found:
    if head.startswith((pictures.PNG, pictures.JPEG)):
        return pictures.read(data)
    if b"%PDF-" in head:
        # Readers accept a PDF that begins after a few bytes of something else; so do mail programs make them.
        return pdf.read(data)
    if head.startswith(b"{\\rtf"):
        return texts.read_rtf(data)
    if head.startswith(_OLD_OFFICE):
        raise RefusedError("old_office")
    return texts.read(data, ending)


def _archive(file: IO[bytes], head: bytes, budget: Budget, depth: int) -> Found:
    with archives.open_archive(file) as archive:
        kind = office.kind_of(archive, head)
        if kind is not None:
            return office.read(archive, kind, budget)
        found = Found("zip")
        for inner, flags in archives.look_through(archive, budget, depth):
            found.flags |= flags
            if inner:
                found.flags |= _archive(io.BytesIO(inner), inner[:1024], budget, depth + 1).flags
    return found


def main(path: str, ending: str) -> int:
    """Print the verdict; the exit status."""
    try:
        found = inspect(Path(path), ending)
    except RefusedError as why:
        sys.stdout.write(json.dumps({"refused": why.code}))
    except (MemoryError, RecursionError):
        return TOO_COSTLY
    else:
        sys.stdout.write(json.dumps({"kind": found.kind, "flags": sorted(found.flags)}))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
