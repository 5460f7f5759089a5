"""QR codes for pages: an address that another device reads from this one's screen."""

from __future__ import annotations

import segno
from markupsafe import Markup


def qr_code(address: str) -> Markup:
    """The address as an inline SVG in the text's colour, without a size of its own (ISO/IEC 18004, error level M)."""
    code = segno.make(address, error="m", micro=False)
    drawn = code.svg_inline(scale=1, border=2, omitsize=True, svgclass="qr", lineclass=None, dark="currentColor")
    return Markup(drawn)  # noqa: S704 - drawn by the library from modules, the address itself is not in it
