"""`colloquy demo`: the main job on the sample recordings, through the real product, in this terminal."""

from __future__ import annotations

import asyncio
import fcntl
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from colloquy.cli.settings import read, stop
from colloquy.cli.up import explained

if TYPE_CHECKING:
    from rich.console import Console

    from colloquy.cli.samples import Samples
    from colloquy.contexts.identity.public import Actor
    from colloquy.contexts.reporting.public import ReportDocument
    from colloquy.contexts.sessions.public import Session
    from colloquy.roles.runtime import Runtime
    from colloquy.settings import Settings

OWNER = "demo@example.com"
PASSWORD = "six quiet herons by the lake"  # noqa: S105 - printed at the end, to look around with
LONGEST_SECONDS = 900.0
_LOOK_SECONDS = 0.4
_HERE = Path(__file__).resolve().parents[3] / "samples"


@dataclass(slots=True)
class _Done:
    """What a run has made so far, by the candidate's folder."""

    sessions: dict[str, UUID] = field(default_factory=dict)
    reports: dict[str, ReportDocument] = field(default_factory=dict)
    files: dict[str, list[Path]] = field(default_factory=dict)


def demo(
    samples: Annotated[Path, typer.Option(help="A folder with vacancy.json and the candidates' recordings.")] = _HERE,
) -> None:
    """Do the main job on the sample recordings: two candidates, scores with evidence, reports as files."""
    from rich.console import Console

    from colloquy.cli.samples import SamplesMissingError
    from colloquy.cli.samples import read as read_samples
    from colloquy.kit import log

    settings = read()
    log.configure(form="text", level="error")
    console = Console(highlight=False)
    try:
        found = read_samples(samples)
    except SamplesMissingError as error:
        stop(str(error))
    with _own_folder(settings.data_dir / "demo") as folder, explained(settings):
        problems = asyncio.run(_run(_settings(settings, folder), folder, found, console))
    if problems:
        stop("\n".join(f"This is not as it should be: {problem}" for problem in problems))


@contextmanager
def _own_folder(folder: Path) -> Iterator[Path]:
    """The demo's folder, emptied; one demo at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stop(f"Another demo is running in {folder}. Wait until it is done.")
        for entry in folder.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry.name != ".lock":
                entry.unlink()
        yield folder


def _settings(settings: Settings, folder: Path) -> Settings:
    """An installation of its own: nothing of the demo touches the database, keys or mails of the real one."""
    return settings.model_copy(
        update={
            "data_dir": folder / "installation",
            "database_url": None,
            "migration_url": None,
            "secret_key": None,
            "media_key": None,
            "mailer": "files",
            "whisper_dir": settings.whisper_dir or settings.data_dir / "models",
            "whisper_fetch": False,  # a demo that waits for a download shows the download
            "worker_speech": 2,
        }
    )


async def _run(settings: Settings, folder: Path, samples: Samples, console: Console) -> list[str]:
    from colloquy.cli import demo_tables
    from colloquy.roles.runtime import running

    began, done = time.perf_counter(), _Done()
    console.print("Starting a database and the product…")
    async with running(settings) as runtime:
        owner = await _owner(runtime, str(samples.vacancy["company"]))
        await _answer(runtime, owner, samples, done, console)
        if not await _process(runtime, owner, done, console):
            return [f"processing did not end within {LONGEST_SECONDS:.0f} s; see the table above"]
        for candidate in samples.candidates:
            await _write(runtime, owner, candidate.folder, folder / candidate.folder, done)
    console.print(demo_tables.scores(done.reports))
    for name, report in done.reports.items():
        console.print(demo_tables.evidence(name, report))
    console.print(demo_tables.heard(done.reports))
    for path in (path for files in done.files.values() for path in files):
        console.print(str(path), soft_wrap=True)  # whole on its line, so that it can be copied
    console.print(
        f"\nDone in {time.perf_counter() - began:.0f} s. To look around in the browser:\n"
        f"  COLLOQUY_DATA_DIR={settings.data_dir} colloquy up\n  sign in as {OWNER} with “{PASSWORD}”",
        soft_wrap=True,
    )
    return problems_with(samples, done.reports)


async def _owner(runtime: Runtime, company: str) -> Actor:
    from colloquy.contexts.identity import public as identity

    async with runtime.database.begin() as db:
        return await identity.create_organisation(
            db, organisation=company, name="Demo Recruiter", email=OWNER, password=PASSWORD
        )


async def _answer(runtime: Runtime, owner: Actor, samples: Samples, done: _Done, console: Console) -> None:
    """Publishes the interview and lets both candidates answer it, with a bar of the bytes sent."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    from colloquy.cli.samples import answer_everything, publish

    token = await publish(runtime, owner, samples.vacancy)
    console.print(f"Published “{samples.vacancy['title']}”. The candidates answer by its public link.")
    with Progress(TextColumn("{task.description}"), BarColumn(), DownloadColumn(), console=console) as bars:
        for candidate in samples.candidates:
            bar = bars.add_task(
                f"{candidate.folder}: sending {len(candidate.recordings)} answers", total=candidate.bytes
            )
            done.sessions[candidate.folder] = await answer_everything(
                runtime, token, candidate, partial(bars.advance, bar)
            )


