"""Setting text: where a line may break and what size makes the contents fit."""

import functools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from registration.errors import PaperOverflowError
from registration.papers.faces import Face, text_width

LEADING = 1.5
"""Line distance as a multiple of the size."""

# Characters that must not begin, or not end, a line.
# Source: GB/T 15834-2011, 5.1; 中文排版需求 (W3C clreq), 3.1.3.
_NOT_FIRST = frozenset("、。，．：；！？）〕】》〉」』”’…—·％%,.:;!?)]}")
_NOT_LAST = frozenset("（〔【《〈「『“‘([{￥¥")
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Setting:
    """Lines of one text at one size."""

    lines: tuple[str, ...]
    size: float
    """Points."""

    @property
    def height(self) -> float:
        """Points."""
        return len(self.lines) * self.size * LEADING


@functools.lru_cache(maxsize=256)
def wrap(
    text: str, *, width: float, size: float, face: Face = Face.REGULAR, hang: float = 0.0
) -> tuple[str, ...]:
    """Break a text into lines no wider than `width` points; a newline always breaks.

    A tab is set as a space. Latin words and figures stay whole unless one is longer than a line.
    All lines but the first are shorter by `hang` points, to be drawn so far to the right.

    Raises:
        MissingGlyphError: a character that cannot be drawn.
    """
    lines: list[str] = []
    for paragraph in _LINE_END.split(text.replace("\t", " ")):
        line, used = "", 0.0
        for piece in _pieces(paragraph):
            for part in _cut_to(piece, width=width - hang, size=size, face=face):
                room = width - hang if lines else width
                if line and used + text_width(part.rstrip(), face, size) > room:
                    lines.append(line.rstrip())
                    line, used = part.lstrip(), text_width(part.lstrip(), face, size)
                else:
                    line, used = line + part, used + text_width(part, face, size)
        lines.append(line.rstrip())
    return tuple(lines)


def fit(
    text: str,
    *,
    field: str,
    width: float,
    height: float,
    sizes: Sequence[float],
    face: Face = Face.REGULAR,
) -> Setting:
    """Set a text at the first of the sizes, largest first, at which it fits the box (points).

    Raises:
        PaperOverflowError: it does not fit at the least size; `field` names it.
        MissingGlyphError: a character that cannot be drawn.
    """
    for size in sizes:
        setting = Setting(wrap(text, width=width, size=size, face=face), size)
        if setting.height <= height + 0.01:
            return setting
    raise PaperOverflowError(field)


def line_size(
    text: str,
    *,
    field: str,
    width: float,
    sizes: Sequence[float],
    face: Face = Face.REGULAR,
) -> float:
    """Return the first of the sizes, largest first, at which a text is one line of `width` points.

    Raises:
        PaperOverflowError: it is longer at the least size; `field` names it.
        MissingGlyphError: a character that cannot be drawn.
    """
    for size in sizes:
        if text_width(text, face, size) <= width:
            return size
    raise PaperOverflowError(field)


def _pieces(text: str) -> Iterator[str]:
    """Yield the parts that stay together: words, and ideographs with their punctuation."""
    piece = ""
    for character in text:
        if piece and _may_break(piece, character):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def _may_break(piece: str, after: str) -> bool:
    before = piece[-1]
    if after in _NOT_FIRST or before in _NOT_LAST or after == " ":
        return False
    # 第0012345号 and 86.0000 万元 are read as one.
    if (before == "第" or after == "号") and (before + after).strip("第号").isdigit():
        return False
    if before == " " and piece[-2:-1].isdigit() and _is_wide(after):
        return False
    return before == " " or _is_wide(before) or _is_wide(after)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in {"W", "F"}


def _cut_to(piece: str, *, width: float, size: float, face: Face) -> Iterator[str]:
    part, used = "", 0.0
    for character in piece:
        advance = text_width(character, face, size)
        if part and used + advance > width:
            yield part
            part, used = "", 0.0
        part += character
        used += advance
    yield part
