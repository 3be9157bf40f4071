"""Pages of a draft as the counter's pages draw them, and how long they take to travel."""

from dataclasses import asdict
from typing import Final

from terminal.desk.draft import Draft
from terminal.desk.pages import Page
from terminal.desk.quality import judge
from terminal.web.shown import JSON, time_shown

SLOW_LINE_BPS: Final = 64_000
"""The slowest line that a branch has; what is told of it is the longest that it takes."""
_OVERHEAD: Final = 1.06
"""For encryption, headers and acknowledgements."""


def page_shown(page: Page) -> JSON:
    """Return one page with what is to be said of it."""
    picture = page.picture
    return {
        "page_id": page.page_id,
        "code": page.code,
        "file_name": page.file_name,
        "number": page.number,
        "capture": page.origin.capture.value,
        "captured_at": time_shown(page.origin.captured_at),
        "is_simulated": page.origin.is_simulated,
        "is_waiting": page.is_waiting,
        "is_bound": page.is_bound,
        "is_black": picture is not None and picture.media_type == "image/x-ccitt-g4",
        "key": picture.sha256[:16] if picture else page.file[:16],
        "size": picture.size if picture else 0,
        "edit": {"cut": list(page.edit.cut), "turn": page.edit.turn},
        "offer": list(page.offer),
        "remarks": [
            asdict(remark) | {"level": remark.level.value, "is_kept": remark.code in page.kept}
            for remark in judge(page)
        ],
    }


def volume_shown(draft: Draft) -> JSON:
    """Return how much travels, and how long a slow line takes for it."""
    size = sum(m.size for m in draft.materials) + sum(p.size for p in draft.papers)
    return {
        "bytes": size,
        "seconds": round(size * 8 * _OVERHEAD / SLOW_LINE_BPS),
        "waiting": sum(page.is_waiting for page in draft.pages),
    }
