"""The program that draws one page of a foreign file; `pictures` runs it in a process of its own.

It stands alone: no key, no setting and no module of ours is within its reach.
"""

import io
import resource
import sys

import pypdfium2
from PIL import Image

_MEMORY = 1 << 30
_CPU_S = 20
_MOST_PIXELS = 40_000_000


def shut_in() -> None:
    """Give up memory, time and the right to write files, before the first foreign byte."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def draw(data: bytes, media_type: str, page: int, width: int) -> bytes:
    """Return one page as PNG; pages count from 1."""
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    if media_type == "application/pdf":
        sheet = pypdfium2.PdfDocument(data)[page - 1]
        scale = min(width / sheet.get_width(), 4 * width / sheet.get_height())
        picture = sheet.render(scale=scale).to_pil()
    elif page == 1:
        picture = Image.open(io.BytesIO(data), formats=("JPEG", "PNG"))
        picture.thumbnail((width, width * 4))
    else:
        raise IndexError(page)
    out = io.BytesIO()
    picture.convert("RGB").save(out, "PNG")
    return out.getvalue()


if __name__ == "__main__":
    shut_in()
    kind, number, wide = sys.argv[1:4]
    sys.stdout.buffer.write(draw(sys.stdin.buffer.read(), kind, int(number), int(wide)))
