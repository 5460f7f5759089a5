"""The archive that a candidate takes along: what is stored, as files that any program opens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from colloquy.contexts.media import public as media
from colloquy.contexts.reporting.policy.archive import Entry, archive_size
from colloquy.contexts.reporting.service.own_data import OwnData
from colloquy.contexts.reporting.service.own_view import stem, view
from colloquy.kit import clock
from colloquy.providers.storage.port import ObjectMissing, ObjectStore

DATA = "data.json"


@dataclass(frozen=True, slots=True)
class Takeout:
    """What goes into the archive, in its order, and how many bytes that makes."""

    entries: tuple[Entry, ...]

    @property
    def size(self) -> int:
        """The archive's length."""
        return archive_size(self.entries)


async def takeout(store: ObjectStore, own: OwnData) -> Takeout:
    """The archive's contents. Asks the store for sizes, so no transaction may be open.

    Recordings of which the store has no original (still arriving, or refused without being kept) are described in
    `data.json` and have no file.
    """
    sizes: dict[UUID, int] = {}
    for recording_id, original in own.originals.items():
        try:
            sizes[recording_id] = await store.size(original.key)
        except ObjectMissing:
            continue
    files = _paths(own, sizes)
    data = view(own, files).model_dump_json(indent=2).encode() + b"\n"
    entries = [
        _bytes(DATA, data, clock.now()),
        *_typed(own),
        *_conversations(own),
        *_transcripts(own, files),
        *(_stored(store, own.originals[id_], path, sizes[id_]) for id_, path in files.items()),
    ]
    return Takeout(tuple(entries))


def _paths(own: OwnData, sizes: dict[UUID, int]) -> dict[UUID, str]:
    """Where each stored recording lies in the archive: by question and take, voice messages by their order."""
    numbers = {answer.id: answer.number for answer in own.session.answers}
    paths: dict[UUID, str] = {}
    for take in own.held.takes:
        if take.recording_id in sizes:
            ending = own.originals[take.recording_id].ending
            paths[take.recording_id] = f"recordings/question-{numbers[take.answer_id]}-take-{take.number}{ending}"
    voices = sorted((one for one in sizes if one not in paths), key=lambda one: own.originals[one].created_at)
    for number, recording_id in enumerate(voices, 1):
        paths[recording_id] = f"recordings/message-{number}{own.originals[recording_id].ending}"
    return paths


def _typed(own: OwnData) -> Iterator[Entry]:
    for answer in own.session.answers:
        if answer.text:
            yield _bytes(
                f"answers/question-{answer.number}.txt",
                answer.text.encode("utf-8", "replace"),
                _at(answer.submitted_at),
            )


def _conversations(own: OwnData) -> Iterator[Entry]:
    numbers = {answer.id: answer.number for answer in own.session.answers}
    for one in own.conversations:
        lines = [f"{message.who}: {message.text}\n" for message in one.messages if not message.superseded]
        name = f"conversations/question-{numbers.get(one.answer_id, 0)}.txt"
        yield _bytes(name, "\n".join(lines).encode("utf-8", "replace"), one.opened_at)


def _transcripts(own: OwnData, files: dict[UUID, str]) -> Iterator[Entry]:
    for one in own.transcripts:
        path = files.get(one.recording_id)
        if path is None:
            continue
        heard = one.stored.transcript
        name = f"{stem(path)}.v{one.stored.version}"
        yield _bytes(f"{name}.txt", f"{heard.text}\n".encode(), one.made_at)
        yield _bytes(f"{name}.vtt", media.webvtt(heard).encode(), one.made_at)


def _at(moment: datetime | None) -> datetime:
    return (moment or clock.now()).astimezone(UTC)


def _bytes(name: str, data: bytes, at: datetime) -> Entry:
    async def read() -> AsyncIterator[bytes]:
        yield data

    return Entry(name, len(data), read, _at(at))


def _stored(store: ObjectStore, original: media.Original, path: str, size: int) -> Entry:
    return Entry(path, size, lambda: store.read(original.key), _at(original.created_at))
