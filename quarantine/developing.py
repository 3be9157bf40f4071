"""What a cell does that makes pages ready to travel: cut, turned, measured, small."""

from dataclasses import asdict
from typing import Any, Final

from PIL import Image, TiffImagePlugin

from quarantine import viewing
from quarantine.cell import Answer, Answers, open_pages
from quarantine.errors import ForeignFileError
from quarantine.foreign import Foreign, Seen, paper_dpi
from quarantine.geometry import edited
from quarantine.measuring import measure, prepare
from quarantine.messages import Head
from quarantine.printing import print_page
from quarantine.slant import find_sheet, find_slant_cut
from quarantine.values import Edit

_SMALLEST_PX: Final = 40
FORMATS: Final = (*viewing.FORMATS, TiffImagePlugin)


def draw(file: Foreign, head: Head) -> Answer:
    """Return a page after its edit as a JPEG of a width."""
    edit, width = _edit(head), int(head["width"])
    if not edit.cut and not edit.turn % 2:
        return viewing.shown(edited(file.see(head["page"], width=width).picture, edit))
    # The width is meant of what is shown: how much of the page that is, shows only after.
    picture = edited(file.see(head["page"]).picture, edit)
    height = max(round(picture.height * width / picture.width), 1)
    return viewing.shown(picture.resize((width, min(height, 4 * width)), reducing_gap=2.0))


def develop(file: Foreign, head: Head) -> Answer:
    """Return a page as it travels, with what was measured on it."""
    edit, seen = _edit(head), file.see(head["page"])
    page = prepare(after(seen, edit))
    if min(page.seen.picture.size) < _SMALLEST_PX:
        raise ForeignFileError("small")
    figures, printed = measure(page), print_page(page)
    offer: tuple[int, ...] = ()
    if not edit.cut:
        offer = find_sheet(seen.picture) or find_slant_cut(seen.picture.size, figures.skew)
    told: dict[str, Any] = {
        "media_type": printed.media_type,
        "width": printed.width,
        "height": printed.height,
        "dots_per_inch": printed.dots_per_inch,
        "components": printed.components,
        "figures": asdict(figures),
        "offer": offer,
    }
    return told, printed.data


def after(seen: Seen, edit: Edit) -> Seen:
    """Return a page after its edit; a part of a photograph is taken for a whole sheet again."""
    picture = edited(seen.picture, edit)
    if not edit.cut or seen.dots_per_inch != paper_dpi(seen.picture.size):
        return Seen(picture, seen.dots_per_inch, seen.scanned_dpi)
    dpi = paper_dpi(picture.size)
    return Seen(picture, dpi, round(dpi))


def rehearse() -> None:
    """Do everything once on an empty page, so that nothing is left to be loaded later."""
    viewing.rehearse()
    for mode in ("L", "RGB"):
        page = prepare(Seen(Image.new(mode, (300, 420), "white"), 200.0, 200))
        measure(page)
        print_page(page)


def _edit(head: Head) -> Edit:
    return Edit(cut=tuple(head["cut"]), turn=head["turn"])


OPENING: Final = open_pages
ANSWERS: Final[Answers] = {"draw": draw, "develop": develop}
