"""Whether a transcript may be scored at all.

Fairness decides here: whatever the recogniser got wrong must not become a low mark. So a doubtful
transcript gets no mark, a reason in plain words and a person who listens. Judged in this order: nobody
speaks, the recogniser invented the words, too little was said, another language, too uncertain.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from colloquy.contexts.media.policy.languages import ALPHABETS, SCRIPTS, STOP_WORDS, Script
from colloquy.kit.i18n import N_
from colloquy.providers.speech.port import Transcript

LEAST_VOICE_SECONDS = 0.5
"""Less voice than this in a whole recording is a cough or a chair, not an answer."""

LEAST_ANSWER_SECONDS = 2.0
LEAST_ANSWER_WORDS = 5
"""Below either there is no sentence that could be evidence for a competency; "Yes, I have." is three words."""

FASTEST_WORDS_PER_SECOND = 6.0
"""Fast English conversation runs at about 4 words per second of voice and auctioneers at 6 or so; recognisers
that invent put a sentence on a breath. Needs `LEAST_COUNTED_WORDS`, for a short word's rate means nothing."""

LEAST_COUNTED_WORDS = 4

BOILERPLATE_SHARE = 0.5
"""One polite "thank you for watching" in a real answer is harmless; half of the words are not an answer."""

REPEATED_SHARE = 0.5
LONGEST_LOOP_WORDS = 8
LEAST_LOOP_TURNS = 4
"""A recogniser in a loop says the same one to eight words at least four times running; stammering people
repeat a word two or three times."""

LEAST_JUDGED_WORDS = 15
"""Shares of common words wander in shorter texts; a shorter text is judged by its script alone."""

LEAST_STOP_WORD_SHARE = {"en": 0.09, "ru": 0.09}
"""Share of a language's most common words. Measured: spoken English answers 0.47 to 0.66 and Russian ones 0.27
to 0.54, telegraphic technical text 0.10 and 0.11; German, Spanish, French, Italian, Portuguese and Dutch 0.04
to 0.08 against the English list. Ukrainian and Bulgarian reach 0.20 against the Russian list, so there the
letters decide; Bulgarian without any foreign letter passes."""

MOST_FOREIGN_LETTERS = 0.01
"""Share of letters the language does not write. A name with an accent stays below; German measures 0.02."""

LEAST_SCRIPT_SHARE = 0.5
"""Names of tools are Latin in Russian answers too, but not most of the letters."""

LEAST_CONFIDENCE = {"pocketsphinx": 0.48, "faster-whisper": 0.4, "openai": 0.37}
"""Mean confidence, 0..1, on each vendor's own scale.

PocketSphinx (mean word posterior) was measured with four flite voices; WER is the word error rate:

| audio                                        | confidence   | WER          |
|----------------------------------------------|--------------|--------------|
| clear speech, 8 recordings                   | 0.65 to 0.92 | 0.03 to 0.17 |
| pink noise 30 dB below the voice, 4          | 0.50 to 0.68 | 0.15 to 0.24 |
| pink noise 20 dB below, 4                    | 0.28 to 0.48 | 0.34 to 0.57 |
| pink noise 10 dB below, 4                    | 0.15 to 0.28 | 0.67 to 0.90 |
| Russian read by an English voice, 4          | 0.31 to 0.43 | no word true |
| English played backwards, 4                  | 0.30 to 0.46 | no word true |
| English at one and a half times the pitch, 4 | 0.24 to 0.33 | 0.78 to 0.94 |

0.48 divides what can be quoted from what cannot. For Whisper through OpenAI the scale is the probability of a
token; 0.37 is exp(-1), Whisper's own `logprob_threshold` for a decoding that failed. faster-whisper gives
word probabilities, which are those of the word's tokens, so it stands a little above.
"""

LEAST_CONFIDENCE_OF_OTHERS = 0.4

BOILERPLATE = (
    "thank you for watching",
    "thanks for watching",
    "thank you so much for watching",
    "please subscribe",
    "subscribe to my channel",
    "like and subscribe",
    "see you in the next video",
    "see you next time",
    "subtitles by the amara org community",
    "subtitles by",
    "captions by",
    "transcription by castingwords",
    "transcribed by",
    "продолжение следует",
    "спасибо за просмотр",
    "спасибо за внимание",
    "подписывайтесь на канал",
    "подписывайтесь на наш канал",
    "ставьте лайки",
    "субтитры сделал",
    "субтитры создавал",
    "субтитры подготовил",
    "редактор субтитров",
    "корректор а",
    "dimatorzok",
)
"""What Whisper writes on silence, from the subtitles it was trained on (Koenecke et al., "Careless Whisper",
FAccT 2024; Barański et al., ICASSP 2025). Lower case, words separated by one space."""


