"""The child process that runs PocketSphinx: `python -m colloquy.providers.speech.pocketsphinx_worker AUDIO`.

Decoding keeps a core busy and takes 150 MB, so the server never does it in its own process. The answer is
one JSON document on standard output: `{"audio_seconds", "speech_seconds", "utterances": [{"start", "end",
"words": [{"text", "start", "end", "confidence"}]}]}`, times in seconds; or `{"refused": {"code", "message"}}`.
Standard input is never read for data: its end means that the parent is gone, and the child goes too.
"""

from __future__ import annotations

import json
import os
import re
import resource
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pocketsphinx
from numpy.typing import NDArray

from colloquy.providers.speech.port import SpeechRefused
from colloquy.providers.speech.utterances import utterances
from colloquy.providers.speech.voice import SAMPLE_RATE, VoiceSpan, find_voice, read_samples

_FRAMES_PER_SECOND = 100
_NICENESS = 10
_MEMORY_LIMIT = 3 * 1024**3  # bytes of address space; the model maps 150 MB, three hours of samples 700 MB
_VARIANT = re.compile(r"\(\d+\)$")  # "read(2)" is the second pronunciation of "read"


def main() -> None:
    threading.Thread(target=_leave_with_the_parent, daemon=True).start()
    os.nice(_NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_LIMIT, _MEMORY_LIMIT))
    try:
        answer = hear(Path(sys.argv[1]))
    except SpeechRefused as refusal:
        answer = {"refused": {"code": refusal.code, "message": refusal.message}}
    json.dump(answer, sys.stdout)


def hear(audio: Path) -> dict[str, Any]:
    """The document described at the top, without `refused`. Raises `SpeechRefused` for unreadable audio."""
    samples = read_samples(audio)
    activity = find_voice(samples)
    heard = []
    if activity.spans:  # loading the model takes longer than finding out that nobody speaks
        decoder = pocketsphinx.Decoder(samprate=SAMPLE_RATE, loglevel="FATAL")
        heard = [_recognise(decoder, samples, span) for span in utterances(activity)]
    return {
        "audio_seconds": activity.audio_seconds,
        "speech_seconds": activity.speech_seconds,
        "utterances": heard,
    }


def _recognise(decoder: pocketsphinx.Decoder, samples: NDArray[np.int16], span: VoiceSpan) -> dict[str, Any]:
    first, last = int(span.start * SAMPLE_RATE), int(span.end * SAMPLE_RATE)
    decoder.start_utt()
    decoder.process_raw(samples[first:last].tobytes(), full_utt=True)
    decoder.end_utt()
    words = [
        {
            "text": _VARIANT.sub("", segment.word).replace("_", " "),
            "start": round(span.start + segment.start_frame / _FRAMES_PER_SECOND, 3),
            "end": round(span.start + (segment.end_frame + 1) / _FRAMES_PER_SECOND, 3),
            # The posterior over the word lattice; its log table rounds, so it can pass 1 by a hair.
            "confidence": round(min(1.0, max(0.0, segment.prob)), 4),
        }
        for segment in decoder.seg() or ()
        if segment.word[0] not in "<["  # <s>, </s>, <sil>, [NOISE], [SPEECH]
    ]
    return {"start": round(span.start, 3), "end": round(span.end, 3), "words": words}


def _leave_with_the_parent() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
