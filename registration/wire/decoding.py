"""Strict JSON in, canonical JSON out: one decoder for everything that comes from outside."""

import json
from collections.abc import Iterator
from typing import Any, Final, NoReturn

import rfc8785

from registration.errors import BadDocumentError, Problem

LARGEST_DOCUMENT: Final = 8 * 1024 * 1024
"""Bytes: twenty signatures of ten thousand points and their signers' photos need half."""
DEEPEST: Final = 16
LARGEST_INTEGER: Final = 2**53 - 1
"""Above it RFC 8785 and other people's JSON libraries lose digits."""
MOST_MEMBERS: Final = 100
"""Of one object; the largest of ours has twenty. Each one too many costs memory to report."""
_MOST_DIGITS: Final = 17


def decode_json(data: bytes, *, largest: int = LARGEST_DOCUMENT) -> Any:
    """Read JSON of at most `largest` bytes, refusing what two readers could read differently.

    Raises:
        BadDocumentError: too large, not UTF-8, not JSON, a key twice, an object of more than
            100 members, a number that is no whole number below 2**53, half a character, or
            nested more than 16 deep.
    """
    if len(data) > largest:
        raise _refusal("too-large", f"at most {largest} bytes")
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
            parse_int=_integer,
        )
    except UnicodeDecodeError as exc:
        raise _refusal("not-utf-8", f"byte {exc.start} is not UTF-8") from None
    except json.JSONDecodeError as exc:
        raise _refusal("not-json", f"not JSON at line {exc.lineno}, column {exc.colno}") from None
    except RecursionError:
        raise _refusal("too-deep", f"nested more than {DEEPEST} deep") from None
    _require_plain(value)
    return value


def canonical(value: Any) -> bytes:
    """Write a value as canonical JSON: sorted keys, no white space, UTF-8.

    Raises:
        BadDocumentError: the value holds something that canonical JSON cannot.

    Source: RFC 8785.
    """
    try:
        _require_plain(value)
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, RecursionError):
        raise _refusal("not-canonical", "no canonical form: only JSON's own types") from None


def _refusal(code: str, detail: str) -> BadDocumentError:
    return BadDocumentError((Problem("", code, detail),))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MOST_MEMBERS:
        raise _refusal("too-many-members", f"an object has more than {MOST_MEMBERS} members")
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _refusal("duplicate-key", "an object has a key twice")
    return found


def _refuse_number(_text: str) -> NoReturn:
    raise _refusal("not-whole", "numbers must be whole: no fraction, exponent, NaN or infinity")


def _integer(text: str) -> int:
    # The length first: reading a million digits takes its time.
    if len(text) > _MOST_DIGITS or abs(int(text)) > LARGEST_INTEGER:
        raise _refusal("number-too-large", "a number must be below 2**53")
    return int(text)


def _require_plain(value: Any) -> None:
    """Refuse half characters and deep nesting; by a list of its own, not by recursion."""
    left = [(value, 1)]
    while left:
        item, depth = left.pop()
        if isinstance(item, str):
            _require_whole_characters(item)
        elif isinstance(item, dict | list | tuple):
            if depth > DEEPEST:
                raise _refusal("too-deep", f"nested more than {DEEPEST} deep")
            left.extend((inner, depth + 1) for inner in _inside(item))


def _inside(item: dict[Any, Any] | list[Any] | tuple[Any, ...]) -> Iterator[Any]:
    if isinstance(item, dict):
        yield from item.keys()
        yield from item.values()
    else:
        yield from item


def _require_whole_characters(text: str) -> None:
    # "\ud800" alone is JSON to some readers, but no text: it has no UTF-8.
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise _refusal("half-character", "a surrogate without its other half")
