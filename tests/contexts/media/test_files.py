"""Files as answers: known by their content, kept under a safe name, given back only to be saved."""

import hashlib
import io
import zipfile

import pytest
from tests.contexts.media.making import found, send

from colloquy.contexts.media import public as media
from colloquy.contexts.media.policy import files, names
from colloquy.contexts.media.policy.files import file_type
from colloquy.kit.crypto import Secret
from colloquy.providers.storage.spool import UploadTooLarge
from colloquy.providers.transcoder.port import EmptyFile, MediaRejected


def archive(*names, first=None):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        if first is not None:
            made.writestr(zipfile.ZipInfo("mimetype"), first)
        for name in names:
            made.writestr(name, "x")
    return target.getvalue()


PDF = b"%PDF-1.7\n1 0 obj\n"
DOCX = archive("[Content_Types].xml", "word/document.xml")
KINDS = {
    "pdf": (PDF, "cv.pdf", "application/pdf"),
    "pdf after a greeting": (b"\r\nhello " + PDF, "cv.pdf", "application/pdf"),
    "docx": (DOCX, "cv.docx", files.DOCX.content_type),
    "xlsx": (archive("xl/workbook.xml"), "a.xlsx", files.XLSX.content_type),
    "pptx": (archive("ppt/presentation.xml"), "a.pptx", files.PPTX.content_type),
    "odt": (archive("content.xml", first=files.ODT.content_type), "a.odt", files.ODT.content_type),
    "zip": (archive("main.py"), "work.zip", "application/zip"),
    "rtf": (b"{\\rtf1 hello}", "a.rtf", "application/rtf"),
    "png": (b"\x89PNG\r\n\x1a\n....", "a.png", "image/png"),
    "jpeg": (b"\xff\xd8\xff\xe0....", "a.jpeg", "image/jpeg"),
    "text": ("Привет, мир".encode(), "письмо.txt", "text/plain"),
    "text in an old code": ("Привет, мир".encode("cp1251"), "письмо.txt", "text/plain"),
    "text in UTF-16": ("Hello".encode("utf-16"), "a.txt", "text/plain"),
    "markdown": (b"# Me\n", "README.md", "text/markdown"),
    "csv": (b"a;b\n1;2\n", "a.CSV", "text/csv"),
    "no ending": (b"just words", "notes", "text/plain"),
    "a name that lies": (PDF, "cv.docx", "application/pdf"),
}


@pytest.mark.parametrize(("data", "name", "content_type"), KINDS.values(), ids=KINDS)
def test_a_document_is_known_by_its_content(tmp_path, data, name, content_type):
    path = tmp_path / "file"
    path.write_bytes(data)
    assert file_type(path, name).content_type == content_type


REFUSED = {
    "program": (b"MZ\x90\x00\x03", "cv.pdf", "file_not_accepted"),
    "unix program": (b"\x7fELF\x02\x01\x01\x00", "cv", "file_not_accepted"),
    "page": (b"<html><script>alert(1)</script>", "cv.html", "file_not_accepted"),
    "picture with script": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "file_not_accepted"),
    "shell": (b"#!/bin/sh\n", "cv.sh", "file_not_accepted"),
    "binary called text": (b"abc\x00\x01\x02", "cv.txt", "file_not_accepted"),
    "old word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "cv.doc", "file_not_accepted"),
    "macros": (archive("word/document.xml", "word/vbaProject.bin"), "cv.docm", "file_with_macros"),
    "half an archive": (DOCX[:60], "cv.docx", "file_not_accepted"),
    "empty": (b"", "cv.pdf", "empty_file"),
}


