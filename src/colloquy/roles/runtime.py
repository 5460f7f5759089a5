"""Building the product: which database, which providers. The one place that reads settings.

Everything that routes and jobs may ask for by type is put here, and nowhere else.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from colloquy.contexts.analysis.public import Evaluator, RulesEvaluator
from colloquy.contexts.audit.public import SubjectBook
from colloquy.contexts.conversations.public import (
    Compositions,
    Interviewers,
    ModelInterviewer,
    RulesInterviewer,
)
from colloquy.contexts.documents.public import Surroundings
from colloquy.contexts.identity.public import Unused
from colloquy.contexts.inference.public import Inference
from colloquy.contexts.reporting.public import LetterBook
from colloquy.contexts.retention.public import TombstoneFile
from colloquy.contexts.sessions.public import LiveCaptions
from colloquy.kit import i18n
from colloquy.kit.address import PublicAddress
from colloquy.kit.backups import BackupWatch
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database, app_url, privileges_problem
from colloquy.kit.events import Handlers
from colloquy.kit.fanout import Fanout
from colloquy.kit.jobs import JobRunner
from colloquy.kit.limits import Counter
from colloquy.kit.provided import Provided
from colloquy.kit.site import Site
from colloquy.kit.telemetry import Telemetry
from colloquy.providers.antivirus.port import Antivirus
from colloquy.providers.documents.limited import LimitedDocuments
from colloquy.providers.documents.port import Documents
from colloquy.providers.llm.choose import Choice as ModelChoice
from colloquy.providers.llm.guarded import ModelGuard
from colloquy.providers.mail.kept import KeepsLetters
from colloquy.providers.mail.port import Mailer
from colloquy.providers.oidc.client import HttpOpenId
from colloquy.providers.oidc.port import OpenId
from colloquy.providers.outbound.guard import Guard
from colloquy.providers.outbound.late import LateHttp
from colloquy.providers.outbound.port import OutboundClient
from colloquy.providers.speech.live_pocketsphinx import LivePocketSphinx
from colloquy.providers.speech.port import SpeechToText
from colloquy.providers.storage.master_key import master_key
from colloquy.providers.storage.obstore import EncryptedObjects, local_objects
from colloquy.providers.storage.port import ObjectStore
from colloquy.providers.storage.spool import UploadSpool
from colloquy.providers.storage.spool_local import LocalSpool
from colloquy.providers.transcoder.ffmpeg import FfmpegTranscoder, find_ffmpeg
from colloquy.providers.transcoder.port import Transcoder
from colloquy.providers.typesetting.port import Typesetter
from colloquy.providers.typesetting.typst import TypstTypesetter
from colloquy.roles import choices, keys, limits, migrate, registry
from colloquy.roles.backup.watch import Watch
from colloquy.roles.letters import Letters
from colloquy.roles.subjects import Subjects
from colloquy.roles.surroundings import surroundings
from colloquy.settings import Settings
from colloquy.web.i18n import LOCALES


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the database is: `serving` acts as the app's role, `migrating` may create tables."""

    serving: str
    migrating: str
    embedded: bool


@dataclass(frozen=True, slots=True)
class Runtime:
    """A built product: what the roles run."""

    settings: Settings
    database: Database
    provided: Provided

    def job_runner(self, only: frozenset[str] | None = None) -> JobRunner:
        """A worker over all jobs, or over the queues in `only`."""
        return JobRunner(
            self.database,
            self.provided,
            registry.JOBS,
            concurrency={
                "media": self.settings.worker_media,
                "render": self.settings.worker_media,
                "speech": self.settings.worker_speech,
                "webhooks": 8,  # receivers that answer slowly hold up each other, and nothing else
            },
            only=only,
        )


def addresses(settings: Settings) -> Addresses:
    """The database's addresses; starts the embedded server when no other is named."""
    if settings.database_url is None:
        from colloquy.roles import postgres

        serving, migrating = postgres.start(settings.data_dir)
        return Addresses(serving, migrating, embedded=True)
    return Addresses(settings.database_url, settings.migration_url or settings.database_url, embedded=False)


