"""Lucide icons inlined as SVG, so that they take the colour of the words beside them and need no request."""

from functools import lru_cache

from markupsafe import Markup

from colloquy.web.assets import STATIC_FOLDER

ICONS_FOLDER = STATIC_FOLDER / "vendor" / "icons"

# Only these are copied from the package of two thousand; add a name here and run `make vendor`.
ICONS = frozenset(
    """
    arrow-down arrow-left arrow-right arrow-up audio-lines ban book-open briefcase calendar camera camera-off
    captions chart-column check chevron-down chevron-left chevron-right chevron-up circle-alert circle-check
    circle-dashed circle-question-mark circle-x clipboard-list clock columns-2 copy cpu credit-card database
    download ellipsis external-link eye eye-off file-down file-text flag folder funnel gauge globe grip-vertical
    hand headphones history house inbox info key-round keyboard languages layers layout-list link list list-checks
    loader-circle lock log-in log-out mail menu message-square mic mic-off minus monitor moon package pause pencil
    play plus quote refresh-cw rotate-ccw save scale search send settings share-2 shield shield-check
    sliders-horizontal smartphone square star sun target trash-2 triangle-alert undo-2 upload user user-check
    user-plus users video video-off volume-2 webhook x
    """.split()  # noqa: SIM905 - a hundred quoted names on as many lines would hide the list
)


@lru_cache(maxsize=len(ICONS) * 2)
def icon(name: str, label: str = "") -> Markup:
    """The icon as an `<svg class="icon">` of 1.25 em.

    Decorative (hidden from assistive technology) unless `label` says what it means; give a label only where no
    word stands beside it. Raises LookupError for a name that is not in `ICONS` or was not copied.
    """
    if name not in ICONS:
        raise LookupError(f"There is no icon {name!r}: add it to colloquy.web.icons.ICONS and run `make vendor`.")
    try:
        drawing = (ICONS_FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    except FileNotFoundError as missing:
        raise LookupError(f"The icon {name!r} was not copied yet: run `make vendor`.") from missing
    spoken = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    # Trusted: the files come from the pinned lucide-static package, reduced to their shapes by copy_vendor.py.
    shapes = Markup(drawing)  # noqa: S704
    return Markup(
        '<svg class="icon" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor"'
        ' stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" {}>{}</svg>'
    ).format(spoken, shapes)
