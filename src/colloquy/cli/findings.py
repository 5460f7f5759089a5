"""What an installation is made of, part by part: what is in use, what is a fallback, what is wrong."""

from __future__ import annotations

import ipaddress
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from colloquy.kit.crypto import load_secret
from colloquy.kit.errors import Transient
from colloquy.providers.antivirus.port import ScannerAway
from colloquy.providers.llm.choose import CannotChooseError as CannotChooseModelError
from colloquy.providers.mail.smtp import SmtpMailer
from colloquy.providers.outbound.rules import parse_allow
from colloquy.providers.speech.choose import CannotChooseError
from colloquy.providers.storage.master_key import load_master_key
from colloquy.providers.transcoder.ffmpeg import find_ffmpeg
from colloquy.roles import choices
from colloquy.settings import Settings

Status = Literal["ok", "fallback", "warning", "problem"]

LEAST_FREE_BYTES = 2 << 30
"""An hour of video at the rate browsers record by themselves is about 1 GiB, and it is stored twice."""
_OTHERS = 0o077


@dataclass(frozen=True, slots=True)
class Finding:
    """One part: what was found, and what to do when that is not the best or does not work."""

    part: str
    status: Status
    text: str
    advice: str = ""


def recogniser(settings: Settings) -> Finding:
    """Which recogniser transcribes answers."""
    try:
        choice = choices.recogniser(settings)
    except CannotChooseError as error:
        return Finding("Speech", "problem", str(error), "Change COLLOQUY_RECOGNISER or what it needs.")
    if not choice.is_fallback:
        return Finding("Speech", "ok", choice.line)
    return Finding(
        "Speech", "fallback", choice.line, "Transcripts are rough until then; people see that beside every one."
    )


def interviewer(settings: Settings) -> Finding:
    """Who words conversations."""
    try:
        choice = choices.chat_model(settings)
    except CannotChooseModelError as error:
        return Finding("Interviewer", "problem", str(error), "Change COLLOQUY_LLM or what it needs.")
    return Finding("Interviewer", "ok", choice.line)


def models(settings: Settings) -> Finding:
    """What organisations without models of their own ask; those that have some say so at /settings/models."""
    from colloquy.providers.llm.structured_choose import structured_model

    own = "organisations may add their own at /settings/models"
    try:
        installation = choices.installation(settings)
        if installation is None:
            return Finding("Models", "ok", f"none for the whole installation; {own}")
        model = installation.model
        built = structured_model(model.vendor, model.model, base_url=model.base_url or None)
    except CannotChooseModelError as error:
        return Finding("Models", "problem", str(error), "Change COLLOQUY_LLM or what it needs.")
    keys = len(choices.llm_keys(settings))
    where = "on this machine" if built.capabilities.local else "what candidates say is sent there"
    with_keys = "no key" if not keys else "1 key" if keys == 1 else f"{keys} keys in turn"
    return Finding("Models", "ok", f"{model.name} with {with_keys}, {where}; {own}")


def evaluator() -> Finding:
    """What judges answers."""
    from colloquy.contexts.analysis.public import RulesEvaluator

    sense = choices.compare_by_sense()
    words = f"words compared by {sense}" if sense else "words compared by spelling and synonyms alone"
    return Finding("Model", "ok", f"{RulesEvaluator().name}, built in, {words}: no key, nothing leaves this machine")


def mailer(settings: Settings) -> Finding:
    """Where letters go. Looks at the settings alone; `reach_mail_server` also knocks."""
    try:
        found = choices.mailer(settings)
    except ValueError as error:
        return Finding("Mail", "problem", str(error), "Correct COLLOQUY_MAIL_FROM or the COLLOQUY_SMTP_… settings.")
    if isinstance(found, SmtpMailer):
        return Finding("Mail", "ok", f"SMTP at {found.server.host}, {found.server.tls}")
    return Finding(
        "Mail",
        "fallback",
        f"files in {settings.data_dir / 'mail'}, shown at /mail; nobody receives them",
        "Set COLLOQUY_MAILER=smtp and the COLLOQUY_SMTP_… settings to send letters.",
    )


async def reach_mail_server(settings: Settings) -> Finding:
    """The same as `mailer`, after a visit to the server."""
    finding = mailer(settings)
    if finding.status != "ok":
        return finding
    found = choices.mailer(settings)
    if not isinstance(found, SmtpMailer):
        return finding
    try:
        await found.reach()
    except Transient as error:
        return Finding("Mail", "problem", f"{finding.text}: {error.message}", "Letters wait and are tried again.")
    return Finding("Mail", "ok", f"{finding.text}, answers")


def ffmpeg() -> Finding:
    """Which ffmpeg reads recordings."""
    try:
        path = find_ffmpeg()
        said = subprocess.run([path, "-version"], capture_output=True, text=True, timeout=20, check=True).stdout
    except (RuntimeError, ImportError, OSError, subprocess.SubprocessError) as error:
        return Finding("ffmpeg", "problem", f"does not run ({type(error).__name__})", "Install ffmpeg.")
    version = re.match(r"ffmpeg version (\S+)", said)
    where = "of this system" if path == shutil.which("ffmpeg") else "from a Python package"
    return Finding("ffmpeg", "ok", f"{version[1] if version else 'unknown version'}, {where}: {path}")


