"""PDF, RTF and tables that start, send or unpack what they should not."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from tests.hostile import archives
from tests.hostile.archives import MIB
from tests.hostile.samples import EICAR, PROCESSED, Sample, Traps, sample


def pdf(*more: bytes, catalog: bytes = b"", count: int = 1, head: bytes = b"%PDF-1.7\n") -> bytes:
    """A PDF of one page with further objects from number 4 on."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>",
        b"<</Type/Pages/Kids[3 0 R]/Count %d>>" % count,
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
        *more,
    ]
    made, places = bytearray(head), []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    made += b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, made.index(b"xref"))
    return bytes(made)


def stream(content: bytes, entries: bytes = b"", layers: int = 1) -> bytes:
    """An object with a packed stream."""
    for _layer in range(layers):
        content = zlib.compress(content, 9)
    filters = b"/Filter[" + b"/FlateDecode " * layers + b"]"
    return b"<<" + filters + entries + b"/Length %d>>\nstream\n%s\nendstream" % (len(content), content)


HONEST = pdf(stream(b"BT (Hello) Tj ET " * 40))


def samples(traps: Traps) -> Iterator[Sample]:
    """Every paper with what must become of it."""
    yield from _starting(traps)
    yield from _unpacking()
    yield from _confusing()
    yield from _rich_text(traps)
    yield from _tables(traps)
    yield sample("eicar", pdf(b"<<>>\nstream\n" + EICAR + b"\nendstream"), "attached.pdf")
    yield sample("pdf honest", HONEST, "cv.pdf", PROCESSED)


def _starting(traps: Traps) -> Iterator[Sample]:
    for key in (b"/S/Launch", b"/S /L#61unch", b"/S/#4c#61#75nch"):
        action = b"/OpenAction<<" + key + b"/F(cmd.exe)>>"
        yield sample("pdf starts", pdf(catalog=action), "launch.pdf", "pdf_starts_programs")
    hidden = stream(b"<</S/Launch/F(cmd.exe)>>", b"/Type/ObjStm/N 1/First 0")
    yield sample("pdf starts", pdf(hidden), "hidden.pdf", "pdf_starts_programs")
    twice = stream(b"<</S/Launch/F(cmd.exe)>>", b"/Type/ObjStm/N 1/First 0", layers=2)
    yield sample("pdf starts", pdf(twice), "hidden twice.pdf", "pdf_starts_programs")
    url = traps.url.encode()
    for action in (
        b"/S/JavaScript/JS(app.alert(1))",
        b"/S/J#61vaScript/JS(this.submitForm('" + url + b"'))",
        b"/S/SubmitForm/F(" + url + b")",
        b"/S/GoToR/F(" + traps.canary.encode() + b")",
        b"/S/URI/URI(" + url + b")",
        b"/S/ImportData/F(" + traps.canary.encode() + b")",
        b"/S/Rendition",
    ):
        yield sample("pdf acts", pdf(catalog=b"/OpenAction<<" + action + b">>"), "acts.pdf", PROCESSED)
    for entry in (b"/AcroForm<</XFA(x)>>", b"/Names<</EmbeddedFiles<<>>>>", b"/Encrypt 9 0 R", b"/Type/RichMedia"):
        yield sample("pdf acts", pdf(catalog=entry), "holds.pdf", PROCESSED)
    external = b"<</F(" + traps.canary.encode() + b")/FFilter/FlateDecode/Length 0>>\nstream\n\nendstream"
    yield sample("pdf acts", pdf(external), "external stream.pdf", PROCESSED)


def _unpacking() -> Iterator[Sample]:
    for size in (30, 60, 120):
        yield sample("pdf bomb", pdf(stream(bytes(size * MIB))), "flate.pdf", "pdf_bomb")
    for layers in (2, 3, 5, 9):
        yield sample("pdf bomb", pdf(stream(bytes(30 * MIB), layers=layers)), "layers.pdf", "pdf_bomb")
    yield sample("pdf bomb", pdf(stream(bytes(30 * MIB), b"/Type/ObjStm")), "objects.pdf", "pdf_bomb")
    yield sample("pdf bomb", pdf(*[stream(bytes(MIB))] * 60), "many.pdf", "pdf_bomb")
    huge = b"/Subtype/Image/Width 60000/Height 60000/BitsPerComponent 8"
    yield sample("pdf bomb", pdf(stream(bytes(99), huge)), "image.pdf", "picture_too_large")
    for count in (5_001, 10**9, 10**12 - 1):
        yield sample("pdf bomb", pdf(count=count), "pages.pdf", "pdf_bomb")
    yield sample("pdf bomb", pdf(*[b"0"] * 300_001), "objects.pdf", "pdf_bomb")


