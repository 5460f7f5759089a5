"""The mailer of a machine without a mail server: one `.eml` file per letter, and a way to read them.

This is the default, so that a first evening with Colloquy needs no account anywhere. The letters hold
names and sign-in links: the folder and its files are readable by the server's user alone.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from anyio.to_thread import run_sync

from colloquy.kit import clock
from colloquy.kit.errors import Transient
from colloquy.providers.mail import mime
from colloquy.providers.mail.mime import StoredLetter
from colloquy.providers.mail.port import MESSAGE_ID, Letter, Sender


@dataclass(frozen=True, slots=True)
class FileMailer:
    """Writes letters to `folder`, each once: the file is named by the message id."""

    folder: Path
    sender: Sender
    name: str = "files"

    async def send(self, letter: Letter) -> None:
        """Write the letter, on disk before this returns. A letter that is already there is left as it is."""
        raw = mime.compose(letter, self.sender, sent_at=clock.now())
        try:
            await run_sync(_write_once, self.folder, letter.message_id, raw)
        except OSError as exc:
            raise Transient("The mail folder cannot be written. Check its disk and its owner.") from exc

    async def list_letters(self, limit: int = 100) -> list[StoredLetter]:
        """Return at most `limit` letters, the newest first."""
        return await run_sync(_newest, self.folder, limit)

    async def read_letter(self, letter_id: str) -> StoredLetter | None:
        """Return the letter, or None if there is none with this id.

        Show its `html` only in a sandboxed frame from an address of its own: its inline styles are
        against the policy of our pages, and its words are in part a candidate's.
        """
        if not MESSAGE_ID.fullmatch(letter_id):  # also keeps `../` out
            return None
        return await run_sync(_read, self.folder / f"{letter_id}.eml")

    async def delete_letter(self, letter_id: str) -> None:
        """Remove the file, so that a power cut does not bring it back."""
        if not MESSAGE_ID.fullmatch(letter_id):
            return
        try:
            await run_sync(_delete, self.folder, letter_id)
        except OSError as exc:
            raise Transient("The mail folder cannot be written. Check its disk and its owner.") from exc


def _write_once(folder: Path, letter_id: str, raw: bytes) -> None:
    target = folder / f"{letter_id}.eml"
    if target.exists():
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Two writers at once replace one whole letter by the same letter; a hard link would keep the first,
    # but not every disk that people mount into a container has hard links.
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(folder)


def _delete(folder: Path, letter_id: str) -> None:
    try:
        (folder / f"{letter_id}.eml").unlink()
    except FileNotFoundError:
        return
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _newest(folder: Path, limit: int) -> list[StoredLetter]:
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        files = [entry for entry in entries if entry.name.endswith(".eml")]
        files.sort(key=lambda entry: (entry.stat().st_mtime_ns, entry.name), reverse=True)
    letters = (_read(Path(entry.path)) for entry in files[:limit])
    return [letter for letter in letters if letter is not None]


def _read(path: Path) -> StoredLetter | None:
    try:
        return mime.read(path.read_bytes())
    except FileNotFoundError:  # never there, or tidied away since it was listed
        return None
