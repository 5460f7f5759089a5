"""Colour arithmetic: OKLCH, sRGB and contrast.

OKLab matrices: Björn Ottosson, "A perceptual color space for image processing" (2020). Contrast: WCAG 2.2,
"relative luminance" and "contrast ratio".
"""

# ruff: noqa: PLR2004 - the numbers are the coefficients of published formulas; names would not explain them

from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, radians, sin

Rgb = tuple[float, float, float]
"""Linear light, red, green, blue; 0 to 1 when the colour can be shown."""


@dataclass(frozen=True, slots=True)
class Oklch:
    """Lightness 0–1, chroma 0–0.4, hue in degrees."""

    lightness: float
    chroma: float
    hue: float

    def css(self) -> str:
        """As CSS writes it."""
        return f"oklch({self.lightness:.4f} {self.chroma:.4f} {self.hue:.2f})"


def from_hex(text: str) -> Rgb:
    """`#0a5e62` or `#0ae` as linear light. Raises ValueError for anything else."""
    digits = text.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    if len(digits) != 6 or not text.startswith("#"):
        raise ValueError(f"Write a colour as # and six hexadecimal digits, not {text!r}.")
    red, green, blue = (_linear(int(digits[at : at + 2], 16) / 255) for at in (0, 2, 4))
    return red, green, blue


def to_oklch(colour: Rgb) -> Oklch:
    """The same colour in OKLCH; greys have the hue 0."""
    red, green, blue = colour
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    chroma = hypot(a, b)
    return Oklch(lightness, chroma, degrees(atan2(b, a)) % 360 if chroma > 1e-4 else 0.0)


def to_rgb(colour: Oklch) -> Rgb:
    """The same colour as linear light; components outside 0–1 cannot be shown in sRGB."""
    a = colour.chroma * cos(radians(colour.hue))
    b = colour.chroma * sin(radians(colour.hue))
    long = (colour.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (colour.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (colour.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def shown(colour: Oklch) -> Oklch:
    """The nearest colour of the same lightness and hue that sRGB can show: chroma gives way."""
    low, high = 0.0, colour.chroma
    if _in_gamut(to_rgb(colour)):
        return colour
    for _ in range(24):
        middle = (low + high) / 2
        if _in_gamut(to_rgb(Oklch(colour.lightness, middle, colour.hue))):
            low = middle
        else:
            high = middle
    return Oklch(colour.lightness, low, colour.hue)


def mix(colour: Oklch, share: float, other: Oklch) -> Oklch:
    """CSS `color-mix(in oklab, colour share, other)`; share 0–1."""
    lightness = colour.lightness * share + other.lightness * (1 - share)
    a, b = (
        share * colour.chroma * turn(radians(colour.hue)) + (1 - share) * other.chroma * turn(radians(other.hue))
        for turn in (cos, sin)
    )
    return Oklch(lightness, hypot(a, b), degrees(atan2(b, a)) % 360)


def contrast(one: Oklch, other: Oklch) -> float:
    """WCAG contrast ratio, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Oklch) -> float:
    red, green, blue = (min(1.0, max(0.0, part)) for part in to_rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _in_gamut(colour: Rgb) -> bool:
    return all(-1e-4 <= part <= 1 + 1e-4 for part in colour)
