"""A report never prints words that are not in its transcripts, nor a level that rests on none."""

from dataclasses import replace

import pytest

from colloquy.contexts.reporting.policy.evidence import NO_QUOTE, false_quotes, with_true_quotes
from colloquy.contexts.reporting.policy.filenames import content_disposition


@pytest.fixture
def answer(report):
    return report.answers[0]


def _with_quote(answer, **changes):
    """The answer whose first score has one quote only, changed."""
    score = answer.scores[0]
    quote = replace(score.quotes[0], **changes)
    return replace(answer, scores=(replace(score, quotes=(quote,)), *answer.scores[1:]))


def test_true_evidence_stays_as_it_is(report):
    for answer in report.answers:
        assert with_true_quotes(answer) == (answer, [])
    assert false_quotes(report) == []


@pytest.mark.parametrize(
    "changes",
    [{"text": "I never said this"}, {"start_char": 0}, {"end_char": 10**6}, {"start_char": 465, "end_char": 465}],
)
def test_a_quote_that_is_not_there_goes_and_takes_its_level_with_it(report, answer, changes):
    lying = _with_quote(answer, **changes)
    assert len(false_quotes(replace(report, answers=(lying,)))) == 1

    checked, dropped = with_true_quotes(lying)

    assert [one.competency for one in dropped] == ["problem_solving"]
    assert (checked.scores[0].level, checked.scores[0].quotes) == (None, ())
    assert checked.scores[0].reason.startswith(NO_QUOTE)
    assert checked.scores[1:] == answer.scores[1:]


def test_a_level_that_keeps_one_quote_stays(answer):
    first, second = answer.scores[0].quotes
    score = replace(answer.scores[0], quotes=(replace(first, text="invented"), second))
    checked, _ = with_true_quotes(replace(answer, scores=(score,)))
    assert (checked.scores[0].level, checked.scores[0].quotes) == (answer.scores[0].level, (second,))


def test_without_a_transcript_nothing_can_be_quoted(answer):
    checked, dropped = with_true_quotes(replace(answer, transcript=None))
    assert dropped
    assert all(score.level is None for score in checked.scores)


@pytest.mark.parametrize(
    ("name", "plain", "own"),
    [
        ("Ada Lovelace", "ada-lovelace.pdf", "ada-lovelace.pdf"),
        ("Анна Петрова", "report.pdf", "%D0%B0%D0%BD%D0%BD%D0%B0-"),
        ('"; filename="evil.exe', "filename-evil-exe.pdf", "filename-evil-exe.pdf"),
        ("../../etc/passwd", "etc-passwd.pdf", "etc-passwd.pdf"),
        ("\r\nSet-Cookie: a=b", "set-cookie-a-b.pdf", "set-cookie-a-b.pdf"),
        ("\u202egnp.exe", "gnp-exe.pdf", "gnp-exe.pdf"),
        ("", "report.pdf", "report.pdf"),
        ("x" * 500, "x" * 60 + ".pdf", "x" * 60 + ".pdf"),
    ],
)
def test_a_file_is_named_by_letters_and_digits_alone(name, plain, own):
    header = content_disposition(name, suffix="pdf")
    assert header.startswith(f"attachment; filename=\"{plain}\"; filename*=UTF-8''{own}")
    assert header.isprintable()
