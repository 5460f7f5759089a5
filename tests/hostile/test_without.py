"""Each protection holds by itself, and without it the suite fails: otherwise the suite would prove nothing."""

import asyncio
import re
import sys
import zlib
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.hostile import archives, office, papers, pictures
from tests.hostile.pipeline import judge, watching
from tests.hostile.samples import EICAR, Traps, sample
from tests.hostile.test_corpus import complaint
from tests.hostile.texts import playlists
from tests.providers.antivirus import daemon

from colloquy.contexts.media.service import receive, renditions
from colloquy.providers.antivirus.absent import NoAntivirus
from colloquy.providers.antivirus.clamd import Clamd
from colloquy.providers.antivirus.port import Antivirus
from colloquy.providers.documents.reading import archives as zips
from colloquy.providers.documents.reading import office as parts
from colloquy.providers.documents.reading import pdf, texts, verdict, worker
from colloquy.providers.documents.reading import pictures as images
from colloquy.providers.transcoder import sandbox
from colloquy.providers.transcoder.ffmpeg import find_ffmpeg
from colloquy.providers.transcoder.sandbox import Limits

MIB = 1 << 20
NEVER = re.compile("(?!)")
NEVER_BYTES = re.compile(b"(?!)")
FREE = 10**12


def nothing(*_given, **_named):
    """A check that was removed."""


def limits(**values):
    return [(verdict.LIMITS, name, value) for name, value in values.items()]


URL = "http://127.0.0.1:9/x"
ENTITY = f'<!DOCTYPE w [<!ENTITY x SYSTEM "{URL}">]>'
FIELD = "<w:p><w:r><w:instrText>DDEAUTO c:\\cmd.exe</w:instrText></w:r></w:p>"
COMMENT = pictures.chunk(b"tEXt", b"C\x00" + pictures.SCRIPT)
FILM = pictures.chunk(b"acTL", (10**5).to_bytes(4) + bytes(4))
TEXT = pictures.chunk(b"zTXt", b"a\x00\x00" + zlib.compress(bytes(40 * MIB)))
START = b"/OpenAction<</S/Launch/F(cmd.exe)>>"
GROWTH = limits(unpacked=FREE, ratio=FREE)

PROTECTIONS = {
    "zip: what it unpacks to": (lambda: archives.packed({"a": bytes(30 * MIB)}), "archive_bomb", GROWTH),
    "zip: how many entries": (
        archives.BOMBS["many names"],
        "archive_bomb",
        limits(entries=FREE, directory=FREE),
    ),
    "zip: how deep": (lambda: archives.nested(4, b"x"), "archive_nested", limits(depth=99)),
    "zip: entries apart": (
        lambda: archives.overlapping(2, bytes(999)),
        "archive_form",
        [(zips, "_refuse_overlap", nothing)],
    ),
    "zip: names": (lambda: archives.packed({"../a": b"x"}), "archive_names", [(zips, "_refuse_entry", nothing)]),
    "office: entities": (
        lambda: office.docx(office.document(head=ENTITY)),
        "file_defines_entities",
        [(parts, "_refuse_definitions", nothing)],
    ),
    "office: parts from elsewhere": (
        lambda: office.docx(more=office.relation("attachedTemplate", URL)),
        "external_parts",
        [(parts, "_FETCHED", NEVER)],
    ),
    "office: commands": (
        lambda: office.docx(office.document(FIELD)),
        "file_runs_commands",
        [(parts, "_DDE", NEVER)],
    ),
    "office: macros": (
        lambda: office.docx(more={"word/vbaProject.bin": b"x"}),
        "file_with_macros",
        [(parts, "_is_macro", lambda _name: False)],
    ),
    "pdf: starting programs": (
        lambda: papers.pdf(catalog=START),
        "pdf_starts_programs",
        [(pdf, "_STARTS", NEVER_BYTES)],
    ),
    "pdf: what it unpacks to": (lambda: papers.pdf(papers.stream(bytes(30 * MIB))), "pdf_bomb", GROWTH),
    "pdf: pages": (lambda: papers.pdf(count=10**9), "pdf_bomb", limits(pages=FREE)),
    "pdf: objects": (lambda: papers.pdf(*[b"0"] * 300_001), "pdf_bomb", limits(objects=FREE)),
    "pdf: pictures": (
        lambda: papers.pdf(papers.stream(b"x", b"/Subtype/Image/Width 60000/Height 60000")),
        "picture_too_large",
        limits(pixels=FREE),
    ),
    "picture: pixels": (lambda: pictures.png(30_000, 30_000), "picture_too_large", limits(pixels=FREE)),
    "picture: frames": (lambda: pictures.png(more=FILM), "picture_too_large", limits(frames=FREE)),
    "picture: packed text": (lambda: pictures.png(more=TEXT), "picture_too_large", limits(tables=FREE)),
    "picture: markup in it": (lambda: pictures.png(more=COMMENT), "two_things", [(images, "_MARKUP", NEVER_BYTES)]),
    "picture: what is behind it": (
        lambda: pictures.png(after=archives.HONEST),
        "two_things",
        [(images, "_refuse_rest", nothing)],
    ),
    "rtf: objects": (
        lambda: rb"{\rtf1{\object\objdata 01}}",
        "file_with_objects",
        [(texts, "_RTF_OBJECT", NEVER_BYTES)],
    ),
    "rtf: templates": (
        lambda: rb"{\rtf1{\*\template http://x/}}",
        "external_parts",
        [(texts, "_RTF_TEMPLATE", NEVER_BYTES)],
    ),
    "text: nothing but text": (lambda: b"a,\x00b", "file_not_accepted", [(texts, "_DELETE", b"")]),
}