@asynccontextmanager
async def running(settings: Settings, *, where: Addresses | None = None) -> AsyncIterator[Runtime]:
    """The product, migrated and connected; everything is closed when the block ends."""
    where = where or addresses(settings)
    migrate.migrate(where.migrating)
    database = Database(app_url(where.serving), pool_size=settings.database_pool)
    try:
        async with database.begin() as db:
            if problem := await privileges_problem(db):
                raise SystemExit(problem)
        runtime = Runtime(settings, database, provide(settings, database))
        try:
            yield runtime
        finally:
            if model := runtime.provided.get(ModelChoice).model:
                await model.close()
            await runtime.provided.get(Inference).close()
            await runtime.provided.get(Counter).close()  # type: ignore[type-abstract]
            outbound = runtime.provided.get(OutboundClient)  # type: ignore[type-abstract]
            await outbound.close()
            telemetry = runtime.provided.get(Telemetry)  # type: ignore[type-abstract]
            await asyncio.to_thread(telemetry.close)
    finally:
        await database.close()


def provide(settings: Settings, database: Database) -> Provided:
    """Everything that routes and jobs may ask for."""
    i18n.use_catalogues(LOCALES)
    choices.compare_by_sense()
    provided = Provided()
    provided.put(Settings, settings)
    provided.put(Database, database)
    provided.put(PublicAddress, PublicAddress(settings.address))
    provided.put(Handlers, Handlers(registry.HANDLERS))
    store = keys.secret_store(settings)
    secret = Secret(*store.load(), newer=store.newer)
    provided.put(Secret, secret)
    provided.put(Unused, Unused(timedelta(hours=settings.sign_in_unused_hours)))
    provided.put(Site, Site(settings.address, configured=settings.base_url is not None))
    _provide_storage(settings, provided)
    provided.put(Transcoder, FfmpegTranscoder(find_ffmpeg()))
    provided.put(Documents, LimitedDocuments())
    provided.put(Antivirus, choices.antivirus(settings))
    recogniser = choices.recogniser(settings).recogniser
    provided.put(SpeechToText, recogniser)
    provided.put(LiveCaptions, LiveCaptions(recogniser, LivePocketSphinx(), settings.live_captions))
    provided.put(Evaluator, RulesEvaluator())
    guard = choices.guard(settings)
    provided.put(Guard, guard)
    provided.put(OutboundClient, LateHttp(guard))
    provided.put(OpenId, HttpOpenId(guard))
    telemetry = choices.telemetry(settings)
    provided.put(Telemetry, telemetry)
    of_models = choices.model_guard(settings)
    provided.put(ModelGuard, of_models)
    models = choices.structured_seen_by(telemetry, settings, of_models)
    chats = choices.chats(telemetry, settings, of_models)
    provided.put(Inference, Inference(database, secret, models, choices.installation(settings), chats=chats))
    chosen = choices.chat_seen_by(choices.chat_model(settings), telemetry)
    provided.put(ModelChoice, chosen)
    own = ModelInterviewer(chosen.model) if chosen.model else None
    interviewers = Interviewers(RulesInterviewer(), own, provided.get(Inference))
    provided.put(Interviewers, interviewers)
    provided.put(Compositions, Compositions(database, interviewers))
    provided.put(Counter, limits.counter(settings))
    provided.put(Fanout, Fanout(database.url))
    provided.put(Mailer, choices.mailer(settings))
    provided.put(KeepsLetters, choices.kept_letters(settings))
    provided.put(Typesetter, TypstTypesetter())
    provided.put(Surroundings, surroundings(settings, recogniser.name))
    provided.put(LetterBook, Letters())
    provided.put(SubjectBook, Subjects())
    provided.put(BackupWatch, Watch(settings.backup_dir, settings.backup_every, embedded=settings.database_url is None))
    provided.put(TombstoneFile, TombstoneFile(settings.data_dir / "tombstones.jsonl"))
    return provided


def _provide_storage(settings: Settings, provided: Provided) -> None:
    key = master_key(keys.media_store(settings).load())
    objects = local_objects(settings.data_dir / "media", key)
    provided.put(ObjectStore, objects)
    provided.put(EncryptedObjects, objects)  # the scheduler tidies it up, which is no part of the port
    spool = LocalSpool(settings.data_dir / "uploads", key)
    provided.put(UploadSpool, spool)
    provided.put(LocalSpool, spool)  # the web role ends its appends when it is stopped
