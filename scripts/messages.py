"""Keeps the catalogues in step with the sources.

    make messages                   new messages come in, vanished ones go out, everything is checked
    make messages LANGUAGE=de       begins a catalogue

`--check` changes nothing and fails when a catalogue is behind its sources or says something wrong.
"""

from __future__ import annotations

import re
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "src" / "colloquy"
LOCALES = SOURCES / "web" / "locales"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "N_": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_VALUE = re.compile(r"%\((\w+)\)")


def extracted() -> Catalog:
    """Every message of the sources, with the files that say it. Line numbers would change with every edit."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    catalogue = Catalog(charset="utf-8", fuzzy=False)
    found = extract_from_dir(
        SOURCES, methods, options, keywords=KEYWORDS, comment_tags=("i18n:",), strip_comment_tags=True
    )
    for name, _line, message, comments, context in sorted(found, key=lambda one: (one[0], one[1])):
        catalogue.add(message, None, [(Path(name).as_posix(), None)], auto_comments=comments, context=context)
    for message in catalogue:
        message.locations = sorted(set(message.locations))
    return catalogue


def paths() -> list[Path]:
    """Every catalogue there is."""
    return sorted(LOCALES.glob("*/LC_MESSAGES/colloquy.po"))


def read(path: Path) -> Catalog:
    """The catalogue in a file; its language is the folder's."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def update(path: Path, sources: Catalog) -> None:
    """Brings a catalogue up to date. What is new stays empty: a guess would only look like a translation."""
    language = path.parts[-3]
    catalogue = read(path) if path.exists() else Catalog(locale=language, charset="utf-8", fuzzy=False)
    kept = {(one.context, one.id): one for one in catalogue if one.id}
    fresh = Catalog(
        locale=language,
        domain="colloquy",
        project="Colloquy",
        charset="utf-8",
        fuzzy=False,
        header_comment=f"# {catalogue.locale.english_name if catalogue.locale else language} messages of Colloquy.",
    )
    for message in sources:
        if message.id:
            before = kept.get((message.context, message.id))
            fresh.add(
                message.id,
                before.string if before else None,
                message.locations,
                auto_comments=message.auto_comments,
                user_comments=before.user_comments if before else (),
                context=message.context,
            )
    content = BytesIO()
    write_po(content, fresh, width=0, omit_header=False, sort_by_file=True, include_lineno=False)
    text = content.getvalue().decode()
    # Dates and tool versions would make every run a change.
    text = re.sub(
        r'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Report-Msgid-Bugs-To|Generated-By|Language-Team|Project-Id-Version):.*\n',
        "",
        text,
        flags=re.MULTILINE,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def troubles(path: Path, sources: Catalog) -> Iterator[str]:
    """What is wrong with a catalogue, one line each."""
    catalogue = read(path)
    language = path.parts[-3]
    there = {(one.context, one.id) for one in catalogue if one.id}
    wanted = {(one.context, one.id) for one in sources if one.id}
    for _context, message in sorted(wanted - there, key=str):
        yield f"{language}: new in the sources, run `make messages`: {message!r}"
    for _context, message in sorted(there - wanted, key=str):
        yield f"{language}: no longer in the sources, run `make messages`: {message!r}"
    for message in catalogue:
        if message.id:
            yield from (f"{language}: {trouble}: {message.id!r}" for trouble in _wrong(message))
    write_mo(BytesIO(), catalogue)


def _wrong(message: Message) -> Iterator[str]:
    forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
    asked = message.id if isinstance(message.id, tuple | list) else (message.id,)
    if not all(forms):  # Babel fills plural forms that are missing with empty ones
        yield "not translated"
        return
    if message.fuzzy:
        yield "marked as fuzzy"
    values = {name for text in asked for name in _VALUE.findall(text)}
    for form in forms:
        used = set(_VALUE.findall(form))
        # A form for one may leave the number out: "one question".
        if used != values and not (len(asked) > 1 and values - used <= {"num"} and used <= values):
            yield f"has other values than its source ({', '.join(sorted(used ^ values))})"
    edges = [(text[:1].isspace(), text[-1:].isspace()) for text in (asked[0], *forms)]
    if len(set(edges)) > 1:
        yield "begins or ends with other white space than its source"


def main() -> int:
    """Exit status 1 when there is something to do."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--language", default="")
    asked = parser.parse_args()
    sources = extracted()
    if not asked.check:
        begun = [LOCALES / asked.language / "LC_MESSAGES" / "colloquy.po"] if asked.language else []
        for path in {*paths(), *begun}:
            update(path, sources)
    found = [line for path in paths() for line in troubles(path, sources)]
    for line in found:
        print(line)
    print(f"{len([one for one in sources if one.id])} messages, {len(paths())} catalogues, {len(found)} things to do")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
