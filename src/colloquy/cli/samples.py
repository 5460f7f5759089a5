"""The sample vacancy and its candidates: read from a folder, and put through the product as people would be."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from colloquy.contexts.identity.public import Actor
from colloquy.contexts.interviews.policy.drafts import NORMAL_WEIGHT, Description, QuestionDraft
from colloquy.contexts.interviews.public import AnswerKind
from colloquy.contexts.interviews.service import competencies, creating, links, publishing, questions
from colloquy.contexts.media import public as media
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database
from colloquy.providers.storage.spool import UploadSpool
from colloquy.roles.runtime import Runtime

PIECE = 256 << 10
"""Bytes sent at once, as a browser's recorder would every few seconds."""

_TYPES = {".webm": "video/webm", ".mp4": "video/mp4"}


@dataclass(frozen=True, slots=True)
class Recording:
    """One sample answer. Where nobody speaks there is no text beside it."""

    path: Path
    number: int

    @property
    def silent(self) -> bool:
        """Whether nothing is said in it."""
        return not self.path.with_suffix(".txt").exists()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sample candidate, `folder` for short."""

    folder: str
    name: str
    email: str
    recordings: tuple[Recording, ...]

    @property
    def bytes(self) -> int:
        """Of all recordings together."""
        return sum(recording.path.stat().st_size for recording in self.recordings)


@dataclass(frozen=True, slots=True)
class Samples:
    """A vacancy as `vacancy.json` describes it, and who answers."""

    vacancy: dict[str, object]
    candidates: tuple[Candidate, ...]


class SamplesMissingError(Exception):
    """The folder has no vacancy, or no candidates who answer all its questions."""


_NAMES = {"strong": "Mara Lindqvist", "weak": "Jonas Weber"}


def read(folder: Path) -> Samples:
    """The samples in `folder`. SamplesMissingError says what is not there."""
    try:
        vacancy = json.loads((folder / "vacancy.json").read_text("utf-8"))
    except FileNotFoundError as error:
        raise SamplesMissingError(
            f"There is no vacancy.json in {folder}. Run it from the repository, or name the folder: --samples PATH"
        ) from error
    candidates = []
    for name, full_name in _NAMES.items():
        paths = sorted(path for path in (folder / name).glob("answer-*") if path.suffix in _TYPES)
        if len(paths) != len(vacancy["questions"]):
            raise SamplesMissingError(f"{folder / name} needs one recording for each of the vacancy's questions.")
        recordings = tuple(Recording(path, number) for number, path in enumerate(paths, 1))
        candidates.append(Candidate(name, full_name, f"{name}@example.com", recordings))
    return Samples(vacancy, tuple(candidates))


async def publish(runtime: Runtime, owner: Actor, vacancy: dict[str, object]) -> str:
    """Publishes the vacancy's interview; returns the token of its public link."""
    title, keys, asked = str(vacancy["title"]), vacancy["competencies"], vacancy["questions"]
    assert isinstance(keys, list)  # noqa: S101 - vacancy.json is our own file
    assert isinstance(asked, list)  # noqa: S101 - the same
    async with runtime.database.begin(owner.scope) as db:
        description = Description(
            title=title,
            role_title=title,
            description=str(vacancy["description"]),
            language=str(vacancy["language"]),
            blind_review=False,  # the samples show at once what a program makes of answers
        )
        interview_id = await creating.create(db, owner, description)
        added = await competencies.add_from_library(db, owner, interview_id, keys)
        ids = dict(zip(keys, added, strict=True))
        for question in asked:
            draft = QuestionDraft(
                text=question["text"],
                kind=AnswerKind(question["kind"]),
                think_seconds=question["think_seconds"],
                answer_seconds=question["answer_seconds"],
                takes=question["takes"],
                weight=question["weight"] * NORMAL_WEIGHT,
                competency_ids=tuple(ids[key] for key in question["competencies"]),
                expected_points=tuple(question["expected_points"]),
            )
            await questions.add_question(db, owner, interview_id, draft)
        await publishing.publish(db, owner, interview_id)
        link = await links.make_public_link(db, runtime.provided.get(Secret), owner, interview_id)
    return link.token


async def answer_everything(runtime: Runtime, token: str, candidate: Candidate, sent: Callable[[int], None]) -> UUID:
    """The candidate arrives, agrees, answers every question with a recording and hands in; returns the session's id.

    `sent` is told of every piece's bytes once they are durable.
    """
    database, secret = runtime.database, runtime.provided.get(Secret)
    spool = runtime.provided.get(UploadSpool)  # type: ignore[type-abstract] # a Protocol names its provider
    async with database.begin() as db:
        arrival = await sessions.arrive(db, token)
        key = await sessions.start(db, arrival, name=candidate.name, email=candidate.email, profile_url=None)
        row = await sessions.lock_own(db, key)
        await sessions.agree(db, row, arrival.interview, record=True, ai_evaluation=True, given_from=None)
    for recording in candidate.recordings:
        async with database.begin() as db:
            row = await sessions.lock_own(db, key)
            room = await sessions.enter_room(db, secret, row)
            waiting = room.question or room.up_next
            assert waiting is not None  # noqa: S101 - there is a recording for each question
            question_id = waiting.question.id
            size = recording.path.stat().st_size
            kind = _TYPES[recording.path.suffix]
            wanted = sessions.Wanted(question_id, mime_type=kind, declared_bytes=size)
            take = await sessions.open_take(db, secret, row, wanted)
            upload = await media.open_upload(db, take.upload_url.rsplit("/", 1)[1])
        await _send(database, spool, upload, recording.path, sent)
        async with database.begin() as db:
            row = await sessions.lock_own(db, key)
            await sessions.choose_take(db, row, question_id, take.id)
    async with database.begin() as db:
        await sessions.complete(db, await sessions.lock_own(db, key))
    return key.session_id


async def _send(
    database: Database, spool: UploadSpool, upload: media.Upload, path: Path, sent: Callable[[int], None]
) -> None:
    offset = 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            offset = await media.append(database, spool, upload, offset, _one(piece))
            sent(len(piece))


async def _one(piece: bytes) -> AsyncIterator[bytes]:
    yield piece
