"""What a place of backups says about itself. Read from its files: nothing of this needs the database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from colloquy.kit import clock
from colloquy.kit.backups import BackupReport, Drill
from colloquy.kit.i18n import gettext as _
from colloquy.roles.backup.errors import BackupProblem
from colloquy.roles.backup.place import Place, write

PROMISED_SECONDS = 60.0
"""How much may be lost: docs/compliance/evidence.md, R10."""
_DRILL_DAYS = 35


class Watch:
    """`BackupWatch` over one place."""

    def __init__(self, root: Path | None, every_hours: float, *, embedded: bool) -> None:
        self._root = root
        self._every = timedelta(hours=every_hours)
        self._embedded = embedded

    async def report(self) -> BackupReport:
        """See `BackupWatch`."""
        if self._root is None:
            return BackupReport(configured=False, embedded=self._embedded)
        return await asyncio.to_thread(self.look, Place(self._root))

    def look(self, place: Place) -> BackupReport:
        """The report, read in this thread."""
        now = clock.now()
        try:
            bases = place.found()
            status, drill = _read(place.status), last_drill(place)
        except (OSError, ValueError, KeyError, TypeError, BackupProblem) as error:
            trouble = (_("The place of backups cannot be read: {error}.").format(error=error),)
            return BackupReport(configured=True, place=str(place.root), embedded=self._embedded, trouble=trouble)
        last = datetime.fromisoformat(status["point_at"]) if status.get("point_at") else None
        newest = bases[-1].finished_at if bases else None
        behind = max(0.0, (now - last).total_seconds()) if last else None
        return BackupReport(
            configured=True,
            place=str(place.root),
            embedded=self._embedded,
            last_base=newest,
            bases=len(bases),
            last_point=last,
            behind_seconds=behind,
            objects=int(status.get("objects", 0)),
            streaming=bool(status.get("streaming")),
            trouble=tuple(self._troubles(status, newest, behind, drill, now)),
            drill=drill,
        )

    def _troubles(
        self,
        status: Mapping[str, Any],
        newest: datetime | None,
        behind: float | None,
        drill: Drill | None,
        now: datetime,
    ) -> list[str]:
        found = [str(one) for one in status.get("troubles", {}).values()]
        if behind is None:
            found.append(_("Nothing was copied yet. Backups are made while the scheduler role runs."))
        elif behind > PROMISED_SECONDS:
            found.append(_("Nothing was copied for {seconds} seconds.").format(seconds=round(behind)))
        if newest is None:
            found.append(_("There is no base backup yet."))
        elif now - newest > 2 * self._every:
            found.append(_("The last base backup is older than two intervals."))
        if drill is not None and not drill.good:
            found.append(_("The last restore drill failed."))
        return found


def last_drill(place: Place) -> Drill | None:
    """What the last drill came to; None when there was none."""
    found = _read(place.drill)
    if not found:
        return None
    found["at"], found["problems"] = datetime.fromisoformat(found["at"]), tuple(found["problems"])
    return Drill(**found)


def keep_drill(place: Place, drill: Drill) -> None:
    """Notes what a drill came to."""
    write(place.drill, json.dumps(asdict(drill) | {"at": drill.at.isoformat()}))


def drill_is_old(drill: Drill | None, now: datetime) -> bool:
    """Whether nobody has tried a restore for more than a month."""
    return drill is None or now - drill.at > timedelta(days=_DRILL_DAYS)


def _read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text())) if path.exists() else {}
