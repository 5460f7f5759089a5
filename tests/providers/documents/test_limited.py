"""Documents: known by their content, refused with a code, read by a process that may use little and reach nothing."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.hostile import archives, office, papers, pictures

from colloquy.contexts.media.policy.files import FLAGS, KINDS, REFUSALS
from colloquy.kit.errors import Transient
from colloquy.providers.documents import limited
from colloquy.providers.documents.limited import LimitedDocuments
from colloquy.providers.transcoder.sandbox import Limits

READING = Path(limited.worker.__file__).parent


@pytest.fixture
def look(tmp_path):
    async def inspect(data, name, documents=None):
        path = tmp_path / "file"
        path.write_bytes(data)
        return await (documents or LimitedDocuments()).inspect(path, name)

    return inspect


PDF = papers.HONEST
KIND_OF = {
    "pdf": (PDF, "cv.pdf", "pdf"),
    "pdf after a greeting": (b"\r\nhello " + PDF, "cv.pdf", "pdf"),
    "docx": (office.docx(), "cv.docx", "docx"),
    "xlsx": (office.xlsx(), "a.xlsx", "xlsx"),
    "pptx": (archives.packed({"ppt/presentation.xml": b"<p/>"}), "a.pptx", "pptx"),
    "odt": (office.odt(), "a.odt", "odt"),
    "zip": (archives.HONEST, "work.zip", "zip"),
    "rtf": (b"{\\rtf1 hello}", "a.rtf", "rtf"),
    "png": (pictures.png(), "a.png", "png"),
    "jpeg": (pictures.jpeg(), "a.jpeg", "jpeg"),
    "text": ("Привет, мир".encode(), "письмо.txt", "txt"),
    "text in an old code": ("Привет, мир".encode("cp1251"), "письмо.txt", "txt"),
    "text in UTF-16": ("Hello".encode("utf-16"), "a.txt", "txt"),
    "markdown": (b"# Me\n", "README.md", "md"),
    "csv": (b"a;b\n1;2\n", "a.CSV", "csv"),
    "no ending": (b"just words", "notes", "txt"),
    "a name that lies": (PDF, "cv.docx", "pdf"),
}


@pytest.mark.parametrize(("data", "name", "kind"), KIND_OF.values(), ids=KIND_OF)
async def test_a_document_is_known_by_its_content(look, data, name, kind):
    verdict = await look(data, name)
    assert (verdict.kind, verdict.refused, verdict.flags) == (kind, None, ())


REFUSED = {
    "program": (b"MZ\x90\x00\x03", "cv.pdf", "file_not_accepted"),
    "unix program": (b"\x7fELF\x02\x01\x01\x00", "cv", "file_not_accepted"),
    "page": (b"<html><script>alert(1)</script>", "cv.html", "file_not_accepted"),
    "picture with script": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "file_not_accepted"),
    "shell": (b"#!/bin/sh\n", "cv.sh", "file_not_accepted"),
    "binary called text": (b"abc\x00\x01\x02", "cv.txt", "file_not_accepted"),
    "binary far behind text": (b"a" * (2 << 20) + b"\x00", "cv.txt", "file_not_accepted"),
    "old word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "cv.doc", "old_office"),
    "half an archive": (archives.HONEST[:60], "cv.docx", "damaged_file"),
    "an archive of nothing": (b"PK\x03\x04" + archives.HONEST + b"PK\x05\x06" + bytes(18), "a.zip", "damaged_file"),
    "half a document": (PDF[:60], "cv.pdf", "damaged_file"),
    "empty": (b"", "cv.pdf", "empty_file"),
}


@pytest.mark.parametrize(("data", "name", "code"), REFUSED.values(), ids=REFUSED)
async def test_what_is_not_taken_is_refused_with_a_code(look, data, name, code):
    verdict = await look(data, name)
    assert (verdict.kind, verdict.refused) == (None, code)


FLAGGED = {
    "scripts": (papers.pdf(catalog=b"/OpenAction<</S/J#61vaScript/JS(1)>>"), "pdf_scripts"),
    "attachments": (papers.pdf(catalog=b"/Names<</EmbeddedFiles<<>>>>"), "pdf_attachments"),
    "forms": (papers.pdf(catalog=b"/AcroForm<</XFA(x)>>"), "pdf_form"),
    "film": (papers.pdf(b"<</Subtype/RichMedia>>"), "pdf_media"),
    "sending": (papers.pdf(catalog=b"/OpenAction<</S/SubmitForm/F(http://x/)>>"), "pdf_calls_out"),
    "protected": (papers.pdf().replace(b"trailer<<", b"trailer<</Encrypt 9 0 R"), "pdf_protected"),
    "hidden in an object stream": (papers.pdf(papers.stream(b"<</JS(1)>>", b"/Type/ObjStm")), "pdf_scripts"),
    "programs": (archives.packed({"work/setup.exe": b"x"}), "programs"),
    "programs by content": (archives.packed({"work/notes": b"MZ" + bytes(99)}), "programs"),
    "another archive": (archives.packed({"a.7z": b"7z\xbc\xaf\x27\x1c"}), "archive_inside"),
    "in an archive within": (archives.packed({"a.zip": archives.packed({"x.exe": b"x"})}), "programs"),
    "objects": (office.docx(more={"word/embeddings/oleObject1.bin": b"x"}), "embedded_objects"),
    "pixels": (office.docx(more=office.relation("image", "https://example.com/x.png")), "fetches_pictures"),
    "formulas": (b"a,=cmd|'/C calc'!A0\n", "formulas"),
}


@pytest.mark.parametrize(("data", "flag"), FLAGGED.values(), ids=FLAGGED)
async def test_what_a_person_should_know_is_flagged(look, data, flag):
    verdict = await look(data, "a.csv")
    assert verdict.refused is None
    assert verdict.flags == (flag,)


def test_every_code_has_its_sentence():
    source = "".join(path.read_text() for path in READING.glob("*.py")) + Path(limited.__file__).read_text()
    for code in (*REFUSALS, *FLAGS):
        assert code in {"virus_found", "too_large_to_scan"} or f'"{code}"' in source, code
    raised = set(re.findall(r'(?:RefusedError|refused=)\(?"(\w+)"', source))
    assert raised <= set(REFUSALS), raised - set(REFUSALS)
    assert set(re.findall(r'Found\("(\w+)"', source)) <= set(KINDS)


@pytest.fixture
def doing(look, monkeypatch, tmp_path):
    """What becomes of a child process that runs these lines instead."""

    async def run(lines, limits=None):
        script = tmp_path / "worker.py"
        script.write_text(lines)
        monkeypatch.setattr(limited, "_WORKER", script)
        return await look(b"x", "a.txt", LimitedDocuments(limits) if limits else None)

    return run


SMALL = Limits(cpu_seconds=1, wall_seconds=60, memory_bytes=256 << 20, file_bytes=0, open_files=16)


async def test_a_process_that_never_stops_computing(doing):
    assert (await doing("while True: pass", SMALL)).refused == "file_too_costly"


async def test_a_process_that_takes_too_much_memory(doing):
    assert (await doing("kept = bytearray(800 << 20)")).refused == "file_too_costly"
    more = Limits(cpu_seconds=20, wall_seconds=60, memory_bytes=2 << 30, file_bytes=0)
    said = 'kept = bytearray(800 << 20); print(\'{"kind": "txt"}\')'
    assert (await doing(said, more)).kind == "txt", "so that the limit is what refused it"


async def test_a_process_that_sleeps_is_this_machines_fault(doing):
    with pytest.raises(Transient):
        await doing("import time; time.sleep(60)", Limits(cpu_seconds=5, wall_seconds=0.5))


async def test_a_process_that_breaks_is_a_bug_and_says_where(doing):
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        await doing("1 / 0")


async def test_a_process_writes_nothing_and_knows_nothing(doing, tmp_path, monkeypatch):
    monkeypatch.setenv("COLLOQUY_SECRET_KEY", "canary")
    target = tmp_path / "new"
    assert (await doing(f"open({str(target)!r}, 'w').write('x' * 9999)")).refused == "file_too_costly"
    assert target.stat().st_size == 0
    said = "import json, os; print(json.dumps({'kind': str(sorted(os.environ)) + os.getcwd()}))"
    assert "COLLOQUY" not in (await doing(said)).kind


def test_the_child_reads_itself_without_site_packages():
    """It runs with `-S`: what it imports must be there all the same."""
    said = subprocess.run(
        (sys.executable, "-I", "-S", str(READING / "worker.py"), __file__, ".txt"), capture_output=True, check=True
    )
    assert json.loads(said.stdout)["kind"] == "txt"


async def test_odd_endings_reach_no_command_line(look):
    for name in ("a.tx\u0442", "a." + "x" * 99, "a.-rf", "a.$(id)"):
        assert (await look(b"Hello.\n", name)).refused == "file_not_accepted"
