"""The report's PDF beside ReportLab: the same four pages by both, in turn, in one run.

    python tests/bench/bench_report_pdf.py [--rounds 40]

Prints one JSON object: medians in microseconds of CPU time (all threads of the process) and their ratio.
Each round has a new word in every sentence, so that neither side can answer from what it remembers. Both start
from the same strings (ReportLab from them parsed, ours from JSON) and embed the same Inter; ours also tags the
document and claims PDF/UA, which ReportLab cannot do.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import statistics
import struct
import sys
import time
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pypdfium2 as pdfium
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Image, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

from colloquy.contexts.reporting.policy.json import from_json
from colloquy.contexts.reporting.policy.paper import paper
from colloquy.providers.typesetting import typst as ours

ROOT = Path(__file__).parents[2]
FONTS = Path(ours.__file__).parent / "fonts"
SAMPLE = ROOT / "tests" / "contexts" / "reporting" / "report.json"


def png(width: int = 320, height: int = 180) -> bytes:
    """A picture with a gradient, as large as a thumbnail."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = b"".join(b"\0" + bytes((x + y) % 256 for x in range(width) for _ in "rgb") for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def table(rows: list[list[Any]], widths: list[float] | None = None) -> Table:
    """A table as tight as ours; platypus pads every cell by 3 points."""
    return Table(
        rows, colWidths=widths, style=[("TOPPADDING", (0, 0), (-1, -1), 1), ("BOTTOMPADDING", (0, 0), (-1, -1), 1)]
    )


def by_reportlab(data: dict[str, Any], picture: bytes) -> bytes:
    """The pages of report.typ in platypus: the same strings, tables, picture and page numbers."""
    body = ParagraphStyle("body", fontName="Inter", fontSize=9.5, leading=13)
    bold = ParagraphStyle("bold", parent=body, fontName="Inter-SemiBold", spaceBefore=8, spaceAfter=4)
    quiet = ParagraphStyle("quiet", parent=body, fontSize=8.5, textColor="#57534e")
    large = ParagraphStyle("large", parent=bold, fontSize=24, leading=28)

    def p(text: str, style: ParagraphStyle = body) -> Paragraph:
        return Paragraph(escape(text), style)

    def dots(level: float) -> Paragraph:
        return p("●" * int(level) + "○" * (5 - int(level)))

    story: list[Any] = [p(data["organisation"], quiet), p(data["name"], large), p(data["role"])]
    story += [p(" · ".join(data["facts"]), quiet), Spacer(0, 16)]
    story.append(table([[[p(n["label"], quiet), p(n["value"], large), p(n["note"], quiet)] for n in data["numbers"]]]))
    story += [p(data["basis"]), *(p(said, bold) for said in data["attention"]), p("Competencies", bold)]
    rows = [
        [p(row["name"]), dots(row["dots"]), p(row["level"], bold), p(row["from"], quiet),
         [p(said, quiet) for said in row["people"]]]
        for row in data["competencies"]
    ]  # fmt: skip
    story.append(table(rows, [50 * mm, 22 * mm, 14 * mm, 48 * mm, 32 * mm]))
    story.append(p("People", bold))
    for verdict in data["verdicts"]:
        story += [p(verdict["what"], bold), p(verdict["who"], quiet), *(p(why) for why in verdict["why"])]
    story += [p("How this was made", bold), table([[p(a, quiet), p(b)] for a, b in data["method"]])]
    story += [p(f"• {note}") for note in data["notes"]] + [p(data["creed"], bold)]
    for answer in data["answers"]:
        story += [PageBreak(), p(answer["place"], quiet), *(p(said, bold) for said in answer["question"])]
        facts = table([[p(a, quiet), p(b)] for a, b in answer["facts"]])
        still = Image(io.BytesIO(picture), 56 * mm, 31.5 * mm) if answer["picture"] else ""
        story += [table([[still, facts]]), *(p(why) for why in answer["why"])]
        for score in answer["scores"]:
            story.append(table([[p(score["name"], bold), dots(score["dots"]), p(score["level"], quiet)]]))
            story += [p(reason) for reason in score["reason"]]
            story += [table([[p(q["time"], quiet), p(f"“{q['text']}”")]], [12 * mm, 150 * mm])
                      for q in score["quotes"]]  # fmt: skip
        for piece in answer["transcript"]:
            marked = "".join(
                f'<span backColor="#d9e9e7">{escape(run["text"])}</span>' if run["quoted"] else escape(run["text"])
                for run in piece["runs"]
            )
            row = [p(piece["time"], quiet), Paragraph(marked, body)]
            story.append(table([row], [12 * mm, 150 * mm]))

    def footer(canvas: Any, _document: Any) -> None:
        canvas.setFont("Inter", 8)
        canvas.drawString(22 * mm, 12 * mm, f"{data['name']} · {data['role']}")
        canvas.drawRightString(188 * mm, 12 * mm, f"Page {canvas.getPageNumber()}")

    out = io.BytesIO()
    margins: dict[str, float] = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), 20 * mm)
    SimpleDocTemplate(out, pagesize=A4, title=data["title"], **margins).build(
        story, onFirstPage=footer, onLaterPages=footer
    )
    return out.getvalue()


