"""`colloquy keys`: which keys there are, new ones, and the end of old ones."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from colloquy.cli.settings import USAGE_ERROR, read, stop

if TYPE_CHECKING:
    from colloquy.providers.secrets.port import KeyStore
    from colloquy.settings import Settings

keys = typer.Typer(no_args_is_help=True, help="The installation's keys: rotate them, seal again, retire old ones.")

Media = Annotated[bool, typer.Option("--media", help="The keys that encrypt recordings, not the secret.")]
_KEY_BYTES = 32


@keys.command()
def status() -> None:
    """Show where keys are kept, how many there are, and what older ones still hold."""
    settings = read()
    with explained():
        from colloquy.roles.keys import media_store, secret_store

        for name, store in (("Secret", secret_store(settings)), ("Media", media_store(settings))):
            typer.echo(f"{name}: {_count(store)} in {store.where}")
        sealed, objects = asyncio.run(_held_by_older(settings))
    for column, rows in sealed.items():
        typer.echo(f"  {column}: {rows} sealed by an earlier secret")
    for key_id, files in objects.items():
        typer.echo(f"  recordings under the earlier key {key_id}: {files}")


@keys.command()
def rotate(media: Media = False) -> None:
    """Make a new key; the ones before it still open and verify. Afterwards everything sealed is sealed again."""
    settings = read()
    with explained():
        store = _store(settings, media=media)
        store.put((secrets.token_bytes(_KEY_BYTES), *store.load()))
        typer.echo(f"A new key is the current one, of {_count(store)} in {store.where}. Copy it to your backup now.")
        if media:
            typer.echo("Restart every process: new recordings are then encrypted with it, old ones stay readable.")
            return
        _reseal(settings)
    typer.echo("When everybody signed in by the old one may be forgotten, say in a day: colloquy keys retire")


@keys.command()
def reseal() -> None:
    """Seal everything again that an earlier secret sealed. Harmless at any time."""
    settings = read()
    with explained():
        _reseal(settings)


@keys.command()
def retire(media: Media = False) -> None:
    """Forget all keys but the current one. Refused while anything needs an older one."""
    settings = read()
    with explained():
        store = _store(settings, media=media)
        everything = store.load()
        if len(everything) == 1:
            typer.echo("There is one key, the current one: nothing to retire.")
            return
        sealed, objects = asyncio.run(_held_by_older(settings))
        if media and objects:
            files = sum(objects.values())
            stop(
                f"{files} recordings lie under earlier keys. They go with their retention; retire the keys after that."
            )
        if not media and sealed:
            stop(f"Sealed by an earlier secret: {', '.join(sealed)}. Run `colloquy keys reseal` first.")
        store.put(everything[:1])
    typer.echo(f"{len(everything) - 1} retired. Signatures and links that only they vouched for are worth nothing now.")


@keys.command()
def rewrap() -> None:
    """Wrap the keys again under the newest version of the key service's own key. Recordings are not touched."""
    settings = read()
    with explained():
        for media in (False, True):
            store = _store(settings, media=media)
            typer.echo(f"{store.rewrap()} wrapped again: {store.where}")


@keys.command()
def wrap() -> None:
    """Move keys that lie in files as they are under the key service that COLLOQUY_VAULT_URL names."""
    settings = read()
    with explained():
        from colloquy.roles.keys import media_store, plain_stores, secret_store

        if settings.vault_url is None:
            stop("Set COLLOQUY_VAULT_URL first: it names the service that is to wrap the keys.", code=USAGE_ERROR)
        for (path, plain), store in zip(
            plain_stores(settings), (secret_store(settings), media_store(settings)), strict=True
        ):
            if not path.exists() or path.read_text().startswith("vault:"):
                typer.echo(f"{path}: nothing to wrap.")
                continue
            store.put(plain.load())
            typer.echo(f"{path}: wrapped. Copies of the old file, in backups too, still open everything.")


@contextmanager
def explained() -> Iterator[None]:
    """Turns what keys and their service say into a sentence and an exit status."""
    from colloquy.providers.secrets.port import CannotChange, KeysRefused, KeysUnavailable

    try:
        yield
    except typer.Exit:  # a RuntimeError of its own kind: it was explained already
        raise
    except KeysUnavailable as error:
        stop(f"{error.message} Nothing was changed; try again.")
    except (CannotChange, KeysRefused, RuntimeError, ValueError) as error:
        stop(str(error))


def _store(settings: Settings, *, media: bool) -> KeyStore:
    from colloquy.roles.keys import media_store, secret_store

    return media_store(settings) if media else secret_store(settings)


def _count(store: KeyStore) -> str:
    found = len(store.load())
    return "one key" if found == 1 else f"{found} keys"


def _reseal(settings: Settings) -> None:
    unreadable = asyncio.run(_reseal_all(settings))
    if unreadable:
        stop(f"{unreadable} rows cannot be opened by any secret that is here; they were left as they are.")
    typer.echo("Everything is sealed by the current secret.")


async def _reseal_all(settings: Settings) -> int:
    from colloquy.contexts.retention.public import TombstoneFile, sign_again
    from colloquy.kit.crypto import Secret
    from colloquy.kit.sealed import reseal
    from colloquy.roles.runtime import running
    from colloquy.roles.sealed import SEALED

    done: dict[str, int] = {}
    unreadable = 0
    async with running(settings) as runtime:
        async for progress in reseal(runtime.database, runtime.provided.get(Secret), SEALED):
            name = progress.column.name
            done[name] = done.get(name, 0) + progress.sealed
            unreadable += progress.unreadable
            typer.echo(f"  {name}: {done[name]} sealed again", err=True)
        if signed := await sign_again(runtime.provided.get(Secret), runtime.provided.get(TombstoneFile)):
            typer.echo(f"  tombstones: {signed} signed again", err=True)
    return unreadable


async def _held_by_older(settings: Settings) -> tuple[dict[str, int], dict[str, int]]:
    from colloquy.contexts.retention.public import TombstoneFile, signed_by_former
    from colloquy.kit.crypto import Secret
    from colloquy.kit.sealed import left
    from colloquy.providers.storage.master_key import master_key
    from colloquy.providers.storage.obstore import EncryptedObjects
    from colloquy.providers.storage.spool_local import LocalSpool
    from colloquy.roles.keys import media_store
    from colloquy.roles.runtime import running
    from colloquy.roles.sealed import SEALED

    current = master_key(media_store(settings).load()).key_id
    async with running(settings) as runtime:
        secret = runtime.provided.get(Secret)
        sealed = await left(runtime.database, secret, SEALED)
        if tombstones := signed_by_former(secret, runtime.provided.get(TombstoneFile).path):
            sealed["tombstones.jsonl"] = len(tombstones)
        stored = await runtime.provided.get(EncryptedObjects).key_ids()
        for key_id, uploads in (await runtime.provided.get(LocalSpool).key_ids()).items():
            stored[key_id] = stored.get(key_id, 0) + uploads
    return sealed, {key_id.hex(): files for key_id, files in stored.items() if key_id != current}
