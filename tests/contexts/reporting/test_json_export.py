from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colloquy.contexts.reporting.policy.document import Band, Quote, ReportDocument, moment
from colloquy.contexts.reporting.policy.json import from_json, to_json
from colloquy.kit.errors import Malformed


def test_a_report_read_and_written_again_is_the_same_bytes(exported: bytes) -> None:
    assert to_json(from_json(exported)) == exported


def test_the_promised_members_are_there_in_order(exported: bytes) -> None:
    report = json.loads(exported)

    assert list(report)[:4] == ["schema_version", "generated_at", "organisation", "accent"]
    assert (report["overall_score"], report["technical_score"], report["communication_score"]) == (76.5, 81.25, 68)
    answer = report["answers"][0]
    assert {"state", "question", "transcript", "scores"} <= set(answer)
    assert {"text", "words", "recogniser", "confidence"} <= set(answer["transcript"])
    assert {"text", "start", "end"} <= set(answer["transcript"]["words"][0])
    promised = ["competency", "key", "kind", "level", "reason", "quotes", "low", "high", "disputed"]
    assert list(answer["scores"][0]) == promised
    assert list(answer["scores"][0]["quotes"][0]) == ["text", "start_char", "end_char", "start", "end"]


def test_every_quote_is_where_it_says_in_the_transcript(report: ReportDocument) -> None:
    quotes = 0
    for answer in report.answers:
        for score in answer.scores:
            for quote in score.quotes:
                assert answer.transcript is not None
                assert answer.transcript.text[quote.start_char : quote.end_char] == quote.text
                quotes += 1
    assert quotes == 7


def test_whole_numbers_carry_no_fraction_however_they_were_computed(report: ReportDocument) -> None:
    whole = to_json(replace(report, overall_score=72, band=Band(low=60, high=80)))
    computed = to_json(replace(report, overall_score=72.0, band=Band(low=60.0, high=80.0)))

    assert whole == computed
    assert b'"overall_score": 72,' in whole


def test_no_score_is_null_and_comes_back_as_none(report: ReportDocument) -> None:
    silent = replace(report, overall_score=None, band=None, judged_share=None, evaluator=None)

    assert b'"overall_score": null,' in to_json(silent)
    assert from_json(to_json(silent)) == silent


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_number_that_is_none_is_refused(report: ReportDocument, value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json(replace(report, overall_score=value))


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_survives(exported: bytes, text: str) -> None:
    report = from_json(exported)
    spoken = replace(report.answers[0].scores[0], reason=text, quotes=(
        Quote(text=text, start_char=0, end_char=len(text), start=0.5, end=1.25),
    ))  # fmt: skip
    odd = replace(report, organisation=text, answers=(replace(report.answers[0], scores=(spoken,)),))

    assert from_json(to_json(odd)) == odd


def _with(exported: bytes, **members: object) -> bytes:
    return json.dumps(json.loads(exported) | members).encode()


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("overall_score", "76.5"),
        ("overall_score", 101),
        ("overall_score", True),
        ("needs_human", 1),
        ("generated_at", "2026-03-02T09:15:04"),
        ("generated_at", "2026-03-02T09:15:04+03:00"),
        ("generated_at", "yesterday"),
        ("accent", "red; background: url(x)"),
        ("emotion_score", 50),
        ("answers", None),
    ],
)
def test_a_wrong_member_is_named(exported: bytes, member: str, value: object) -> None:
    with pytest.raises(Malformed) as refused:
        from_json(_with(exported, **{member: value}))

    assert list(refused.value.fields) == [member]


@pytest.mark.parametrize("level", [0, 6, 3.5, "4"])
def test_a_level_off_the_scale_is_refused(exported: bytes, level: object) -> None:
    report = json.loads(exported)
    report["answers"][0]["scores"][0]["level"] = level

    with pytest.raises(Malformed) as refused:
        from_json(json.dumps(report).encode())

    assert list(refused.value.fields) == ["answers.0.scores.0.level"]


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff"])
def test_what_is_no_report_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        from_json(data)


def test_a_report_of_a_later_format_says_so(exported: bytes) -> None:
    with pytest.raises(Malformed, match="schema version 4"):
        from_json(_with(exported, schema_version=4))


def test_a_moment_is_spelt_in_utc_and_needs_a_zone() -> None:
    tallinn = timezone(timedelta(hours=3))

    assert moment(datetime(2026, 3, 2, 1, 15, 4, 999, tallinn)) == "2026-03-01T22:15:04Z"
    assert moment(datetime(2026, 3, 2, tzinfo=UTC)) == "2026-03-02T00:00:00Z"
    with pytest.raises(ValueError, match="time zone"):
        moment(datetime(2026, 3, 2))  # noqa: DTZ001 - the mistake under test
