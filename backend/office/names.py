"""Names that an operator gives: plain enough for certificates, files, listings and telephones."""

import re
import unicodedata
from typing import Final

from backend.errors import OddNameError

LONGEST: Final = 64
"""Of what stands in a certificate's subject. Source: ITU-T X.520, ub-organization-name."""
_SHORT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
# Letters and symbols that show nothing, and so pass for spaces: Hangul fillers, an empty Braille
# pattern.
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def read_short_name(text: str) -> str:
    """Return the name of an account or a counter: ASCII, so that it can be typed anywhere.

    Raises:
        OddNameError: the message says what is wrong and what would do.
    """
    if not text:
        raise OddNameError("it is empty")
    if len(text) > LONGEST:
        raise OddNameError(f"it has {len(text)} characters, and {LONGEST} are allowed")
    if not _SHORT.fullmatch(text):
        raise OddNameError(
            "it may hold letters A-Z and a-z, digits, dot, hyphen and underscore,"
            " and begins with a letter or digit"
        )
    if text.endswith("."):
        raise OddNameError("it ends with a dot")
    return text


def read_label(text: str) -> str:
    """Return the name of a person, bank or branch, in any script, as it will be shown.

    Raises:
        OddNameError: the message says what is wrong and where.
    """
    if not text.strip():
        raise OddNameError("it is empty")
    if len(text) > LONGEST:
        raise OddNameError(f"it has {len(text)} characters, and {LONGEST} are allowed")
    if text != text.strip() or "  " in text:
        raise OddNameError("it begins or ends with a space, or has two side by side")
    for place, character in enumerate(text, start=1):
        if fault := _fault(character):
            raise OddNameError(f"character {place} (U+{ord(character):04X}) is {fault}")
    return text


def _fault(character: str) -> str:
    """Say what a character is that no name holds; empty for a good one."""
    kind = unicodedata.category(character)
    if character in _BLANK or (kind in {"Zs", "Zl", "Zp"} and character != " "):
        return "no ordinary space, but looks like one"
    if kind in {"Cc", "Cf", "Cs"}:
        return "a control character or shows nothing"
    if kind in {"Cn", "Co"}:
        return "not defined in Unicode"
    return "part of a path, not of a name" if character in "/\\" else ""
