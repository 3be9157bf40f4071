"""Where a page of a material comes from, in words: what the counter's teller saw and let stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from backend.office.items import MaterialItem
from backend.web.language import join, pick, say
from registration.application import Capture, PageOrigin
from registration.materials import CATALOGUE

_CAPTURES: Final[Mapping[Capture, str]] = {
    Capture.FILE: "文件",
    Capture.CAMERA: "拍摄",
    Capture.FOLDER: "扫描",
    Capture.SCANNER: "扫描",
}
_CHANGES: Final = {"cut": "裁过", "turned": "转过"}
_REMARKS: Final = {
    "blank": "空白",
    "dark": "太暗",
    "blurred": "字迹发虚",
    "coarse": "分辨率低",
    "glare": "反光",
    "cut-off": "边上没拍全",
    "faint": "字太淡",
}


@dataclass(frozen=True, slots=True)
class PageNote:
    """What is to be known of one page."""

    text: str
    """Empty where nobody told."""
    is_doubtful: bool = False
    """Something was measured on it that the teller let stand."""


class Titled(Protocol):
    """A paper with a code of the catalogue and the title that it was sent with."""

    @property
    def code(self) -> str:
        """As in the catalogue."""

    @property
    def title(self) -> str:
        """The catalogue's, or one of its own."""


def show_title(paper: Titled) -> str:
    """Return a paper's title in the reader's language, where it has the catalogue's."""
    known = CATALOGUE.get(paper.code)
    if known is None or not paper.title.startswith(known.title_zh):
        return paper.title
    return pick(paper.title, known.title_en + paper.title.removeprefix(known.title_zh))


def page_notes(material: MaterialItem) -> tuple[PageNote, ...]:
    """Return a note for each page, in order; codes that a newer counter has stay as they are."""
    told = [_note(origin) for origin in material.origins[: material.pages]]
    return (*told, *(PageNote("") for _ in range(material.pages - len(told))))


def _note(origin: PageOrigin) -> PageNote:
    parts = [say(_CAPTURES[origin.capture])]
    parts += [say(_CHANGES.get(name, name)) for name in origin.changes]
    if origin.is_simulated:
        parts.append(say("模拟"))
    if origin.remarks:
        seen = join(*(say(_REMARKS.get(code, code)) for code in origin.remarks))
        parts.append(say("柜员看过并保留：{seen}", seen=seen))
    return PageNote(say("，").join(parts), is_doubtful=bool(origin.remarks))
