"""Files as answers: known by their content, kept under a safe name, given back only to be saved."""

import hashlib

import pytest
from tests.contexts.media.making import found, send
from tests.hostile import papers

from colloquy.contexts.media import public as media
from colloquy.contexts.media.policy import files, names
from colloquy.kit.crypto import Secret
from colloquy.providers.documents.port import Verdict
from colloquy.providers.storage.spool import UploadTooLarge

PDF = papers.HONEST


def test_every_kind_has_a_type_and_every_refusal_says_what_to_send():
    for kind in files.KINDS:
        assert files.file_type(Verdict(kind)).endings
    for reason, text in files.REFUSALS.items():
        with pytest.raises(files.FileRefused) as refused:
            files.file_type(Verdict(refused=reason))
        assert refused.value.reason == reason
        assert any(word in text.lower() for word in ("send", "save it", "pack the files")), text


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
    assert given.headers["content-security-policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"

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
