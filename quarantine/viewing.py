"""What a cell does that only shows pages."""

import io
from typing import Final

from PIL import Image, ImageFile, JpegImagePlugin, PngImagePlugin

from quarantine.cell import Answer, Answers, open_pages
from quarantine.foreign import Foreign, open_foreign
from quarantine.messages import Head

# Pillow finds its formats by importing them, which cannot be done any more behind the wall.
FORMATS: Final = (JpegImagePlugin, PngImagePlugin)
_QUALITY: Final = 90


def draw(file: Foreign, head: Head) -> Answer:
    """Return a page as a JPEG of a width."""
    return shown(file.see(head["page"], width=head["width"]).picture)


def shown(picture: Image.Image) -> Answer:
    """Return a picture as the screen takes it."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY, subsampling=0)
    return {"width": picture.width, "height": picture.height}, out.getvalue()


def rehearse() -> None:
    """Do everything once on an empty page, so that nothing is left to be loaded later."""
    out = io.BytesIO()
    Image.new("RGBA", (32, 32)).save(out, "PNG")
    draw(open_foreign(out.getvalue()), {"page": 1, "width": 16})
    ImageFile.LOAD_TRUNCATED_IMAGES = False


OPENING: Final = open_pages
ANSWERS: Final[Answers] = {"draw": draw}
