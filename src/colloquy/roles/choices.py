"""Which recogniser, model and mailer these settings mean. Apart from the runtime, so that one can be had alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from colloquy.contexts.analysis.public import Embedding, use_embedding
from colloquy.contexts.inference.public import ChatFactory, Installation
from colloquy.kit.telemetry import NoTelemetry, Telemetry
from colloquy.providers.antivirus.absent import NoAntivirus
from colloquy.providers.antivirus.clamd import Clamd
from colloquy.providers.antivirus.port import Antivirus
from colloquy.providers.embeddings.choose import built_in
from colloquy.providers.llm.choose import COMPATIBLE, choose_model, is_here
from colloquy.providers.llm.choose import Choice as ModelChoice
from colloquy.providers.llm.guarded import ModelGuard
from colloquy.providers.llm.port import ChatModel
from colloquy.providers.llm.structured import StructuredModel
from colloquy.providers.llm.structured_vendors import VENDORS
from colloquy.providers.llm.traced import TracedChat, TracedStructured
from colloquy.providers.mail.address import parse_sender
from colloquy.providers.mail.files import FileMailer
from colloquy.providers.mail.kept import KeepsLetters
from colloquy.providers.mail.port import Mailer
from colloquy.providers.outbound.guard import Guard
from colloquy.providers.outbound.rules import parse_allow
from colloquy.providers.speech.choose import Choice, choose_recogniser
from colloquy.settings import Settings

Factory = Callable[[str, str, str | None], StructuredModel]
"""(vendor, model, base_url) -> model."""


def recogniser(settings: Settings) -> Choice:
    """The recogniser that these settings choose, with a line that says so. Raises CannotChooseError."""
    return choose_recogniser(
        preference=settings.recogniser,
        whisper_model=settings.whisper_model,
        models=settings.whisper_dir or settings.data_dir / "models",
        may_fetch=settings.whisper_fetch,
        openai_key=settings.openai_api_key.get_secret_value() if settings.openai_api_key else None,
        openai_base_url=settings.openai_base_url,
        openai_model=settings.openai_transcription_model,
    )


def antivirus(settings: Settings) -> Antivirus:
    """ClamAV where these settings name it, else none."""
    return Clamd(settings.clamd) if settings.clamd else NoAntivirus()


def compare_by_sense() -> str | None:
    """Give the rules the embedding installed with the product; its name, or None where words are all there is."""
    found = built_in()
    use_embedding(Embedding(found.name, found.vectors) if found else None)
    return found.name if found else None


def chat_model(settings: Settings) -> ModelChoice:
    """The language model that these settings choose, or none, with a line that says so. Raises CannotChooseError."""
    return choose_model(settings.llm, key=next(iter(llm_keys(settings)), None), url=settings.llm_url or None)


def llm_keys(settings: Settings) -> tuple[str, ...]:
    """The keys of the installation's model; the setting may hold several, with commas between them."""
    given = settings.llm_key.get_secret_value() if settings.llm_key else ""
    return tuple(key for part in given.split(",") if (key := part.strip()))


def installation(settings: Settings) -> Installation | None:
    """The model that organisations without one of their own ask. None also for a vendor whose models word
    conversations but fill in no forms here. Raises CannotChooseError, as `chat_model`.
    """
    vendor, _, model = (settings.llm or "").partition(":")
    vendor = vendor.strip().lower()
    if vendor not in VENDORS:
        return None
    return Installation(vendor, model.strip(), base_url=settings.llm_url or None, keys=llm_keys(settings))


def guard(settings: Settings) -> Guard:
    """What addresses that customers typed may lead to. ValueError for a list that cannot be understood."""
    return Guard(parse_allow(settings.outbound_allow))


def model_guard(settings: Settings) -> ModelGuard:
    """The same for the addresses of models, which may also be where the operator's own model is.

    An installation that serves one machine alone may ask that machine's Ollama and LM Studio: whoever can type their
    address there can ask them without us. ValueError as `guard`.
    """
    open_too = []
    if own := _own_address(settings):
        parts = urlsplit(own)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        host = "localhost" if is_here(own) else host
        open_too.append(f"{host}:{parts.port or {'http': 80}.get(parts.scheme, 443)}")
    if is_here(settings.address):
        open_too += [f"localhost:{urlsplit(address).port}" for address in COMPATIBLE.values() if is_here(address or "")]
    return ModelGuard(parse_allow(settings.outbound_allow).and_also(open_too))


