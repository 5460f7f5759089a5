"""What is done with a restored installation before anybody may use it: erase again, and look whether it is whole."""

from __future__ import annotations

import subprocess
from datetime import datetime
from pathlib import Path

import psycopg

from colloquy.contexts.identity import public as identity
from colloquy.contexts.media import public as media
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.crypto import Secret
from colloquy.roles import postgres
from colloquy.roles.backup import server
from colloquy.roles.backup.errors import BackupProblem
from colloquy.roles.runtime import addresses, running
from colloquy.settings import Settings


def settings_of(settings: Settings, data_dir: Path) -> Settings:
    """The settings of the same installation in another folder, with a database of its own and no backups."""
    elsewhere = {"data_dir": data_dir, "database_url": None, "migration_url": None, "backup_dir": None}
    return settings.model_copy(update=elsewhere)


async def replay_and_check(
    settings: Settings, data_dir: Path
) -> tuple[sessions.Replayed, tuple[str, ...], datetime | None]:
    """Replays tombstones; (what came of it, objects that rows speak of and are not there, time of the last act).

    No job runs, so no letter leaves. The database is stopped again.
    """
    own = settings_of(settings, data_dir)
    try:
        where = addresses(own)
        async with running(own, where=where) as runtime:
            secret = runtime.provided.get(Secret)
            replayed = await sessions.replay_tombstones(runtime.database, secret, data_dir / "tombstones.jsonl")
            missing = []
            async with runtime.database.begin() as db:
                scopes = await identity.tenants(db)
            for scope in scopes:
                async with runtime.database.begin(scope) as db:
                    keys = await media.stored_keys(db, scope)
                missing += [key for key in keys if not (data_dir / "media" / key).is_file()]
        return replayed, tuple(sorted(missing)), newest_act(where.migrating)
    except subprocess.SubprocessError as error:
        raise BackupProblem("The restored database recovered, but does not start again.") from error
    finally:
        postgres.stop(data_dir)


def newest_act(database: str, before: datetime | None = None) -> datetime | None:
    """When somebody last changed something, by the audit log of all organisations; None when nobody ever did."""
    with psycopg.connect(server.address(database), autocommit=True) as connection:
        row = connection.execute(
            "select max(at) from audit_entries where at <= coalesce(%s, 'infinity'::timestamptz)", (before,)
        ).fetchone()
    return row[0] if row else None