async def _process(runtime: Runtime, owner: Actor, done: _Done, console: Console) -> bool:
    """Works until every report is written and every video is ready to be watched. False when time is up."""
    from rich.live import Live

    from colloquy.cli import demo_tables

    working = asyncio.create_task(runtime.job_runner().run())
    ends = time.perf_counter() + LONGEST_SECONDS
    try:
        with Live(console=console, refresh_per_second=4, transient=False) as live:
            while time.perf_counter() < ends:
                if working.done():
                    await working
                found, written, ready = await _look(runtime, owner, done)
                live.update(demo_tables.processing(found, written))
                if all(written.get(folder) for folder in done.sessions) and ready:
                    return True
                await asyncio.sleep(_LOOK_SECONDS)
        return False
    finally:
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working


async def _look(runtime: Runtime, owner: Actor, done: _Done) -> tuple[list[tuple[str, Session]], dict[str, bool], bool]:
    """The sessions, which reports are written, and whether every recording can be watched."""
    from colloquy.contexts.media import public as media
    from colloquy.contexts.reporting import public as reporting
    from colloquy.contexts.sessions import public as sessions

    found: list[tuple[str, Session]] = []
    written: dict[str, bool] = {}
    async with runtime.database.begin(owner.scope) as db:
        for folder, session_id in done.sessions.items():
            session = await sessions.session(db, owner.scope, session_id)
            if session is None:
                continue
            found.append((folder, session))
            try:
                await reporting.report_of(db, owner, session_id)
                written[folder] = session.state is not sessions.SessionState.COMPLETED
            except reporting.ReportNotReady:
                written[folder] = False
        ids = [answer.recording_id for _, one in found for answer in one.answers if answer.recording_id]
        recordings = await media.recordings(db, owner.scope, ids)
    unwatchable = (media.RecordingState.REJECTED, media.RecordingState.FAILED)
    ready = all(one.has_playback or one.state in unwatchable for one in recordings.values())
    return found, written, ready


async def _write(runtime: Runtime, owner: Actor, name: str, folder: Path, done: _Done) -> None:
    """Leaves the candidate's report as PDF, CSV and JSON, and the captions of every recording."""
    from colloquy.contexts.reporting import public as reporting
    from colloquy.providers.storage.port import ObjectStore
    from colloquy.providers.typesetting.port import Typesetter

    session_id, files = done.sessions[name], {}
    async with runtime.database.begin(owner.scope) as db:
        printable = await reporting.printable(db, owner, session_id)
        for answer in printable.document.answers:
            with suppress(reporting.NoTranscript):
                captions = await reporting.captions_of(db, owner, session_id, answer.number)
                files[f"captions-{answer.number}.vtt"] = captions.text.encode()
    store = runtime.provided.get(ObjectStore)  # type: ignore[type-abstract] # a Protocol names its provider
    typesetter = runtime.provided.get(Typesetter)  # type: ignore[type-abstract] # the same
    files["report.pdf"] = await reporting.report_pdf(typesetter, store, printable)
    files["report.csv"] = reporting.report_csv(printable.document, bom=True)
    files["report.json"] = reporting.to_json(printable.document)
    await asyncio.to_thread(_keep, folder, files)
    done.reports[name] = printable.document
    done.files[name] = [folder / file for file in sorted(files)]


def _keep(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)


def problems_with(samples: Samples, reports: dict[str, ReportDocument]) -> list[str]:
    """What a demo must show and does not: the ranking, the silence, the evidence. Empty when all is well."""
    from colloquy.contexts.reporting.public import false_quotes

    found = []
    strong, weak = reports["strong"].overall_score, reports["weak"].overall_score
    if strong is None or (weak is not None and strong <= weak):
        found.append(f"the strong candidate ({strong}) does not outrank the weak one ({weak}).")
    for candidate in samples.candidates:
        report = reports[candidate.folder]
        found += [f"{candidate.folder}: a quote is not in its transcript: {quote}" for quote in false_quotes(report)]
        for recording in candidate.recordings:
            state = report.answers[recording.number - 1].state
            if recording.silent and state != "not_scorable":
                found.append(f"{candidate.folder}: nobody speaks in answer {recording.number}, yet it is {state}.")
    return found