def varied(strings: Any, number: int) -> Any:
    """Every sentence of the report with another word in it, as no two candidates share a page."""
    if isinstance(strings, dict):
        return {key: varied(value, number) for key, value in strings.items()}
    if isinstance(strings, list):
        return [varied(value, number) for value in strings]
    return f"{strings} {number:03}" if isinstance(strings, str) and " " in strings else strings


def cpu_us(work: Callable[[], bytes]) -> tuple[float, bytes]:
    begun = time.process_time_ns()
    result = work()
    return (time.process_time_ns() - begun) / 1000, result


def measure(rounds: int) -> dict[str, float | int]:
    """Both in turn, after three rounds that do not count (fonts are read, modules loaded)."""
    for name in ("Inter-Regular", "Inter-SemiBold"):
        pdfmetrics.registerFont(TTFont(name.removesuffix("-Regular"), str(FONTS / f"{name}.ttf")))
    report = from_json(SAMPLE.read_bytes())
    picture, path = png(), report.answers[0].thumbnail_path or ""
    typesetter = ours.TypstTypesetter()
    loop = asyncio.new_event_loop()

    def set_by_typst(data: bytes) -> bytes:
        return loop.run_until_complete(typesetter.pdf("report", data, {path: picture}))

    took: dict[str, list[float]] = {"ours": [], "reportlab": []}
    sizes: dict[str, int] = {}
    for number in range(-3, rounds):
        strings = varied(json.loads(paper(report, pictures={path})), number + 3)
        data = json.dumps(strings, ensure_ascii=False).encode()
        turns: dict[str, Callable[[], bytes]] = {
            "ours": partial(set_by_typst, data),
            "reportlab": partial(by_reportlab, strings, picture),
        }
        for name in sorted(turns, reverse=number % 2 == 0):
            spent, pdf = cpu_us(turns[name])
            if len(pdfium.PdfDocument(pdf)) != 4:
                raise SystemExit(f"{name} did not set four pages; the comparison is void.")
            sizes[name] = len(pdf)
            if number >= 0:
                took[name].append(spent)
    loop.close()
    medians = {name: statistics.median(values) for name, values in took.items()}
    return {
        "rounds": rounds,
        "ours_cpu_us": round(medians["ours"]),
        "reportlab_cpu_us": round(medians["reportlab"]),
        "ratio": round(medians["ours"] / medians["reportlab"], 2),
        "ours_bytes": sizes["ours"],
        "reportlab_bytes": sizes["reportlab"],
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=40)
    json.dump(measure(parser.parse_args().rounds), sys.stdout, indent=2)
    sys.stdout.write("\n")
