"""Which rare characters our fonts draw, without reading a whole font: its character map alone.

Source: OpenType 1.9, "cmap", subtable format 12 (segmented coverage).
"""

import functools
import struct
from bisect import bisect_right
from dataclasses import dataclass
from importlib import resources
from typing import Final

from registration.people import is_private_use

_FONTS = ("NotoSerifSC-Regular.ttf", "RegistrationRareHan.ttf")
_FULL_UNICODE = (3, 10)
_HEADER, _GROUP = 16, 12
_LAST_COMMON: Final = 0xFFFF
_COMPATIBILITY: Final = range(0xF900, 0xFB00)


@dataclass(frozen=True, slots=True)
class RareCharacter:
    """A character that a PC's own fonts may lack, or draw like another one."""

    character: str
    code: str
    """"U+20BB7"."""
    is_drawn: bool
    """Whether one of our fonts has it; nobody's has one of private use."""


def find_rare(text: str) -> tuple[RareCharacter, ...]:
    """Return the rare characters of a text, each once and in the order of the text."""
    rare = dict.fromkeys(c for c in text if _is_rare(c))
    return tuple(RareCharacter(c, f"U+{ord(c):04X}", can_draw(c)) for c in rare)


def _is_rare(character: str) -> bool:
    number = ord(character)
    return number > _LAST_COMMON or number in _COMPATIBILITY or is_private_use(character)


def can_draw(character: str) -> bool:
    """Say whether one of the papers' fonts has a character."""
    return any(_has(font, ord(character)) for font in _FONTS)


def load_rare_han() -> bytes:
    """Return the font of rare characters as a file, for pages that show names."""
    return _read(_FONTS[1])


def _has(font: str, number: int) -> bool:
    starts, ends = _segments(font)
    at = bisect_right(starts, number) - 1
    return at >= 0 and number <= ends[at]


@functools.cache
def _segments(font: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return where each run of characters starts and ends, in order."""
    map_ = _table(_read(font), b"cmap")
    for at in range(struct.unpack_from(">H", map_, 2)[0]):
        platform, encoding, offset = struct.unpack_from(">HHI", map_, 4 + 8 * at)
        if (platform, encoding) == _FULL_UNICODE:
            return _groups(map_[offset:])
    raise AssertionError(f"{font} has no full character map")


def _groups(subtable: bytes) -> tuple[tuple[int, ...], tuple[int, ...]]:
    kind, _, _, _, count = struct.unpack_from(">HHIII", subtable)
    assert kind == 12, "the fonts of the repository have this form"
    body = subtable[_HEADER : _HEADER + count * _GROUP]
    groups = tuple(struct.iter_unpack(">III", body))
    return tuple(g[0] for g in groups), tuple(g[1] for g in groups)


def _table(font: bytes, name: bytes) -> bytes:
    for at in range(struct.unpack_from(">H", font, 4)[0]):
        tag, _, offset, length = struct.unpack_from(">4sIII", font, 12 + 16 * at)
        if tag == name:
            return font[offset : offset + length]
    raise AssertionError(f"no table {name!r}")


def _read(font: str) -> bytes:
    return resources.files("registration.papers").joinpath("fonts", font).read_bytes()
