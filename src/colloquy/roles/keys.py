"""Where the two sets of keys are kept, as the settings say; see docs/decisions/0034."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from colloquy.providers.secrets.file import EnvironmentKeys, FileKeys
from colloquy.providers.secrets.port import KeyStore
from colloquy.settings import Settings


def secret_store(settings: Settings) -> KeyStore:
    """The secret that signs and seals. ValueError for settings that cannot work."""
    return _store(settings, settings.secret_key, "COLLOQUY_SECRET_KEY", "secret")


def media_store(settings: Settings) -> KeyStore:
    """The keys that encrypt recordings. ValueError for settings that cannot work."""
    return _store(settings, settings.media_key, "COLLOQUY_MEDIA_KEY", "media")


def plain_stores(settings: Settings) -> list[tuple[Path, FileKeys]]:
    """The two files as if nothing wrapped them."""
    paths = [settings.data_dir / "keys" / name for name in ("secret", "media")]
    return [(path, FileKeys(path)) for path in paths]


def _store(settings: Settings, given: SecretStr | None, variable: str, name: str) -> KeyStore:
    if given is not None and given.get_secret_value():
        return EnvironmentKeys(given.get_secret_value(), variable)
    path = settings.data_dir / "keys" / name
    return FileKeys(path) if settings.vault_url is None else _wrapped(settings, path, settings.vault_url)


def _wrapped(settings: Settings, path: Path, address: str) -> KeyStore:
    from colloquy.providers.secrets.vault import Transit, VaultKeys  # brings an HTTP client, for those who use it

    if not address.startswith(("https://", "http://")):
        raise ValueError("COLLOQUY_VAULT_URL is not an address: it begins with https:// or http://.")
    file, token = settings.vault_token_file, settings.vault_token
    if file is None and token is None:
        raise ValueError("COLLOQUY_VAULT_URL needs COLLOQUY_VAULT_TOKEN or COLLOQUY_VAULT_TOKEN_FILE.")

    def fresh() -> str:
        if file is not None:
            return file.read_text().strip()
        return token.get_secret_value() if token is not None else ""

    return VaultKeys(
        path,
        Transit(address, settings.vault_key, fresh, mount=settings.vault_mount, namespace=settings.vault_namespace),
    )