@pytest.mark.parametrize(("data", "name", "code"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_on_the_list_is_refused_with_advice(tmp_path, data, name, code):
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises((MediaRejected, EmptyFile)) as refused:
        file_type(path, name)
    assert refused.value.code == code
    assert any(word in refused.value.message for word in ("Save", "Send", "send"))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("cv.pdf", "cv.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Ada\\Mein Lebenslauf.pdf", "Mein Lebenslauf.pdf"),
        ("резюме Анны.pdf", "резюме Анны.pdf"),
        ("cv\u202efdp.exe", "cvfdp.exe"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
        ("..", "file"),
        (".htaccess", "htaccess"),
        ("CON.txt", "file-CON.txt"),
        ("", "file"),
        (None, "file"),
        ("x" * 400 + ".pdf", "x" * 146 + ".pdf"),
        ("x" * 400, "x" * 150),
    ],
)
def test_a_name_is_made_safe(given, kept):
    assert names.safe_name(given) == kept


def test_a_header_carries_every_name():
    header = names.attachment('резюме "Ада" café.pdf')
    assert header.isascii()
    assert header.startswith('attachment; filename="')
    assert header.endswith(
        "filename*=UTF-8''%D1%80%D0%B5%D0%B7%D1%8E%D0%BC%D0%B5%20%22%D0%90%D0%B4%D0%B0%22%20caf%C3%A9.pdf"
    )
    plain = header.partition('filename="')[2].partition('";')[0]
    assert "\\" not in plain
    assert '"' not in plain


async def test_a_file_is_kept_and_given_back_only_to_be_saved(runtime, api, make_organisation, run_jobs, queued):
    await run_jobs()
    scope = (await make_organisation()).scope
    recording_id = await send(runtime, scope, PDF, kind="file", source="upload", file_name="../Lebenslauf Ä.docx")
    await run_jobs()
    recording = await found(runtime, scope, recording_id)
    assert (recording.kind, recording.source, recording.state) == ("file", "upload", "processed")
    assert (recording.file_name, recording.content_type) == ("Lebenslauf Ä.docx.pdf", "application/pdf")
    assert (recording.sha256, recording.received_bytes) == (hashlib.sha256(PDF).hexdigest(), len(PDF))
    assert (recording.has_playback, recording.duration_seconds) == (False, None)

    address = media.media_address(runtime.provided.get(Secret), scope, recording_id, "original")
    given = await api.get(address)
    assert (given.content, given.headers["content-type"]) == (PDF, "application/pdf")
    assert given.headers["content-disposition"].startswith("attachment; ")
    assert "Lebenslauf%20%C3%84.docx.pdf" in given.headers["content-disposition"]
    assert given.headers["x-content-type-options"] == "nosniff"
    assert given.headers["content-security-policy"].startswith("sandbox")

    async with runtime.database.begin(scope) as db:
        await media.request_transcript(db, scope, recording_id)
    assert "media.transcribe" not in await queued(scope.org_id)
    assert (await found(runtime, scope, recording_id)).transcript_state == "none"


async def test_a_refused_file_says_why_and_is_not_kept(runtime, api, make_organisation, run_jobs):
    await run_jobs()
    scope = (await make_organisation()).scope
    recording_id = await send(runtime, scope, b"MZ\x90\x00", kind="file", source="upload", file_name="cv.pdf")
    await run_jobs()
    recording = await found(runtime, scope, recording_id)
    assert (recording.state, recording.reason_code) == ("rejected", "file_not_accepted")
    assert "PDF" in recording.reason
    address = media.media_address(runtime.provided.get(Secret), scope, recording_id, "original")
    assert (await api.get(address)).status_code == 404


async def test_a_file_may_not_be_larger_than_fifty_megabytes(runtime, make_organisation):
    scope = (await make_organisation()).scope
    async with runtime.database.begin(scope) as db:
        made = await media.create_recording(
            db,
            scope,
            kind="file",
            language="en",
            max_seconds=0,
            max_bytes=1 << 40,
            declared_type="",
            declared_bytes=None,
            file_name="a.pdf",
        )
        upload = await media.open_upload(db, made.upload_id)
        assert upload.max_bytes == 50_000_000
        with pytest.raises(UploadTooLarge) as refused:
            await media.declare_length(db, scope, made.recording_id, 50_000_001)
    assert refused.value.extra == {"limit": 50_000_000}
    with pytest.raises(UploadTooLarge):
        await send(runtime, scope, bytes(101), max_bytes=100)


async def test_another_organisation_does_not_see_it(runtime, make_organisation):
    scope, other = (await make_organisation()).scope, (await make_organisation()).scope
    recording_id = await send(runtime, scope, PDF, kind="file", file_name="a.pdf")
    async with runtime.database.begin(other) as db:
        assert await media.recordings(db, other, [recording_id]) == {}