async def antivirus(settings: Settings) -> Finding:
    """Whether what candidates send is scanned for viruses, and by what."""
    scanner = choices.antivirus(settings)
    try:
        engine = await scanner.engine()
    except ScannerAway as error:
        return Finding(
            "Virus scanner",
            "problem",
            error.message,
            "Start clamd or correct COLLOQUY_CLAMD; until then candidates' files wait and nobody can open them.",
        )
    if engine is None:
        return Finding(
            "Virus scanner",
            "fallback",
            "none: candidates' files are not scanned for viruses, and the pages that offer them say so",
            "Run ClamAV's clamd and set COLLOQUY_CLAMD to its socket or host:port.",
        )
    if engine.signatures is None:
        return Finding("Virus scanner", "ok", f"{engine.version}, with signatures of your own only")
    return Finding("Virus scanner", "ok", f"{engine.version}, signatures {engine.signatures} of {engine.signed_on}")


_METADATA = ipaddress.ip_address("169.254.169.254")
"""Where most clouds hand a machine's credentials to whoever asks from inside."""


def outbound(settings: Settings) -> Finding:
    """Where addresses may lead that people enter."""
    try:
        allow = parse_allow(settings.outbound_allow)
    except ValueError as error:
        return Finding("Outbound", "problem", str(error), "Correct COLLOQUY_OUTBOUND_ALLOW.")
    if not (inside := allow.inside()):
        return Finding("Outbound", "ok", "addresses that people enter lead to the public internet only")
    text = f"addresses that people enter may also lead to {', '.join(str(one) for one in inside)}"
    if allow.ip(_METADATA, 80):
        text += "; that is also where clouds hand out credentials"
    return Finding(
        "Outbound",
        "warning",
        text,
        "Whoever may enter a model, a sign-in server or a webhook reaches what COLLOQUY_OUTBOUND_ALLOW opens: keep it"
        " to single machines with their ports.",
    )


def storage(settings: Settings) -> Finding:
    """Whether recordings can be kept: the folder can be written and has room."""
    folder = settings.data_dir.resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return Finding(
            "Storage",
            "problem",
            f"{folder} cannot be written: {error.strerror}",
            "Correct its owner or set COLLOQUY_DATA_DIR.",
        )
    free = shutil.disk_usage(folder).free
    text = f"{folder}, encrypted; {free / (1 << 30):.1f} GiB free"
    if free < LEAST_FREE_BYTES:
        return Finding("Storage", "problem", text, "Make room: below 2 GiB an upload may be refused.")
    return Finding("Storage", "ok", text)


def keys(settings: Settings) -> Iterable[Finding]:
    """The secret that signs, and the key that encrypts recordings. Nothing is made by looking."""
    folder = settings.data_dir / "keys"
    secret = settings.secret_key.get_secret_value() if settings.secret_key else None
    yield _key("Secret", "COLLOQUY_SECRET_KEY", secret, folder / "secret", load_secret)
    media = settings.media_key.get_secret_value() if settings.media_key else None
    found = _key("Media key", "COLLOQUY_MEDIA_KEY", media, folder / "media", load_master_key)
    stored = settings.data_dir / "media"
    if media is None and not (folder / "media").exists() and stored.is_dir() and any(stored.iterdir()):
        found = Finding(
            "Media key",
            "problem",
            f"{folder / 'media'} is missing, and there are recordings that only it opens",
            "Restore the key from your backup before you start Colloquy; a new one opens none of them.",
        )
    yield found


def _key(
    part: str, variable: str, given: str | None, path: Path, load: Callable[[str | None, Path], object]
) -> Finding:
    if given is None and not path.exists():
        return Finding(part, "ok", f"made on the first start, in {path}")
    where = f"from {variable}" if given else f"in {path}"
    try:
        load(given, path)
    except (RuntimeError, ValueError, OSError) as error:
        return Finding(part, "problem", f"{where}: {error}", "Restore it from your backup.")
    if given is None and path.stat().st_mode & _OTHERS:
        return Finding(part, "problem", f"{where}: others on this machine can read it", f"Run chmod 600 {path}.")
    return Finding(part, "ok", where if given else f"{where}; keep a copy in your backup")


def browser_files() -> Finding:
    """Whether the libraries that pages need in the browser were copied."""
    from colloquy.web.icons import ICONS, ICONS_FOLDER

    missing = [name for name in sorted(ICONS) if not (ICONS_FOLDER / f"{name}.svg").exists()]
    if missing:
        return Finding("Pages", "problem", f"{len(missing)} browser files are missing", "Run make setup.")
    return Finding("Pages", "ok", "browser libraries are in place")
