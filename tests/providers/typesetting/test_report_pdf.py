"""The printed report, read back out of its PDF."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import replace
from typing import Any

import anyio
import pypdfium2 as pdfium
import pytest

from colloquy.contexts.reporting.policy.document import ReportDocument
from colloquy.contexts.reporting.policy.paper import CREED, paper
from colloquy.providers.typesetting.port import UnknownTemplateError, UnreadablePictureError
from colloquy.providers.typesetting.typst import TypstTypesetter


def png(width: int = 320, height: int = 180) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = b"".join(b"\0" + b"\x30\x60\x90" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def pages(pdf: bytes) -> list[str]:
    """The text of each page, with every run of white space as one space."""
    document = pdfium.PdfDocument(pdf)
    try:
        return [re.sub(r"[\s\u200b]+", " ", page.get_textpage().get_text_bounded()) for page in document]
    finally:
        document.close()


def pictures_on(pdf: bytes, number: int) -> list[Any]:
    document = pdfium.PdfDocument(pdf)
    try:
        page = document[number]
        kinds = [found.type for found in page.get_objects(max_depth=5)]
        return [kind for kind in kinds if kind == pdfium.raw.FPDF_PAGEOBJ_IMAGE]
    finally:
        document.close()


async def test_a_summary_and_a_page_a_question(typesetter: TypstTypesetter, report: ReportDocument) -> None:
    summary, first, second, third = pages(await typesetter.pdf("report", paper(report), {}))

    for said in ("Анна Петрова", "Backend engineer", "77", "between 70 and 83", "Mean of answers 1 and 3", CREED,
                 "Decision: Advance", "Maria Keller: 4", "rules:1", "Page 1 of 4"):  # fmt: skip
        assert said in summary
    for said in ("Question 1 of 3", "4 of 5", "0:36 “The slow query log showed one report”", "low accuracy"):
        assert said in first
    assert "This answer has no score. No speech was found in the recording." in second
    for said in ("not enough evidence", "Кэш прячет проблему, а не решает её", "Page 4 of 4"):
        assert said in third


async def test_the_pdf_is_accessible_and_says_what_it_is(typesetter: TypstTypesetter, report: ReportDocument) -> None:
    pdf = await typesetter.pdf("report", paper(report), {})
    document = pdfium.PdfDocument(pdf)

    assert document.get_metadata_dict()["Title"] == "Interview report: Анна Петрова"
    assert document.get_metadata_dict()["CreationDate"].startswith("D:20260302091504")
    assert pdfium.raw.FPDFCatalog_IsTagged(document.raw)
    assert b"pdfuaid:part" in pdf
    document.close()


async def test_the_same_report_is_the_same_bytes(typesetter: TypstTypesetter, report: ReportDocument) -> None:
    once = await typesetter.pdf("report", paper(report), {})
    await anyio.sleep(1.1)  # a clock in the file would show by now

    assert await TypstTypesetter().pdf("report", paper(report), {}) == once


async def test_the_thumbnail_is_on_its_page_and_nowhere_else(
    typesetter: TypstTypesetter, report: ReportDocument
) -> None:
    path = report.answers[0].thumbnail_path
    assert path is not None
    pdf = await typesetter.pdf("report", paper(report, pictures={path}), {path: png()})

    assert [len(pictures_on(pdf, number)) for number in range(4)] == [0, 1, 0, 0]


async def test_a_broken_picture_costs_the_picture_not_the_report(
    typesetter: TypstTypesetter, report: ReportDocument
) -> None:
    path = report.answers[0].thumbnail_path
    assert path is not None
    pdf = await typesetter.pdf("report", paper(report, pictures={path}), {path: png()[:60]})

    assert "Question 1 of 3" in pages(pdf)[1]
    assert pictures_on(pdf, 1) == []


async def test_a_character_no_font_has_costs_the_claim_not_the_report(
    typesetter: TypstTypesetter, report: ReportDocument
) -> None:
    name = "Anna \U0010fffd Petrova"
    pdf = await typesetter.pdf("report", paper(replace(report, candidate=replace(report.candidate, name=name))), {})
    document = pdfium.PdfDocument(pdf)

    assert "Anna" in pages(pdf)[0]
    assert pdfium.raw.FPDFCatalog_IsTagged(document.raw)
    assert b"pdfuaid:part" not in pdf
    document.close()


@pytest.mark.parametrize("file", [b"", b"<svg onload='x'/>", b"%PDF-1.7", b"#panic()"])
async def test_what_is_no_picture_is_refused(typesetter: TypstTypesetter, report: ReportDocument, file: bytes) -> None:
    with pytest.raises(UnreadablePictureError, match=r"still\.jpg"):
        await typesetter.pdf("report", paper(report), {"still.jpg": file})


ODD = [
    '#import "/report.typ"',
    '#panic("run")',
    '#read("/report.typ")',
    "$x^2$ and $ sum $",
    r"C:\temp\new \u{41}",
    "*bold* _soft_ `raw` <label> @ref // no comment /* nor this */",
    "[a] {b} (c) = not a heading - not a list + nor this",
    '"; #let x = 1',
    "https://example.org/?a=b&c=d~e",
]  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
async def test_markup_in_any_text_is_text(typesetter: TypstTypesetter, report: ReportDocument, odd: str) -> None:
    heard = report.answers[0].transcript
    assert heard is not None
    answer = replace(report.answers[0], question=odd, transcript=replace(heard, text=odd, words=()), scores=(
        replace(report.answers[0].scores[0], competency=odd, reason=odd, quotes=(
            replace(report.answers[0].scores[0].quotes[0], text=odd, start_char=0, end_char=len(odd)),
        )),
    ))  # fmt: skip
    data = paper(replace(report, candidate=replace(report.candidate, name=odd), answers=(answer,)))
    summary, page = pages(await typesetter.pdf("report", data, {}))

    # PDFium joins what was hyphenated at a line's end and may drop a space there; the characters decide.
    wanted = re.sub(r"\s", "", odd)
    assert wanted in re.sub(r"\s", "", summary)
    assert re.sub(r"\s", "", page).count(wanted) >= 5


@pytest.mark.parametrize(
    "name",
    [
        "שרה לוי",
        "محمد علي",
        "Zoë Ångström",
        "Ώρα",
        "Nguyễn Thị Ánh",
        "😀 Anna",
        "A\0nna",
        "\u202eannA",
        "\ufffe",
        "王小明",
    ],
)
async def test_a_name_in_any_script_makes_a_report(
    typesetter: TypstTypesetter, report: ReportDocument, name: str
) -> None:
    pdf = await typesetter.pdf("report", paper(replace(report, candidate=replace(report.candidate, name=name))), {})

    assert len(pages(pdf)) == 4


async def test_a_long_transcript_flows_on_and_nothing_is_lost(
    typesetter: TypstTypesetter, report: ReportDocument
) -> None:
    heard = report.answers[0].transcript
    assert heard is not None
    text = " ".join(f"word{number}" for number in range(4000))
    long = replace(report.answers[0], transcript=replace(heard, text=text, words=()), scores=())
    found = pages(await typesetter.pdf("report", paper(replace(report, answers=(long, report.answers[1]))), {}))

    assert len(found) > 6
    read = re.findall(r"word\d+", " ".join(found))
    assert read == text.split()
    assert "Question 2 of 2" in found[-1]


async def test_an_answer_without_any_text_is_a_page(typesetter: TypstTypesetter, report: ReportDocument) -> None:
    bare = replace(report, answers=(replace(report.answers[1], question="", state_reason=None),), reviews=(),
                   decision=None, band=None, judged_share=None, overall_score=None)  # fmt: skip

    summary, page = pages(await typesetter.pdf("report", paper(bare), {}))

    assert "Decision: not taken yet" in summary
    assert "This answer has no score." in page


async def test_an_interview_without_answers_is_one_page(typesetter: TypstTypesetter, report: ReportDocument) -> None:
    assert len(pages(await typesetter.pdf("report", paper(replace(report, answers=())), {}))) == 1


async def test_many_reports_at_once_do_not_mix(typesetter: TypstTypesetter, report: ReportDocument) -> None:
    names = [f"Candidate {number}" for number in range(8)]
    made: dict[str, bytes] = {}

    async def make(name: str) -> None:
        data = paper(replace(report, candidate=replace(report.candidate, name=name)))
        made[name] = await typesetter.pdf("report", data, {})

    async with anyio.create_task_group() as tasks:
        for name in names:
            tasks.start_soon(make, name)

    assert {name: name in pages(pdf)[0] for name, pdf in made.items()} == dict.fromkeys(names, True)


@pytest.mark.parametrize("template", ["letter", "../port", "/etc/passwd"])
async def test_an_unknown_template_is_named(typesetter: TypstTypesetter, template: str) -> None:
    with pytest.raises(UnknownTemplateError, match="There is no template"):
        await typesetter.pdf(template, b"{}", {})
