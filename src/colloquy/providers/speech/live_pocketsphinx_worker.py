"""The child process that listens: `python -m colloquy.providers.speech.live_pocketsphinx_worker`.

Standard input is sound, 16 kHz mono signed 16-bit little-endian; its end, also when the parent is killed, ends the
process. Each line of standard output is `{"text", "final", "pause"}`: the words of the breath under way, whether it
is over, and whether by a pause or only because it had become long.
"""

from __future__ import annotations

import json
import os
import re
import resource
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import pocketsphinx

from colloquy.providers.speech.voice import SAMPLE_RATE

_NICENESS = 10  # the server and the recordings come first
_MEMORY_LIMIT = 1024**3  # bytes of address space; measured 0.22 GB, of which 130 MB are touched
_READ_BYTES = 16_384  # half a second: a child that fell behind catches up in large bites and fewer captions
_BYTES_PER_SECOND = 2 * SAMPLE_RATE
_LONG_SECONDS = 8.0  # from here on any quiet moment between two words ends a breath
_LONGEST_SECONDS = 14.0  # and here it is cut: closing a breath takes 0.04 s a second of it, and that is waited for
_VARIANT = re.compile(r"\(\d+\)$")  # "read(2)" is the second pronunciation of "read"


@dataclass(frozen=True, slots=True)
class Heard:
    """One line of standard output."""

    text: str
    final: bool
    pause: bool = False


class Listener:
    """Finds where somebody speaks and what they say."""

    def __init__(self) -> None:
        self._decoder = pocketsphinx.Decoder(samprate=SAMPLE_RATE, loglevel="FATAL")
        # Strict enough that a fan or a hiss is no voice; 0.3 s of silence end a breath.
        self._endpointer = pocketsphinx.Endpointer(
            window=0.3, ratio=0.9, vad_mode=pocketsphinx.Vad.MEDIUM_STRICT, sample_rate=SAMPLE_RATE
        )
        self._voice = pocketsphinx.Vad(mode=pocketsphinx.Vad.MEDIUM_STRICT, sample_rate=SAMPLE_RATE)
        self._waiting = b""
        self._open = False
        self._bytes = 0
        self._shown = ""

    def hear(self, pcm: bytes) -> Iterator[Heard]:
        """What is known after this much more sound."""
        size = self._endpointer.frame_bytes
        self._waiting += pcm
        while len(self._waiting) >= size:
            frame, self._waiting = self._waiting[:size], self._waiting[size:]
            speech = self._endpointer.process(frame)
            if speech is not None:
                yield from self._speech(speech, frame)
        if self._open and (text := self._text()) != self._shown:
            self._shown = text
            yield Heard(text, final=False)

    def finish(self) -> Iterator[Heard]:
        """The end of what was being said."""
        if self._open:
            yield from self._close(pause=True)

    def _speech(self, speech: bytes, frame: bytes) -> Iterator[Heard]:
        if not self._open:
            self._decoder.start_utt()
            self._open, self._bytes = True, 0
        self._decoder.process_raw(speech)
        self._bytes += len(speech)
        seconds = self._bytes / _BYTES_PER_SECOND
        if not self._endpointer.in_speech:
            yield from self._close(pause=True)
        elif seconds > _LONGEST_SECONDS or (seconds > _LONG_SECONDS and not self._voice.is_speech(frame)):
            yield from self._close(pause=False)

    def _close(self, *, pause: bool) -> Iterator[Heard]:
        self._decoder.end_utt()
        text, shown = self._text(), self._shown
        self._open, self._shown = False, ""
        if text or shown:
            yield Heard(text, final=True, pause=pause)

    def _text(self) -> str:
        hypothesis = self._decoder.hyp()
        words = hypothesis.hypstr.split() if hypothesis else []
        return " ".join(_VARIANT.sub("", word).replace("_", " ") for word in words if word[0] not in "<[")


def main() -> None:
    os.nice(_NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_LIMIT, _MEMORY_LIMIT))
    listener = Listener()
    try:
        while pcm := os.read(sys.stdin.fileno(), _READ_BYTES):
            _say(listener.hear(pcm))
        _say(listener.finish())
    except BrokenPipeError:  # nobody listens to us any more
        os._exit(0)


def _say(heard: Iterator[Heard]) -> None:
    for one in heard:
        sys.stdout.write(json.dumps(asdict(one)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
