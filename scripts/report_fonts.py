"""Make the two fonts of the PDF report from the npm package `inter-ui`.

The results are committed, because a report must look the same on a machine that has neither Node nor a
network. Run this only to move to a newer Inter:

    npm pack inter-ui && tar xzf inter-ui-*.tgz && python scripts/report_fonts.py package
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent.parent / "src/colloquy/providers/typesetting/fonts"
WEIGHTS = ("Inter-Regular", "Inter-SemiBold")

# Every European language in Latin, Greek or Cyrillic script, Vietnamese, and the signs that prose uses.
# The rest of Inter (stylistic alternates, circled digits) would double the files for nothing a report shows.
RANGES = (
    (0x0020, 0x024F),  # Latin
    (0x02B0, 0x036F),  # modifiers, combining marks
    (0x0370, 0x052F),  # Greek, Cyrillic and its supplement
    (0x1E00, 0x1FFF),  # Latin for Vietnamese and Welsh, Greek with accents
    (0x2000, 0x206F),  # punctuation
    (0x2070, 0x20BF),  # superscripts, currencies
    (0x2100, 0x22FF),  # letter-like signs, arrows, operators
    (0x25A0, 0x27BF),  # shapes, check marks
    (0xFFFD, 0xFFFD),  # what stands for an unprintable character
)
# Without `calt`: it draws "->" as an arrow and "2x3" with a multiplication sign, and a quote is verbatim.
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "case"]


def make(package: Path) -> None:
    """Write one TrueType file per weight, and Inter's licence beside them."""
    options = subset.Options(layout_features=FEATURES, hinting=False, name_IDs=["*"], notdef_outline=True)
    for weight in WEIGHTS:
        font = TTFont(package / "web" / f"{weight}.woff2")
        chosen = subset.Subsetter(options)
        chosen.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
        chosen.subset(font)
        font.flavor = None
        font.save(FONTS / f"{weight}.ttf")
    shutil.copy(package / "LICENSE.txt", FONTS / "LICENSE.txt")


if __name__ == "__main__":
    make(Path(sys.argv[1]))
