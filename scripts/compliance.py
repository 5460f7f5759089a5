"""Makes docs/compliance/asvs.md from asvs.csv, and the figures that documents quote from docs/assessment.md.

    make compliance

`--check` changes nothing and fails when one of them is behind.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from argparse import ArgumentParser
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "docs" / "compliance" / "asvs.csv"
PAGE = ROOT / "docs" / "compliance" / "asvs.md"
FIGURES_FROM = ROOT / "docs" / "assessment.md"
FIGURES = ROOT / "src" / "colloquy" / "contexts" / "documents" / "policy" / "figures.json"
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
ANSWERS = ("met", "met by the operator", "not applicable", "not met")
CHAPTERS = {
    "1": "Encoding and cleaning",
    "2": "Validation and business logic",
    "3": "Pages in browsers",
    "4": "API and web services",
    "5": "Files",
    "6": "Signing in",
    "7": "Sessions",
    "8": "Who may what",
    "9": "Self-contained tokens",
    "10": "OAuth and OpenID Connect",
    "11": "Cryptography",
    "12": "Secure communication",
    "13": "Configuration",
    "14": "Data protection",
    "15": "Secure code and architecture",
    "16": "Logging and errors",
    "17": "WebRTC",
}
_HEAD = """# OWASP ASVS 5.0.0, levels 1 and 2

Made by `make compliance` from [asvs.csv](asvs.csv); change the table, not this page.

One row for each of the {count} requirements of levels 1 and 2 ({first} of level 1, {second} of level 2) of the
[OWASP Application Security Verification Standard 5.0.0](https://github.com/OWASP/ASVS). The standard is © The OWASP
Foundation under [CC BY-SA 4.0](https://creativecommons.org/licenses/by-sa/4.0/); its numbers are used here, its
sentences are not. What a requirement demands is what the standard says there: our few words only help to find it.

This is what its makers say about their own product. Nobody else has verified it, and it is no certificate.

| answer | what it means | rows |
|---|---|---|
| met | the product does it as it comes; the test fails without it, or the reason says where to look | {met} |
| met by the operator | the product can, or leaves it to whoever runs it; the reason says what to do | {operator} |
| not applicable | the product has no such thing | {nothing} |
| not met | not, not wholly, or not checked; the reason says which | {unmet} |
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement: its id (`v5.0.0-1.2.3`), level, our words for it, the answer, tests and a reason."""

    id: str
    level: int
    in_short: str
    answer: str
    tests: tuple[str, ...]
    reason: str

    @property
    def chapter(self) -> str:
        """The number of its chapter: `1` to `17`."""
        return self.id.removeprefix("v5.0.0-").partition(".")[0]


def rows(table: Path = TABLE) -> list[Row]:
    """The rows of the table in its order. Raises KeyError for a column that is missing."""
    with table.open(encoding="utf-8", newline="") as file:
        return [
            Row(
                row["id"],
                int(row["level"]),
                row["in_short"],
                row["answer"],
                tuple(row["tests"].split()),
                row["reason"],
            )
            for row in csv.DictReader(file)
        ]


def page(table: list[Row]) -> str:
    """The whole page, chapter after chapter."""
    answers = Counter(row.answer for row in table)
    levels = Counter(row.level for row in table)
    met, operator, nothing, unmet = (answers[answer] for answer in ANSWERS)
    head = _HEAD.format(
        count=len(table),
        first=levels[1],
        second=levels[2],
        met=met,
        operator=operator,
        nothing=nothing,
        unmet=unmet,
    )
    return head + "".join(_chapter(number, title, table) for number, title in CHAPTERS.items())


def _chapter(number: str, title: str, table: list[Row]) -> str:
    lines = [
        f"\n## V{number} {title}\n",
        "| id | level | in short | answer | test or reason |",
        "|---|---|---|---|---|",
    ]
    for row in table:
        if row.chapter == number:
            shown = "<br>".join(
                [*(f"`{test.removeprefix('tests/')}`" for test in row.tests), *filter(None, [row.reason])]
            )
            answer = f"**{row.answer}**" if row.answer == "not met" else row.answer
            lines.append(f"| {row.id} | {row.level} | {row.in_short} | {answer} | {shown} |")
    return "\n".join(lines) + "\n"


def figures(source: str) -> list[dict[str, Any]]:
    """The sections of docs/assessment.md as headings and blocks: paragraphs, lists and tables, without markup."""
    sections: list[dict[str, Any]] = []
    for block in re.split(r"\n\s*\n", source):
        lines = block.strip("\n").splitlines()
        if not lines or lines[0].startswith("# "):
            continue
        if lines[0].startswith("## "):
            sections.append({"heading": lines[0].removeprefix("## ").strip(), "blocks": []})
            lines = lines[1:]
        if lines and sections:
            sections[-1]["blocks"].append(_figures_block(lines))
    return sections


def _figures_block(lines: list[str]) -> dict[str, Any]:
    if lines[0].startswith("|"):
        cells = [[_bare(cell) for cell in line.strip().strip("|").split("|")] for line in lines]
        return {"kind": "table", "head": cells[0], "rows": cells[2:]}
    if lines[0].startswith("- "):
        items = re.split(r"\n(?=- )", "\n".join(lines))
        return {"kind": "points", "items": [_bare(item.removeprefix("- ")) for item in items]}
    return {"kind": "text", "text": _bare(" ".join(lines))}


def _bare(text: str) -> str:
    return " ".join(_LINK.sub(r"\1", text).replace("`", "").replace("**", "").split())


def main() -> int:
    """Writes both files, or says which is behind. The exit status: 1 when `--check` found a difference."""
    parser = ArgumentParser(description="Make docs/compliance/asvs.md and the figures that documents quote.")
    parser.add_argument("--check", action="store_true", help="change nothing, fail when a file is behind")
    quoted = figures(FIGURES_FROM.read_text(encoding="utf-8"))
    made = {PAGE: page(rows()), FIGURES: json.dumps(quoted, ensure_ascii=False, indent=1) + "\n"}
    if parser.parse_args().check:
        behind = [path for path, text in made.items() if path.read_text(encoding="utf-8") != text]
        for path in behind:
            sys.stderr.write(f"{path.relative_to(ROOT)} is behind; run `make compliance`.\n")
        return 1 if behind else 0
    for path, text in made.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