def outcome(path):
    try:
        return worker.inspect(path, ".csv").kind
    except verdict.RefusedError as refused:
        return refused.code


@pytest.mark.parametrize(("make", "code", "removed"), PROTECTIONS.values(), ids=PROTECTIONS)
def test_without_it_the_file_gets_through(make, code, removed, tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_bytes(make())
    assert outcome(path) == code
    for place, name, value in removed:
        monkeypatch.setattr(place, name, value)
    assert outcome(path) != code


OPEN = ("-protocol_whitelist", "file,http,tcp,crypto,data", "-extension_picky", "0", "-allowed_extensions", "ALL")
FORCED = ("-protocol_whitelist", "file,http,tcp", "-f", "mov", "-format_whitelist", "mov,mp4,m4a,3gp,3g2,mj2")
LOCAL = ("-protocol_whitelist", "file", "-extension_picky", "0", "-allowed_extensions", "ALL")


@contextmanager
def follower(folder: Path):
    """A playlist that names an address and a file, and the watch on both."""
    with watching(folder) as (canary, watch):
        traps = Traps(str(canary), watch.port)
        both = playlists(traps)["hls path"].replace("#EXT-X-ENDLIST", f"#EXTINF:1,\n{traps.url}\n#EXT-X-ENDLIST")
        path = folder / "answer.m3u8"
        path.write_text(both)
        watch.reads()
        yield path, watch


async def follow(options, path, *, network=True):
    command = (find_ffmpeg(), "-nostdin", "-v", "quiet", *options, "-i", str(path), "-f", "null", "-")
    if not network:
        await sandbox.run(command, Limits(cpu_seconds=20, wall_seconds=60))
        return
    process = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.DEVNULL)
    await process.wait()


async def test_without_our_lists_a_playlist_is_followed(tmp_path):
    with follower(tmp_path) as (path, watch):
        await follow(OPEN, path)
        assert watch.reads() > 0
        assert watch.calls > 0


async def test_one_reader_alone_keeps_ffmpeg_from_files_and_addresses(tmp_path):
    with follower(tmp_path) as (path, watch):
        await follow(FORCED, path)
        assert (watch.reads(), watch.calls) == (0, 0)


async def test_the_list_of_protocols_alone_keeps_ffmpeg_from_addresses(tmp_path):
    with follower(tmp_path) as (path, watch):
        await follow(LOCAL, path)
        assert watch.calls == 0
        assert watch.reads() > 0, "so that the list of readers is needed as well"


async def test_no_network_alone_keeps_ffmpeg_from_addresses(tmp_path):
    with follower(tmp_path) as (path, watch):
        await follow(OPEN, path, network=False)
        if watch.calls and not await _networks_can_be_taken_away():
            pytest.skip("the kernel gives no network namespaces here, so there is one wall less")
        assert watch.calls == 0


async def _networks_can_be_taken_away():
    script = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"
    ran = await sandbox.run((sys.executable, "-c", script), Limits(cpu_seconds=5, wall_seconds=20))
    return "unreachable" in ran.errors


SERVED = {
    "only to be saved": (b"Hello.\n", "a.txt", (renditions, "_name", lambda _row: "")),
    "under a harmless name": (b"Hello.\n", "../a.txt", (receive, "safe_name", lambda name: name)),
}


@pytest.mark.parametrize(("data", "name", "removed"), SERVED.values(), ids=SERVED)
async def test_without_it_what_is_served_is_complained_about(
    data, name, removed, runtime, api, make_organisation, monkeypatch
):
    scope = (await make_organisation()).scope
    one = sample("served", data, name, "processed")
    assert complaint(one, await judge(runtime, api, scope, one)) is None
    monkeypatch.setattr(*removed)
    assert "served as" in complaint(one, await judge(runtime, api, scope, one))


async def test_without_the_scanner_a_virus_is_served(runtime, api, make_organisation, tmp_path):
    if daemon.CLAMD is None:
        pytest.skip(daemon.NO_CLAMD)
    scope = (await make_organisation()).scope
    one = sample("eicar", archives.packed({"a.txt": EICAR}), "a.zip", "virus_found")
    with daemon.clamd(tmp_path, tcp=True) as address:
        runtime.provided.put(Antivirus, Clamd(address))
        try:
            assert complaint(one, await judge(runtime, api, scope, one)) is None
        finally:
            runtime.provided.put(Antivirus, NoAntivirus())
    assert complaint(one, await judge(runtime, api, scope, one)) == "processed instead of virus_found"
