"""A restore that is tried: into a folder that is thrown away, with the checks of an earnest one, timed."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import psycopg

from colloquy.kit import clock
from colloquy.kit.backups import Drill
from colloquy.roles.backup.checks import newest_act
from colloquy.roles.backup.errors import BackupProblem
from colloquy.roles.backup.place import Place
from colloquy.roles.backup.restore import Restored, choose, restore
from colloquy.roles.backup.watch import PROMISED_SECONDS, keep_drill
from colloquy.roles.runtime import addresses
from colloquy.settings import Settings

PROMISED_BACK_SECONDS = 120.0
"""How long coming back may take: docs/compliance/evidence.md, R10."""


async def drill(
    place: Place, settings: Settings, *, within: Path | None = None, say: Callable[[str], None] = lambda _line: None
) -> tuple[Drill, Restored | None]:
    """Restores the newest backup into a temporary folder under `within`, looks at it, and throws it away.

    The machine is taken to die as this begins. What would be lost is the time from the moment that came back to the
    last act that the running product has; where the product does not run, to now, which is the most it can be.
    The result is kept in the place, whatever it is.
    """
    began, at = time.monotonic(), clock.now()
    live = _live(settings)
    last = newest_act(live) if live else None
    folder = Path(tempfile.mkdtemp(prefix="colloquy-drill-", dir=within))
    restored, lost, problems = None, None, list[str]()
    try:
        chosen = choose(place, None)  # what comes in while this runs would not be there on the day
        keys = settings.data_dir / "keys"
        restored = await restore(
            place, settings, folder / "var", at=chosen.moment, keys=keys if keys.is_dir() else None, say=say
        )
        lost = max(0.0, ((last or restored.moment) if live else at).timestamp() - restored.moment.timestamp())
        problems += [*restored.problems, *_promises(restored, live, lost, at)]
    except (BackupProblem, psycopg.Error, OSError) as error:
        problems.append(str(error))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    seconds = restored.seconds if restored else time.monotonic() - began
    result = Drill(at, not problems, round(seconds, 1), None if lost is None else round(lost, 1), tuple(problems))
    if place.root.is_dir():
        keep_drill(place, result)
    return result, restored


def _promises(restored: Restored, live: str | None, lost: float, at: datetime) -> list[str]:
    found = []
    if lost > PROMISED_SECONDS:
        found.append(f"{lost:.0f} seconds of work would be lost; at most {PROMISED_SECONDS:.0f} may be.")
    if restored.seconds > PROMISED_BACK_SECONDS:
        found.append(f"Coming back took {restored.seconds:.0f} seconds; {PROMISED_BACK_SECONDS:.0f} are promised.")
    if live is not None and restored.base.database:
        old = newest_act(live, min(at - timedelta(seconds=PROMISED_SECONDS), restored.moment))
        if old is not None and (restored.newest_act is None or restored.newest_act < old):
            found.append(f"What was done at {old.isoformat(timespec='seconds')} did not come back.")
    return found


def _live(settings: Settings) -> str | None:
    """The running product's database. One that does not run is not started: on the day, it is gone."""
    if settings.database_url is None and not (settings.data_dir / "postgres" / "postmaster.pid").exists():
        return None
    return addresses(settings).migrating
