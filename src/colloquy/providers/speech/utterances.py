"""Cutting a recording into utterances at its pauses, so that long audio is recognised a breath at a time."""

from __future__ import annotations

from collections.abc import Iterator

from colloquy.providers.speech.voice import VoiceActivity, VoiceSpan

SENTENCE_PAUSE = 0.5
"""Seconds of silence taken for the end of a sentence. Speakers pause about 0.2 s at a comma and 0.5 to 1 s
between sentences (Goldman-Eisler 1968; Campione and Véronis 2002)."""

LONGEST_UTTERANCE = 25.0
"""Seconds. A decoder's memory and time grow with the utterance; nobody speaks longer without a breath."""

EDGE = 0.15
"""Seconds of silence kept on both sides: recognisers are trained on speech that starts and ends with it."""


def utterances(activity: VoiceActivity) -> list[VoiceSpan]:
    """The utterances of a recording in order, without overlaps, each at most `LONGEST_UTTERANCE` long
    (before its silent edges).
    """
    groups: list[VoiceSpan] = []
    for span in _short_spans(activity.spans):
        if groups and _belong_together(groups[-1], span):
            groups[-1] = VoiceSpan(groups[-1].start, span.end)
        else:
            groups.append(span)
    return list(_with_edges(groups, activity.audio_seconds))


def _belong_together(before: VoiceSpan, after: VoiceSpan) -> bool:
    return after.start - before.end < SENTENCE_PAUSE and after.end - before.start <= LONGEST_UTTERANCE


def _short_spans(spans: tuple[VoiceSpan, ...]) -> Iterator[VoiceSpan]:
    """The spans, those that are too long cut into equal parts: a word may be cut, a recording never lost."""
    for span in spans:
        parts = int(span.seconds // LONGEST_UTTERANCE) + 1
        length = span.seconds / parts
        for part in range(parts):
            yield VoiceSpan(span.start + part * length, span.start + (part + 1) * length)


def _with_edges(groups: list[VoiceSpan], audio_seconds: float) -> Iterator[VoiceSpan]:
    for position, group in enumerate(groups):
        before = groups[position - 1].end if position else 0.0
        after = groups[position + 1].start if position + 1 < len(groups) else audio_seconds
        # Half of a short pause each, so that no sample is heard twice.
        yield VoiceSpan(
            group.start - min(EDGE, (group.start - before) / 2),
            group.end + min(EDGE, (after - group.end) / 2),
        )
