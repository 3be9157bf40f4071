"""The typefaces of the papers: which font draws which character of a text."""

import enum
import functools
from collections.abc import Iterator
from importlib import resources
from io import BytesIO
from itertools import groupby
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from registration.errors import MissingGlyphError
from registration.papers import unicode_map

BASE_FONT = "registration-song"
_FILES = {
    BASE_FONT: "NotoSerifSC-Regular.ttf",
    "registration-song-bold": "NotoSerifSC-Bold-Subset.ttf",
    "registration-rare": "RegistrationRareHan.ttf",
}

_LAYOUT = frozenset("\n\r\t")


class Face(enum.Enum):
    """A weight; the value is the order in which its fonts are asked for a character."""

    value: tuple[str, ...]
    REGULAR = (BASE_FONT, "registration-rare")
    BOLD = ("registration-song-bold", BASE_FONT, "registration-rare")


@functools.cache
def find_font(name: str) -> Any:
    """Return one of our fonts, read from the package at its first use (0.1 s)."""
    unicode_map.install()
    font = TTFont(name, BytesIO(read_font(name)))
    pdfmetrics.registerFont(font)
    return font


def read_font(name: str) -> bytes:
    """Read one of our fonts from the package, whole: TrueType, up to 15 MB."""
    return resources.files("registration.papers").joinpath("fonts", _FILES[name]).read_bytes()


def split_runs(text: str, face: Face) -> Iterator[tuple[str, str]]:
    """Split text into runs of one font each: font name and characters, in order.

    Raises:
        MissingGlyphError: no font has a character; a person must decide what to print.
    """
    for name, characters in groupby(text, key=functools.partial(_font_of, face=face)):
        yield name, "".join(characters)


def find_undrawable(text: str) -> tuple[str, ...]:
    """Return the characters of a text that no font of ours draws, each once, in order.

    Line breaks and tabs are layout and never among them.
    """
    return tuple(dict.fromkeys(c for c in text if c not in _LAYOUT and not _is_drawn(c)))


def spell_out(text: str) -> str:
    """Return a text with the code point in place of every character that cannot be drawn.

    For words about a name or a text, such as a notice; what is registered is never changed.
    """
    return "".join(c if c in _LAYOUT or _is_drawn(c) else f"〔{code_point(c)}〕" for c in text)


def code_point(character: str) -> str:
    """Return how a character is named: U+E000."""
    return f"U+{ord(character):04X}"


def _is_drawn(character: str) -> bool:
    try:
        return bool(_font_of(character, Face.REGULAR))
    except MissingGlyphError:
        return False


@functools.lru_cache(maxsize=16_384)
def _font_of(character: str, face: Face) -> str:
    for name in face.value:
        if ord(character) in find_font(name).face.charToGlyph:
            return name
    raise MissingGlyphError(character)


@functools.lru_cache(maxsize=16_384)
def _advance(character: str, face: Face) -> float:
    return float(find_font(_font_of(character, face)).stringWidth(character, 1.0))


def text_width(text: str, face: Face, size: float) -> float:
    """Return the width of one line in points, at a size in points.

    Raises:
        MissingGlyphError: as `split_runs`.
    """
    return size * sum(_advance(character, face) for character in text)
