"""An organisation's colour, corrected until it can be read in both themes."""

from dataclasses import dataclass

from colloquy.web.colour import Oklch, contrast, from_hex, mix, shown, to_oklch

READABLE = 4.6
"""Contrast demanded of text and buttons: WCAG 2.2 AA asks for 4.5, the rest is room for rounding."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What the accent is seen upon in one theme; values as in static/css/tokens.css, which a test compares."""

    paper: Oklch
    surface: Oklch
    sunken: Oklch
    tint: float
    inks: tuple[float, float]
    """Lightness of the ink on an accent-coloured button: the first that can be read is taken."""
    step: float
    """Which way an unreadable accent moves in lightness."""


LIGHT = Ground(Oklch(0.984, 0.004, 85), Oklch(0.998, 0.002, 85), Oklch(0.958, 0.006, 85), 0.09, (0.99, 0.16), -0.005)
DARK = Ground(Oklch(0.195, 0.006, 70), Oklch(0.232, 0.007, 70), Oklch(0.272, 0.008, 70), 0.15, (0.2, 0.99), 0.005)


def accent_css(colour: str) -> str:
    """A style sheet that sets `--accent` and `--accent-ink` for both themes, from `#rrggbb`.

    The hue is kept; lightness moves as little as it must, and chroma only where the screen cannot show it.
    Raises ValueError when `colour` is not a hexadecimal colour.
    """
    wanted = to_oklch(from_hex(colour))
    light, dark = (_declarations(*accent(wanted, ground)) for ground in (LIGHT, DARK))
    return (
        f":root {{ {light} }}\n"
        f'@media (prefers-color-scheme: dark) {{ :root:not([data-theme="light"]) {{ {dark} }} }}\n'
        f':root[data-theme="dark"] {{ {dark} }}\n'
    )


def accent(wanted: Oklch, ground: Ground) -> tuple[Oklch, Oklch]:
    """The accent nearest to `wanted` that can be read on `ground`, and the ink for text upon it."""
    candidate = shown(wanted)
    while True:
        for lightness in ground.inks:
            ink = shown(Oklch(lightness, min(0.03, candidate.chroma), candidate.hue))
            if _readable(candidate, ink, ground):
                return candidate, ink
        candidate = shown(Oklch(candidate.lightness + ground.step, wanted.chroma, wanted.hue))
        if not 0 < candidate.lightness < 1:  # black on light or white on dark can always be read
            raise AssertionError("The grounds leave no readable accent.")


def _readable(accent: Oklch, ink: Oklch, ground: Ground) -> bool:
    tinted = mix(accent, ground.tint, ground.surface)
    behind = (ground.paper, ground.surface, ground.sunken, tinted, ink)
    return all(contrast(accent, other) >= READABLE for other in behind)


def _declarations(accent: Oklch, ink: Oklch) -> str:
    return f"--accent: {accent.css()}; --accent-ink: {ink.css()};"
