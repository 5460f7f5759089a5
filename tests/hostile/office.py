"""Office files that fetch, start or define what they should not."""

from __future__ import annotations

from collections.abc import Iterator

from tests.hostile.archives import MIB, packed
from tests.hostile.samples import EICAR, PROCESSED, Sample, Traps, sample

_TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ODT = b"application/vnd.oasis.opendocument.text"


def document(inside: str = "<w:p><w:r><w:t>Hello</w:t></w:r></w:p>", head: str = "") -> bytes:
    """The main part of a Word file."""
    return f'<?xml version="1.0"?>{head}<w:document xmlns:w="{_W}"><w:body>{inside}</w:body></w:document>'.encode()


def docx(main: bytes = b"", more: dict[str, bytes] | None = None) -> bytes:
    """A Word file of a main part and whatever else."""
    parts = {"[Content_Types].xml": _TYPES, "word/document.xml": main or document()}
    return packed(parts | (more or {}))


def xlsx(more: dict[str, bytes] | None = None) -> bytes:
    """An Excel file."""
    return packed({"[Content_Types].xml": _TYPES, "xl/workbook.xml": b"<workbook/>"} | (more or {}))


def odt(content: bytes = b"<office/>", more: dict[str, bytes] | None = None) -> bytes:
    """An OpenDocument text: its type is the first entry, not packed."""
    whole = packed({"mimetype": _ODT}, method=0)
    both = packed({"mimetype": _ODT, "content.xml": content} | (more or {}), method=0)
    assert both[: whole.index(b"PK\x01\x02")] == whole[: whole.index(b"PK\x01\x02")]
    return both


def relation(kind: str, target: str) -> dict[str, bytes]:
    """A relation of the main part to something outside."""
    line = f'<Relationship Id="r1" Type="{_R}/{kind}" Target="{target}" TargetMode="External"/>'
    return {"word/_rels/document.xml.rels": f"<Relationships>{line}</Relationships>".encode()}


def _laughs(levels: int) -> str:
    lines = ['<!ENTITY l0 "lol">', *(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, levels))]
    return f"<!DOCTYPE w [{''.join(lines)}]>"


def samples(traps: Traps) -> Iterator[Sample]:
    """Every Office file with what must become of it."""
    text = "<w:p><w:r><w:t>&x;</w:t></w:r></w:p>"
    for target in (f"file://{traps.canary}", traps.url, traps.canary):
        head = f'<!DOCTYPE w [<!ENTITY x SYSTEM "{target}">]>'
        yield sample("ooxml entities", docx(document(text, head)), "xxe.docx", "file_defines_entities")
        outside = f'<!DOCTYPE w [<!ENTITY % p SYSTEM "{target}"> %p;]>'
        yield sample("ooxml entities", docx(document(head=outside)), "dtd.docx", "file_defines_entities")
        by_name = f'<!DOCTYPE w SYSTEM "{target}">'
        yield sample("ooxml entities", odt(document(head=by_name)), "xxe.odt", "file_defines_entities")
        wide = document(text, head).decode().replace('"1.0"', '"1.0" encoding="utf-16"').encode("utf-16")
        yield sample("ooxml entities", docx(wide), "wide.docx", "file_defines_entities")
        for kind in ("attachedTemplate", "oleObject", "frame", "subDocument", "aFChunk", "externalLinkPath"):
            if target.startswith("http"):
                yield sample("ooxml outside", docx(more=relation(kind, target)), "t.docx", "external_parts")
                share = relation(kind, "\\\\127.0.0.1\\share\\t.dotm")
                yield sample("ooxml outside", docx(more=share), "s.docx", "external_parts")
    for levels in (3, 9, 30):
        laughs = document(text.replace("x", f"l{levels - 1}"), _laughs(levels))
        yield sample("ooxml entities", docx(laughs), "laughs.docx", "file_defines_entities")
    yield sample("ooxml outside", docx(more=relation("image", traps.url)), "pixel.docx", PROCESSED)
    yield sample("ooxml outside", docx(more=relation("hyperlink", traps.url)), "link.docx", PROCESSED)
    own_disk = relation("attachedTemplate", "file:///C:\\Users\\Ada\\Mine.dotx")
    yield sample("ooxml outside", docx(more=own_disk), "own template.docx", PROCESSED)
    yield from _commands()
    yield from _macros()
    yield sample("ooxml bomb", docx(document(" " * 40 * MIB)), "spaces.docx", "archive_bomb")
    yield sample("ooxml bomb", docx(more={"word/media/image1.png": bytes(60 * MIB)}), "i.docx", "archive_bomb")
    yield sample("ooxml bomb", docx(document("<w:p>" * 300_000)), "deep.docx", "damaged_file", "file_too_costly")
    yield sample("ooxml broken", docx(b"<w:document"), "broken.docx", "damaged_file")
    yield sample("ooxml broken", docx(b"\x00\x01\x02"), "noise.docx", "damaged_file")
    yield sample("ooxml locked", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000), "locked.docx", "old_office")
    manifest = b'<m:manifest xmlns:m="x"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    yield sample("ooxml locked", odt(more={"META-INF/manifest.xml": manifest}), "locked.odt", "archive_locked")
    yield sample("ooxml objects", docx(more={"word/embeddings/oleObject1.bin": bytes(9)}), "ole.docx", PROCESSED)
    yield sample("eicar", docx(more={"word/media/image1.txt": EICAR}), "e.docx", "eicar")


def _commands() -> Iterator[Sample]:
    dde = 'DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc"'
    simple = f"<w:p><w:fldSimple w:instr='{dde}'/></w:p>"
    yield sample("ooxml commands", docx(document(simple)), "simple.docx", "file_runs_commands")
    for width in (1, 3, 50):
        runs = "".join(
            f"<w:r><w:instrText>{dde[at : at + width]}</w:instrText></w:r>" for at in range(0, len(dde), width)
        )
        yield sample("ooxml commands", docx(document(f"<w:p>{runs}</w:p>")), "split.docx", "file_runs_commands")
    link = b'<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
    yield sample("ooxml commands", xlsx({"xl/externalLinks/externalLink1.xml": link}), "d.xlsx", "file_runs_commands")


def _macros() -> Iterator[Sample]:
    for place in ("word/vbaProject.bin", "xl/vbaProject.bin", "ppt/VBAPROJECT.BIN", "elsewhere/vbaProject.bin"):
        yield sample("ooxml macros", docx(more={place: bytes(99)}), "m.docx", "file_with_macros")
    types = _TYPES.replace(
        b"/>", b"><Override ContentType='application/vnd.ms-word.document.macroEnabled.main+xml'/></Types>"
    )
    yield sample("ooxml macros", docx(more={"[Content_Types].xml": types}), "t.docx", "file_with_macros")
    yield sample("ooxml macros", odt(more={"Basic/Standard/Module1.xml": b"<x/>"}), "b.odt", "file_with_macros")
    yield sample("ooxml macros", odt(more={"Scripts/python/x.py": b"1"}), "p.odt", "file_with_macros")
    inner = docx(more={"word/vbaProject.bin": bytes(9)})
    yield sample("ooxml macros", packed({"cv.docx": inner}), "packed.zip", "file_with_macros")