def _own_address(settings: Settings) -> str | None:
    """Where the installation's own model is, when that is not on the internet at its vendor's."""
    documented = COMPATIBLE.get((settings.llm or "").partition(":")[0].strip().lower())
    return settings.llm_url or (documented if documented and is_here(documented) else None)


class _Guarding:
    """Says which models are asked through the guard: those at addresses that an organisation chose."""

    def __init__(self, settings: Settings, guard: ModelGuard) -> None:
        self._own = _own_address(settings)
        self._guard = guard

    def __call__(self, vendor: str, base_url: str | None) -> ModelGuard | None:
        address = base_url or COMPATIBLE.get(vendor)
        at_vendor = address is None or (base_url is None and not is_here(address))
        # The operator's own address is reached as the operator's network reaches it, perhaps through a proxy.
        return None if at_vendor or address == self._own else self._guard


def telemetry(settings: Settings) -> Telemetry:
    """Where spans go; nowhere when no endpoint is set. ValueError for one that cannot be an address."""
    if not settings.otlp_endpoint:
        return NoTelemetry()
    if urlsplit(settings.otlp_endpoint).scheme not in {"http", "https"}:
        raise ValueError("COLLOQUY_OTLP_ENDPOINT is not an address: it begins with http:// or https://.")
    from colloquy.providers.telemetry.otlp import OtlpTelemetry  # brings OpenTelemetry, for those who use it

    return OtlpTelemetry(settings.otlp_endpoint, content=settings.otlp_content)


def structured_seen_by(seeing: Telemetry, settings: Settings, guard: ModelGuard) -> Factory:
    """Makes models that fill in forms, of any organisation; each call is a span where spans go anywhere.

    What it gives raises CannotChooseError.
    """
    guarding = _Guarding(settings, guard)

    def build(vendor: str, model: str, base_url: str | None) -> StructuredModel:
        from colloquy.providers.llm.structured_choose import structured_model  # when the first model is asked

        made = structured_model(vendor, model, base_url=base_url, guard=guarding(vendor, base_url))
        return made if isinstance(seeing, NoTelemetry) else TracedStructured(made, seeing)

    return build


def chat_seen_by(choice: ModelChoice, seeing: Telemetry) -> ModelChoice:
    """The same choice, with a span for each of its model's streams where spans go anywhere."""
    if choice.model is None or isinstance(seeing, NoTelemetry):
        return choice
    return replace(choice, model=TracedChat(choice.model, seeing))


def chats(seeing: Telemetry, settings: Settings, guard: ModelGuard) -> ChatFactory:
    """Models that speak, of any organisation. What it gives raises CannotChooseError."""
    guarding = _Guarding(settings, guard)

    def build(vendor: str, model: str, base_url: str | None, key: str | None) -> ChatModel:
        chosen = choose_model(f"{vendor}:{model}", key=key, url=base_url, guard=guarding(vendor, base_url))
        choice = chat_seen_by(chosen, seeing)
        assert choice.model is not None  # noqa: S101 - it was named
        return choice.model

    return build


def mailer(settings: Settings) -> Mailer:
    """Files under the data folder, or an SMTP server. Raises ValueError for settings that cannot work."""
    sender = parse_sender(settings.mail_from)
    if settings.mailer == "files":
        return _files(settings)
    from colloquy.providers.mail.smtp import SmtpMailer, SmtpServer, TlsMode  # aiosmtplib, for those who use it

    password = settings.smtp_password.get_secret_value() if settings.smtp_password else None
    server = SmtpServer(
        settings.smtp_host, settings.smtp_port, TlsMode(settings.smtp_security), settings.smtp_username, password
    )
    return SmtpMailer(server, sender)


def kept_letters(settings: Settings) -> KeepsLetters:
    """The letters that were written as files, also by an installation that sends by a server since."""
    return _files(settings)


def _files(settings: Settings) -> FileMailer:
    return FileMailer(settings.data_dir / "mail", parse_sender(settings.mail_from))
