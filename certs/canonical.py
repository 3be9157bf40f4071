"""Canonical JSON out, strict JSON in: one decoder for everything that comes from outside."""

import json
from typing import Any, Final, NoReturn

import rfc8785

from certs.errors import JSONRefusedError

_DEEPEST: Final = 16
_LARGEST_INTEGER: Final = 2**53 - 1
"""Above it RFC 8785 and other people's JSON libraries lose digits."""


def encode(value: Any) -> bytes:
    """Write a value as canonical JSON: sorted keys, no white space, UTF-8.

    Raises:
        JSONRefusedError: the value holds something that `decode` would not read again.

    Source: RFC 8785.
    """
    _require_plain(value, _DEEPEST)
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as exc:
        # The library sorts keys by their UTF-16, which half a character does not have.
        raise JSONRefusedError("not representable") from exc


def decode(data: bytes, *, largest: int) -> Any:
    """Read JSON of at most `largest` bytes, refusing what two readers could read differently.

    Raises:
        JSONRefusedError: too large, not UTF-8, a key twice, a fraction, NaN, or nested too deeply.
    """
    if len(data) > largest:
        raise JSONRefusedError("too large")
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
            parse_int=_integer,
        )
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as exc:
        raise JSONRefusedError("not JSON") from exc
    _require_plain(value, _DEEPEST)
    return value


def decode_object(data: bytes, *, largest: int) -> dict[str, Any]:
    """Read one JSON object that is already in canonical form.

    Only the canonical spelling is taken, so that no two byte strings mean the same thing.

    Raises:
        JSONRefusedError: as `decode`, and for anything but an object in canonical form.
    """
    value = decode(data, largest=largest)
    if not isinstance(value, dict):
        raise JSONRefusedError("not an object")
    if encode(value) != data:
        raise JSONRefusedError("not canonical")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise JSONRefusedError("a key twice")
    return found


def _refuse_number(_text: str) -> NoReturn:
    raise JSONRefusedError("not a whole number")


def _integer(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > _LARGEST_INTEGER:
        raise JSONRefusedError("number too large")
    return int(text)


def _require_plain(value: Any, left: int) -> None:
    if isinstance(value, float):
        raise JSONRefusedError("not a whole number")
    if isinstance(value, dict | list | tuple):
        if left == 0:
            raise JSONRefusedError("nested too deeply")
        for item in value.values() if isinstance(value, dict) else value:
            _require_plain(item, left - 1)