def _confusing() -> Iterator[Sample]:
    yield sample("pdf loops", pdf(b"<</Type/Pages/Kids[4 0 R]>>", catalog=b"/Pages 4 0 R"), "loop.pdf", PROCESSED)
    yield sample("pdf loops", HONEST.replace(b"trailer<<", b"trailer<</Prev 9"), "prev.pdf", PROCESSED)
    yield sample("pdf loops", HONEST.replace(b"xref\n0", b"xref\n0 999999999 %"), "xref.pdf", PROCESSED)
    for opening in (b"[", b"<<", b"(", b"<</A"):
        deep = opening * (MIB // len(opening))
        yield sample("pdf deep", pdf(deep), "deep.pdf", PROCESSED)
        yield sample("pdf deep", b"%PDF-1.7\n" + deep, "deep.pdf", "damaged_file")
    yield sample("pdf deep", pdf(b"stream\n" * 200_000), "streams.pdf", PROCESSED)
    yield sample("pdf broken", HONEST[: len(HONEST) // 2], "half.pdf", "damaged_file")
    yield sample("pdf broken", b"%PDF-1.7\n", "head.pdf", "damaged_file")
    yield sample("pdf broken", pdf(b"<</Filter/FlateDecode>>\nstream\n" + b"\xff" * 999), "noise.pdf", PROCESSED)
    for before in (b"MZ" + bytes(60), b"<html><script>1</script>", b"GIF89a;", b"#!/bin/sh\n", b"PNG", b"\x7fELF"):
        expect = "two_things" if before != b"PNG" else PROCESSED
        yield sample("polyglot", before + HONEST, "both.pdf", expect)
    yield sample("polyglot", HONEST + archives.HONEST, "both.pdf", "two_things")
    yield sample("polyglot", pdf(head=b"\r\n\r\n%PDF-1.4\n"), "mail.pdf", PROCESSED)


def _rich_text(traps: Traps) -> Iterator[Sample]:
    for inside, expect in (
        ("hello", PROCESSED),
        (r"{\object\objemb{\*\objdata 0105}}", "file_with_objects"),
        (r"{\object\objautlink\objupdate}", "file_with_objects"),
        (r"{\*\template " + traps.url + "}", "external_parts"),
        (r"{\field{\*\fldinst INCLUDETEXT " + traps.canary + "}}", "external_parts"),
        (r"{\field{\*\fldinst INCLUDEPICTURE " + traps.url + "}}", "external_parts"),
        (r"{\field{\*\fldinst DDEAUTO c:\\cmd.exe}}", "file_runs_commands"),
        ("{" * 200_000, PROCESSED),
        (r"\bin999999999 ", PROCESSED),
        (r"\fldinst" * 50_000, PROCESSED),
    ):
        yield sample("rtf", (r"{\rtf1 " + inside + "}").encode(), "a.rtf", expect)


def _tables(traps: Traps) -> Iterator[Sample]:
    for cell in (
        "=cmd|'/C calc'!A0",
        '=HYPERLINK("' + traps.url + '")',
        "@SUM(1)",
        "+1+1",
        "-2",
        "=1+1",
        '"=IMPORTXML(1)"',
    ):
        yield sample("csv", f"name,mark\nAda,{cell}\n".encode(), "t.csv", PROCESSED)
    yield sample("csv", b"," * (2 * MIB), "commas.csv", PROCESSED)
    yield sample("csv", b'"' * (2 * MIB), "quotes.csv", PROCESSED)
    yield sample("csv", b"a,\x00b", "zero.csv", "file_not_accepted")
