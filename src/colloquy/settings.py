"""What an installation may decide, from `COLLOQUY_*` environment variables or a `.env` file.

Built once by the composition root and passed on as plain arguments; nothing below `roles` reads it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from colloquy.kit.http.cors import origins
from colloquy.kit.http.proxies import Spoken, networks

_EVERY_INTERFACE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - recognised, not bound to


class Settings(BaseSettings):
    """Every setting with its default: no key, no network, everything under `data_dir`."""

    model_config = SettingsConfigDict(env_prefix="COLLOQUY_", env_file=".env", extra="ignore")

    data_dir: Path = Path("var")
    """Where the embedded database, recordings, mail files and keys live."""

    database_url: str | None = None
    """A PostgreSQL 16+ address for serving. None: PostgreSQL 18 embedded under `data_dir`."""
    migration_url: str | None = None
    """The address that may create tables; `database_url` when not given."""
    database_pool: int = 10

    backup_dir: Path | None = None
    """Where backups are kept while the product runs: another disk or machine. None: nothing is copied by itself."""
    backup_every: Annotated[float, Field(gt=0)] = 24
    """Hours between base backups; what happens between them is copied within seconds."""
    backup_keep: Annotated[int, Field(gt=0)] = 7
    """How many base backups are kept."""

    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str | None = None
    """The address people use, for links in letters. None: `http://host:port`."""
    trusted_proxies: str = ""
    """Addresses and networks (CIDR), with commas between them, of proxies that may say who asks. Empty: nobody may."""
    proxy_headers: Spoken = "x-forwarded"
    """What these proxies write: `x-forwarded` (X-Forwarded-For, -Proto, -Host) or `forwarded` (RFC 7239)."""

    cors_origins: str = ""
    """Origins, with commas between them, whose pages may call the API with a token: `https://careers.example.org`."""
    redis_url: SecretStr | None = None
    """A Redis (`redis://`, `rediss://`, `unix://`) that counts for all web processes. None: each counts for itself."""
    limits: bool = True
    """Whether requests are limited at all; false for load tests."""
    limit_user: Annotated[int, Field(gt=0)] = 100
    """Requests a minute of one person or one candidate."""
    limit_network: Annotated[int, Field(gt=0)] = 1000
    """Requests a minute of one address (IPv6: of one /64), candidates' own not counted."""
    limit_frames: Annotated[int, Field(gt=0)] = 10
    """Messages a second of one WebSocket."""
    limit_sign_in: Annotated[int, Field(gt=0)] = 30
    """Attempts to sign in, to join or to set up, a minute and address."""
    limit_guesses: Annotated[int, Field(gt=0)] = 30
    """Unknown secret addresses, a minute and address (or person, or candidate)."""
    limit_mail: Annotated[int, Field(gt=0)] = 20
    """Requests that send letters, a minute and person, or address where nobody is known."""

    sign_in_unused_hours: Annotated[float, Field(ge=0.5, le=720)] = 168
    """After how many hours a member's sign-in ends that nobody used."""

    secret_key: SecretStr | None = None
    """Base64 of at least 32 bytes. None: made on first use in `data_dir/keys/secret`."""
    media_key: SecretStr | None = None
    """Base64 of 32 bytes that encrypt recordings. None: made on first use in `data_dir/keys/media`."""

    vault_url: str | None = None
    """A HashiCorp Vault or OpenBao whose transit engine wraps the two files of keys. None: they hold the keys."""
    vault_token: SecretStr | None = None
    vault_token_file: Path | None = None
    """Where an agent keeps the token fresh; read at every call."""
    vault_key: str = "colloquy"
    """The transit engine's key."""
    vault_mount: str = "transit"
    vault_namespace: str = ""

    log_form: Literal["json", "text"] = "json"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    mailer: Literal["files", "smtp"] = "files"
    mail_from: str = "Colloquy <colloquy@localhost>"
    smtp_host: str = "localhost"
    smtp_port: int | None = None
    smtp_security: Literal["none", "starttls", "tls"] = "none"
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None

    recogniser: Literal["auto", "pocketsphinx", "faster-whisper", "openai"] = "auto"
    whisper_model: str = "base"
    whisper_dir: Path | None = None
    """Where faster-whisper models lie. None: `data_dir/models`."""
    whisper_fetch: bool = True
    """Whether a model that is not there may be downloaded, in the background and never while starting."""
    openai_api_key: SecretStr | None = None
    openai_base_url: str = "https://api.openai.com/v1"
    openai_transcription_model: str = "whisper-1"

    llm: str | None = None
    """The language model that words conversations, "vendor:model". None: the rules word them."""
    llm_key: SecretStr | None = None
    llm_url: str | None = None
    """The address of the model's API, for vendors that have none of their own or for a gateway before them."""

    outbound_allow: str | None = None
    """What customers may name besides the public internet, as the address of a model, a sign-in server or a receiver of
    webhooks: names, addresses and networks with commas between them, each with a port or without
    (`localhost:11434, keycloak.example.lan, 10.0.0.0/8`). None: nothing of one's own networks.
    """

    otlp_endpoint: str | None = None
    """An OpenTelemetry collector that speaks OTLP over HTTP, for a span per call of a model. None: nothing is sent."""
    otlp_content: bool = False
    """Whether these spans hold what candidates and models said."""

    clamd: Annotated[str | None, Field(pattern=r"^(|.*/.*|[^/]+:\d{1,5})$")] = None
    """ClamAV's daemon, by its socket's path or `host:port`. None: what candidates send is not scanned for viruses."""

    max_upload_mib: Annotated[int, Field(gt=0)] = 2048
    max_answer_minutes: Annotated[int, Field(gt=0)] = 60
    worker_media: Annotated[int, Field(gt=0)] = 1
    """How many recordings one worker process converts at once."""
    worker_speech: Annotated[int, Field(gt=0)] = 1
    """How many recordings one worker process transcribes at once."""
    live_captions: Annotated[int, Field(ge=0)] = 4
    """How many candidates at once may see captions while they speak, a web process; 0: nobody."""

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, given: str) -> str:
        origins(given)
        return given

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, given: str) -> str:
        networks(given)
        return given

    @property
    def address(self) -> str:
        """The address people use, without a slash at its end."""
        host = "localhost" if self.host in _EVERY_INTERFACE else self.host
        host = f"[{host}]" if ":" in host else host
        return (self.base_url or f"http://{host}:{self.port}").rstrip("/")
