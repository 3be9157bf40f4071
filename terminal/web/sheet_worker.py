"""Draws one page of a PDF; runs alone, as a script, with nothing of the counter loaded.

sheet_worker.py PAGE WIDTH_PX < file.pdf > page count, newline, PNG
"""

import io
import resource
import sys
from typing import Final

import pypdfium2

NO_SUCH_PAGE: Final = 3
_SECONDS: Final = 20
_MEMORY_BYTES: Final = 1_500_000_000
_MOST_SCALE: Final = 6


def main(page: int, width_px: int) -> int:
    """Draw a page of the PDF at standard input; answer with its page count and a PNG."""
    # A malicious file may take this process down, and nothing else: no more memory, time or disk.
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    pdf = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    if not 1 <= page <= len(pdf):
        return NO_SUCH_PAGE
    sheet = pdf[page - 1]
    scale = min(width_px / max(sheet.get_width(), 1), _MOST_SCALE)
    out = io.BytesIO()
    sheet.render(scale=scale).to_pil().save(out, "PNG", compress_level=1)
    sys.stdout.buffer.write(b"%d\n" % len(pdf) + out.getvalue())
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
