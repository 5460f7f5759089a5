"""One question's page: the facts of the answer, its evidence, and its transcript with the quotes marked."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from colloquy.contexts.reporting.policy.document import Answer, CompetencyScore, Given, Quote, Transcript, Word
from colloquy.contexts.reporting.policy.paper_summary import TYPED
from colloquy.contexts.reporting.policy.text import (
    breakable,
    clock,
    kind_in_words,
    late_in_words,
    line,
    paragraphs,
    printable,
    reason_in_words,
    source_in_words,
    state_in_words,
)
from colloquy.kit.i18n import N_
from colloquy.kit.i18n import gettext as _
from colloquy.web.i18n import filesize, percent

# A transcript has no paragraphs of its own. One begins at the first sentence end or pause after 20 s of
# speech, and at the latest after 40: short enough to find a place by its time, long enough to read.
_PARAGRAPH_SECONDS = 20.0
_LONGEST_SECONDS = 40.0
_PAUSE_SECONDS = 0.6
_SENTENCE_ENDS = (".", "!", "?", "…")

_LANGUAGE = re.compile(r"^[a-z]{2,3}(?=$|[-_])")
_UNSCORED = N_("This answer has no score.")
_WRITTEN = {"text": N_("typed by the candidate"), "conversation": N_("said in the conversation")}
_KEPT = N_("People read this answer; nothing in it is evaluated.")


def answer_page(answer: Answer, total: int, pictures: Collection[str]) -> dict[str, Any]:
    """The data of one page; `total` is the number of questions, `pictures` the thumbnails there are."""
    transcript = answer.transcript
    quotes = [quote for score in answer.scores for quote in score.quotes]
    return {
        "place": _("Question %(current)s of %(total)s", current=answer.number, total=total),
        "question": paragraphs(answer.question) or [_("(no text)")],
        "facts": _facts(answer),
        "why": _why(answer),
        "picture": answer.thumbnail_path if answer.thumbnail_path in pictures else None,
        "scores": [_score(score) for score in answer.scores],
        "language": _language(transcript),
        "transcript": _paragraphs(transcript, quotes) if transcript else [],
    }


def _facts(answer: Answer) -> list[list[str]]:
    taken = [kind_in_words(answer.kind)]
    if answer.duration_seconds is not None:
        taken.append(clock(answer.duration_seconds))
    if answer.take is not None:
        taken.append(_("take %(number)s", number=answer.take))
    if source := source_in_words(answer.source):
        taken.append(source)
    facts = [[_("Answer"), line(", ".join(taken))], [_("Result"), line(state_in_words(answer.state))]]
    if answer.given is not None:
        facts.insert(1, [_("Given"), line(_given(answer.given))])
    if late := late_in_words(answer.late_seconds):
        facts.append([_("Start"), line(late)])
    if transcript := answer.transcript:
        said = _WRITTEN.get("text" if answer.kind == TYPED else transcript.recogniser)
        heard = [_(said) if said else transcript.recogniser]
        if transcript.low_accuracy:
            heard.append(_("low accuracy"))
        if transcript.confidence is not None:
            heard.append(_("confidence %(share)s", share=percent(transcript.confidence)))
        facts.append([_("Transcript"), line(", ".join(heard))])
        facts.append([_("Fingerprint"), line(transcript.hash[:16])])
    return facts


def _given(given: Given) -> str:
    if given.file_bytes is None:
        return given.text
    return f"{given.text}, {filesize(given.file_bytes)}"


def _why(answer: Answer) -> list[str]:
    if answer.state == "scored":
        return []
    if answer.state == "kept":
        return [_(_KEPT)]
    why = [_(_UNSCORED), *paragraphs(reason_in_words(answer.state_reason))]
    if answer.kind != TYPED and answer.duration_seconds:
        why.append(_("A person can still judge it from the recording."))
    return why


def _score(score: CompetencyScore) -> dict[str, Any]:
    return {
        "name": line(score.competency),
        "dots": score.level or 0,
        "level": _("%(level)s of 5", level=score.level) if score.level else _("not enough evidence"),
        "reason": paragraphs(score.reason),
        "quotes": [
            {"text": line(quote.text), "time": "" if quote.start is None else clock(quote.start)}
            for quote in score.quotes
        ],
    }


def _language(transcript: Transcript | None) -> str:
    """What the typesetter hyphenates by and a screen reader pronounces by: the code without its region."""
    code = _LANGUAGE.match(transcript.language.lower()) if transcript else None
    return code.group() if code else "en"


def _paragraphs(transcript: Transcript, quotes: list[Quote]) -> list[dict[str, Any]]:
    quoted = [False] * len(transcript.text)
    for quote in quotes:
        quoted[quote.start_char : quote.end_char] = [True] * len(quoted[quote.start_char : quote.end_char])
    return [
        {"time": "" if start is None else clock(start), "runs": runs}
        for first, last, start in _pieces(transcript)
        if (runs := _runs(transcript.text, quoted, first, last))
    ]


def _pieces(transcript: Transcript) -> Iterator[tuple[int, int, float | None]]:
    """Where each paragraph begins and ends in the text, and when it was said (None for a typed answer)."""
    text = transcript.text
    if not transcript.words:
        for part in re.finditer(r"[^\r\n]+", text):
            yield part.start(), part.end(), None
        return
    begin, start = 0, transcript.words[0].start
    for before, word in zip(transcript.words, transcript.words[1:], strict=False):
        if _turns(text, before, word, word.start - start):
            yield begin, word.start_char, start
            begin, start = word.start_char, word.start
    yield begin, len(text), start


def _turns(text: str, before: Word, word: Word, said: float) -> bool:
    if said < _PARAGRAPH_SECONDS:
        return False
    rests = word.start - before.end >= _PAUSE_SECONDS
    so_far = text[before.start_char : word.start_char].rstrip()
    return said >= _LONGEST_SECONDS or rests or so_far.endswith(_SENTENCE_ENDS)


def _runs(text: str, quoted: list[bool], first: int, last: int) -> list[dict[str, Any]]:
    """The stretches of one paragraph, alternately quoted and not, without space at its ends."""
    while first < last and text[first].isspace():
        first += 1
    while last > first and text[last - 1].isspace():
        last -= 1
    runs = []
    while first < last:
        end = first + 1
        while end < last and quoted[end] == quoted[first]:
            end += 1
        shown = printable(text[first:end]).replace("\n", " ").replace("\t", " ")
        runs.append({"text": breakable(shown), "quoted": quoted[first]})
        first = end
    return runs
