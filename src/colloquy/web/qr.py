"""QR codes for pages: an address that another device reads from this one's screen."""

from __future__ import annotations

import segno
from markupsafe import Markup


def qr_code(address: str) -> Markup:
    """The address as an inline SVG, black on whatever is behind it, without a size of its own (ISO/IEC 18004, level M).

    Cameras want dark on light: put it on white, in the dark theme too.
    """
    code = segno.make(address, error="m", micro=False)
    drawn = code.svg_inline(scale=1, border=2, omitsize=True, svgclass="qr", lineclass=None, dark="#000")
    return Markup(drawn)  # noqa: S704 - drawn by the library from modules, the address itself is not in it
