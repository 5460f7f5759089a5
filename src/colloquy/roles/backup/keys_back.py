"""Keys for a restored installation: they are not in a backup, unless somebody sealed them there."""

from __future__ import annotations

import shutil
from pathlib import Path

from colloquy.roles.backup import sealed_keys
from colloquy.roles.backup.errors import BackupProblem
from colloquy.settings import Settings

_NAMES = ("secret", "media")


def bring_keys(settings: Settings, work: Path, sealed: Path, given: Path | None, passphrase: str | None) -> None:
    """Puts the keys under `work`. BackupProblem when there are none: without them nothing opens a recording, and
    nobody can tell a true tombstone from a forged one, so that erased people might come back.
    """
    folder = work / "keys"
    if given is not None:
        folder.mkdir(mode=0o700)
        for name in _NAMES:
            if (given / name).is_file():
                shutil.copyfile(given / name, folder / name)
                (folder / name).chmod(0o600)
    elif passphrase is not None:
        if not sealed.exists():
            raise BackupProblem(
                "There are no keys in this place (no backup was made with --with-keys). Use --keys FOLDER."
            )
        sealed_keys.unseal(sealed.read_text(), passphrase, folder)
    held = {"secret": settings.secret_key, "media": settings.media_key}
    if lacking := [name for name in _NAMES if held[name] is None and not (folder / name).is_file()]:
        raise BackupProblem(
            f"The keys are missing ({' and '.join(lacking)}). Give --keys FOLDER with your copy of the files `secret`"
            " and `media`, or --passphrase-file when they were sealed into the backup, or set COLLOQUY_SECRET_KEY and"
            " COLLOQUY_MEDIA_KEY. Without them recordings do not open and erasures cannot be repeated."
        )