@dataclass(frozen=True, slots=True)
class QualityVerdict:
    """`code` and `message` say why when not `scorable`, and are None when it is."""

    scorable: bool
    code: str | None = None
    message: str | None = None


def judge_transcript(transcript: Transcript, *, expected_language: str) -> QualityVerdict:
    """The verdict on a transcript of an answer that should be in `expected_language` (ISO 639-1)."""
    words = _plain_words(transcript.text)
    if transcript.speech_seconds < LEAST_VOICE_SECONDS or not words:
        return _not_scorable("no_speech", N_("No speech was found in this recording."))
    if _is_invented(words, transcript.speech_seconds):
        return _not_scorable(
            "invented", N_("The recogniser seems to have made these words up: this is not how people speak.")
        )
    if transcript.speech_seconds < LEAST_ANSWER_SECONDS or len(words) < LEAST_ANSWER_WORDS:
        return _not_scorable("too_little_speech", N_("Too little was said to be evidence for anything."))
    if _is_another_language(transcript, words, expected_language):
        return _not_scorable("wrong_language", N_("The answer does not seem to be in the expected language."))
    if transcript.confidence is not None and transcript.confidence < least_confidence(transcript.recogniser):
        return _not_scorable("low_confidence", N_("The recogniser was too unsure of the words."))
    return QualityVerdict(scorable=True)


def least_confidence(recogniser: str) -> float:
    """The lowest mean confidence, 0..1, at which this recogniser's words are taken for what was said."""
    return LEAST_CONFIDENCE.get(recogniser.partition(":")[0], LEAST_CONFIDENCE_OF_OTHERS)


def _not_scorable(code: str, reason: str) -> QualityVerdict:
    return QualityVerdict(False, code, f"{reason} Listen to the recording and assess it yourself.")


def _plain_words(text: str) -> list[str]:
    """Lower-case words without punctuation; an apostrophe stays inside its word."""
    return re.findall(r"[^\W_]+(?:['’][^\W_]+)*", text.lower())


def _is_invented(words: Sequence[str], speech_seconds: float) -> bool:
    too_fast = len(words) >= LEAST_COUNTED_WORDS and len(words) / speech_seconds > FASTEST_WORDS_PER_SECOND
    return (
        too_fast
        or _boilerplate_words(words) / len(words) >= BOILERPLATE_SHARE
        or _looped_words(words) / len(words) >= REPEATED_SHARE
    )


def _boilerplate_words(words: Sequence[str]) -> int:
    """How many of the words belong to a phrase of `BOILERPLATE`."""
    covered = [False] * len(words)
    for phrase in BOILERPLATE:
        parts = phrase.split()
        for start in range(len(words) - len(parts) + 1):
            if list(words[start : start + len(parts)]) == parts:
                covered[start : start + len(parts)] = [True] * len(parts)
    return sum(covered)


def _looped_words(words: Sequence[str]) -> int:
    """How many words stand in the longest run of one phrase said over and over; 0 without such a run."""
    longest = 0
    for size in range(1, LONGEST_LOOP_WORDS + 1):
        matching = 0  # words in a row that equal the word `size` before them
        for position in range(size, len(words)):
            matching = matching + 1 if words[position] == words[position - size] else 0
            if matching >= size * (LEAST_LOOP_TURNS - 1):
                longest = max(longest, matching + size)
    return longest


def _is_another_language(transcript: Transcript, words: Sequence[str], expected: str) -> bool:
    if transcript.language != expected:
        return True  # the recogniser was sure of it; see the adapters
    script = SCRIPTS.get(expected)
    if script is not None and _script_share(transcript.text, script) < LEAST_SCRIPT_SHARE:
        return True
    if len(words) < LEAST_JUDGED_WORDS:
        return False
    if expected in ALPHABETS and _foreign_letters(transcript.text, ALPHABETS[expected]) > MOST_FOREIGN_LETTERS:
        return True
    if expected not in STOP_WORDS:
        return False
    common = sum(word in STOP_WORDS[expected] for word in words)
    return common / len(words) < LEAST_STOP_WORD_SHARE[expected]


def _foreign_letters(text: str, alphabet: frozenset[str]) -> float:
    """The share of the letters that this alphabet does not have, among letters of its own script."""
    script = unicodedata.name(next(iter(alphabet))).partition(" ")[0]
    letters = [letter for letter in text.lower() if unicodedata.name(letter, "").startswith(script)]
    return sum(letter not in alphabet for letter in letters) / max(1, len(letters))


def _script_share(text: str, script: Script) -> float:
    """The share of the letters that belong to the script; 1.0 for a text without letters."""
    letters = [character for character in text if character.isalpha()]
    if not letters:
        return 1.0
    return sum(unicodedata.name(letter, "").startswith(script) for letter in letters) / len(letters)
