"""Copy what pages use from node_modules to static/vendor, which is not kept in git.

Run after `npm ci --ignore-scripts`. Copies are replaced as a whole, so a library that left package.json leaves here.
"""

import re
import shutil
import sys
from pathlib import Path

from colloquy.web.assets import STATIC_FOLDER
from colloquy.web.icons import ICONS

ROOT = Path(__file__).parents[1]
MODULES = ROOT / "node_modules"
VENDOR = STATIC_FOLDER / "vendor"
FONTS = ("latin", "latin-ext", "cyrillic", "cyrillic-ext")
SHAPES = re.compile(r"<svg.*?>(.*)</svg>", re.DOTALL)


def main() -> None:
    """Replace the vendor folder and say what it holds."""
    if not (MODULES / "lucide-static").is_dir():
        sys.exit("node_modules is missing: run `npm ci --ignore-scripts` first.")
    shutil.rmtree(VENDOR, ignore_errors=True)
    for name in ("fonts", "icons", "js", "licences", "swagger"):
        (VENDOR / name).mkdir(parents=True)
    copy_fonts()
    copy_icons()
    shutil.copyfile(MODULES / "htmx.org" / "dist" / "htmx.min.js", VENDOR / "js" / "htmx.js")
    for file in ("swagger-ui.css", "swagger-ui-bundle.js"):
        shutil.copyfile(MODULES / "swagger-ui-dist" / file, VENDOR / "swagger" / file)
    for package in ("@fontsource-variable/inter", "lucide-static", "htmx.org", "swagger-ui-dist"):
        shutil.copyfile(MODULES / package / "LICENSE", VENDOR / "licences" / f"{package.split('/')[-1]}.txt")
    files = [path for path in VENDOR.rglob("*") if path.is_file()]
    print(f"static/vendor: {len(files)} files, {sum(path.stat().st_size for path in files) / 1000:.0f} KB")


def copy_fonts() -> None:
    """Inter, upright, all weights in one file per alphabet."""
    for alphabet in FONTS:
        source = MODULES / "@fontsource-variable" / "inter" / "files" / f"inter-{alphabet}-wght-normal.woff2"
        shutil.copyfile(source, VENDOR / "fonts" / f"inter-{alphabet}.woff2")


def copy_icons() -> None:
    """The shapes of each icon on one line; `colloquy.web.icons` puts its own `<svg>` around them."""
    for name in sorted(ICONS):
        drawing = (MODULES / "lucide-static" / "icons" / f"{name}.svg").read_text(encoding="utf-8")
        found = SHAPES.search(drawing)
        if found is None:
            sys.exit(f"The icon {name} has no shapes: the format of lucide-static has changed.")
        shapes = " ".join(line.strip() for line in found[1].splitlines() if line.strip())
        (VENDOR / "icons" / f"{name}.svg").write_text(shapes, encoding="utf-8")


if __name__ == "__main__":
    main()
