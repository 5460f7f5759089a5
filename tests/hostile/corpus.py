"""All hostile files, in one order, and the short form of them."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.hostile import archives, office, papers, pictures, recordings, texts
from tests.hostile.recordings import Bases
from tests.hostile.samples import Sample, Traps, noise, sample, spoilt

SPOILT = {"pdf": 200, "docx": 140, "xlsx": 60, "odt": 50, "zip": 120, "png": 100, "jpg": 80, "rtf": 40, "csv": 30}
MAGICS = (b"%PDF-1.7\n", b"PK\x03\x04", pictures.SIGN, b"\xff\xd8\xff\xe0", b"{\\rtf1", b"", *texts.OPENINGS.values())
NOISES = 130
SHORT_A_FAMILY = 2


def everything(traps: Traps, folder: Path) -> Iterator[Sample]:
    """The long form. `folder` is scratch for recordings."""
    bases = Bases.made(folder)
    yield from archives.samples()
    yield from office.samples(traps)
    yield from papers.samples(traps)
    yield from pictures.samples(traps)
    yield from texts.samples(traps)
    yield from recordings.samples(bases, traps, folder)
    yield from recordings.spoilt_samples(bases)
    yield from _spoilt_documents()
    yield from _noises()


def short(traps: Traps, folder: Path) -> list[Sample]:
    """At most two of each family, spread over it."""
    families: dict[str, list[Sample]] = defaultdict(list)
    for one in everything(traps, folder):
        families[one.family].append(one)
    picked = []
    for members in families.values():
        step = max(1, len(members) // SHORT_A_FAMILY)
        picked += members[::step][:SHORT_A_FAMILY]
    return picked


def _spoilt_documents() -> Iterator[Sample]:
    bases = {
        "pdf": papers.HONEST,
        "docx": office.docx(more={"word/media/image1.png": pictures.png()}),
        "xlsx": office.xlsx({"xl/worksheets/sheet1.xml": b"<sheet><row/></sheet>"}),
        "odt": office.odt(),
        "zip": archives.HONEST,
        "png": pictures.png(40, 40),
        "jpg": pictures.jpeg(),
        "rtf": rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0 Hello \b world\b0 .\par}",
        "csv": b"name;mark\nAda;5\nGrace;5\n" * 20,
    }
    for name, count in SPOILT.items():
        for number, data in enumerate(spoilt(bases[name], name, count)):
            # One in ten is sent where a recording is asked for: the sender chooses where to put what.
            yield sample(f"spoilt {name}", data, f"a.{name}", kind="video" if number % 10 == 9 else "file")


def _noises() -> Iterator[Sample]:
    for number in range(NOISES):
        chance = random.Random(number)
        head = MAGICS[number % len(MAGICS)]
        data = head + noise(chance, chance.choice((3, 200, 5_000, 200_000)))
        yield sample("noise", data, "noise.txt", kind="video" if number % 2 else "file")
