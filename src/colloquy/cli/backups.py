"""What `colloquy doctor` says about backups."""

from __future__ import annotations

from colloquy.cli.findings import Finding
from colloquy.kit import clock
from colloquy.roles.backup.place import Place
from colloquy.roles.backup.watch import Watch, drill_is_old
from colloquy.settings import Settings

_PART = "Backups"


def finding(settings: Settings) -> Finding:
    """Whether what is here would survive this machine."""
    if settings.backup_dir is None:
        return Finding(
            _PART,
            "fallback",
            "none by themselves: what is on this machine is lost with it",
            "Set COLLOQUY_BACKUP_DIR to another disk or machine, or run `colloquy backup run` from a timer.",
        )
    embedded = settings.database_url is None
    report = Watch(None, settings.backup_every, embedded=embedded).look(Place(settings.backup_dir))
    where = f"in {report.place}"
    if report.trouble:
        return Finding(_PART, "problem", f"{where}: {' '.join(report.trouble)}", "See docs/operations/backups.md.")
    behind = f"{report.behind_seconds or 0:.0f} s behind"
    text = f"{where}: {report.bases} base backups, {report.objects} recordings and uploads, {behind}"
    if not embedded:
        text += "; your own PostgreSQL is yours to back up"
    if drill_is_old(report.drill, clock.now()):
        return Finding(_PART, "ok", text, "No restore was tried for a month: run `colloquy backup drill`.")
    return Finding(_PART, "ok", text)
