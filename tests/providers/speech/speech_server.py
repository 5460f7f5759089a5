"""A server that speaks OpenAI's transcription protocol over a real socket."""

from __future__ import annotations

import asyncio
import json
import re
import wave
from collections.abc import Callable
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from io import BytesIO
from typing import Any

from spoken_audio import SPOKEN


@dataclass
class Asked:
    """One request as it arrived: the form's fields (a name may repeat) and the uploaded file."""

    path: str
    authorization: str
    fields: dict[str, list[str]]
    file_name: str
    audio: bytes

    @property
    def audio_seconds(self) -> float:
        with wave.open(BytesIO(self.audio)) as recording:
            return recording.getnframes() / recording.getframerate()


@dataclass
class Answer:
    status: int = 200
    body: Any = None  # bytes as they are, anything else as JSON
    headers: dict[str, str] = field(default_factory=dict)
    hang: bool = False  # take the request and say nothing
    drip: bool = False  # send a byte now and then, for ever
    cut: bool = False  # close in the middle of the body


class TranscriptionServer:
    """Answers `POST /v1/audio/transcriptions` with `answer`, and remembers in `asked` what came."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answer: Callable[[Asked], Answer] = lambda asked: Answer(body=hears(SPOKEN, asked.audio_seconds))
        self.base_url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            request_line, _, rest = head.partition(b"\r\n")
            headers = BytesParser(policy=HTTP).parsebytes(rest)
            body = await reader.readexactly(int(headers["content-length"]))
            asked = _parsed(request_line.decode().split()[1], headers, body)
            self.asked.append(asked)
            await self._reply(writer, self.answer(asked))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone, as some tests want
        finally:
            writer.close()

    async def _reply(self, writer: asyncio.StreamWriter, answer: Answer) -> None:
        if answer.hang:
            await asyncio.sleep(30)
            return
        body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        length = len(body) + (1_000_000 if answer.drip or answer.cut else 0)
        lines = [f"HTTP/1.1 {answer.status} X", f"content-length: {length}", "connection: close"]
        lines += [f"{name}: {value}" for name, value in answer.headers.items()]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode() + body)
        await writer.drain()
        while answer.drip:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.02)


def _parsed(path: str, headers: Any, body: bytes) -> Asked:
    form = BytesParser(policy=HTTP).parsebytes(
        b"content-type: " + headers["content-type"].encode() + b"\r\n\r\n" + body
    )
    fields: dict[str, list[str]] = {}
    file_name, audio = "", b""
    for part in form.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if part.get_filename():
            file_name, audio = part.get_filename(), content
        else:
            fields.setdefault(name, []).append(content.decode())
    return Asked(path, headers["authorization"], fields, file_name, audio)


def hears(text: str, seconds: float) -> dict[str, Any]:
    """A `verbose_json` reply as whisper-1 gives it: the words without the punctuation of the text."""
    words = re.findall(r"[\w']+", text)
    step = seconds / max(1, len(words))
    return {
        "task": "transcribe",
        "language": "english",
        "duration": seconds,
        "text": text,
        "words": [
            {"word": word, "start": round(n * step, 2), "end": round((n + 1) * step, 2)} for n, word in enumerate(words)
        ],
        "segments": [
            {"id": 0, "start": 0.0, "end": seconds, "text": text, "avg_logprob": -0.2, "no_speech_prob": 0.01}
        ],
    }
