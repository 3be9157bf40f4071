"""The plain fields of the wire: each with its check, its spelling and its JSON Schema."""

import base64
import binascii
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final, Protocol, TypeVar

from pydantic import Field, PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from registration.errors import BadValueError
from registration.identifiers import (
    CertificateNo,
    CreditCode,
    LicenceId,
    UnitNo,
    parse_certificate_no,
    parse_credit_code,
    parse_licence_id,
    parse_unit_no,
)
from registration.mortgage import Money
from registration.people import PersonName, parse_name
from registration.wire.decoding import LARGEST_INTEGER

T = TypeVar("T")

# No control characters, and none that turns the direction of the text around it: a paper must
# not read otherwise than its bytes. Long texts may have tabs and line breaks.
_TURNING = r"\u200e\u200f\u202a-\u202e\u2066-\u2069"
_LINE: Final = rf"^[^\u0000-\u001f\u007f-\u009f{_TURNING}]*$"
_PROSE: Final = rf"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f{_TURNING}]*$"

Label = Annotated[str, Field(max_length=200, pattern=_LINE)]
"""A short text on one line; may be empty."""
Prose = Annotated[str, Field(max_length=4000, pattern=_PROSE)]
"""A text of several lines; may be empty."""
Text = Annotated[str, Field(max_length=200_000, pattern=_PROSE)]
"""A text put together of others, such as the names of everybody; may be empty."""
Token = Annotated[str, Field(max_length=200, pattern=r"^[!-~]*$")]
"""ASCII without blanks: codes, numbers, addresses of pages; may be empty."""
Key = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[!-~]+$")]
"""ASCII without blanks; never empty."""
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 in lower-case hexadecimal."""
Count = Annotated[int, Field(ge=0, le=LARGEST_INTEGER)]
Many = Annotated[tuple[T, ...], Field(strict=False, max_length=500)]
"""A list of at most 500; order means something."""
Pair = Annotated[tuple[Label, Prose], Field(strict=False)]
Item = Annotated[tuple[Label, Text], Field(strict=False)]

_YEAR = r"(?:1[89]|2[0-9])[0-9]{2}"
_DAY: Final = rf"^{_YEAR}-[0-9]{{2}}-[0-9]{{2}}$"
_MOMENT: Final = (
    rf"^{_YEAR}-[0-9]{{2}}-[0-9]{{2}}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    r"(?:\.[0-9]{1,6})?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$"
)
_LARGEST_PHOTO: Final = 256 * 1024
_BASE64: Final = r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"


class _Written(Protocol):
    """A value of the language that is one text."""

    @property
    def text(self) -> str: ...


W = TypeVar("W", bound=_Written)


def _reading(kind: type[W], parse: Callable[[str], W], what: str) -> Callable[[Any], W]:
    """Return a validator that takes the text of a value, or the value itself."""

    def read(value: Any) -> W:
        if isinstance(value, kind):
            value = value.text
        try:
            found = parse(_text(value))
        except BadValueError as exc:
            # Only the class and its fixed word go on, never the text.
            raise PydanticCustomError(exc.code, f"must be {what}: {exc.reason}") from None
        if found.text != value:
            # One value has one spelling, so that its bytes and its digest are always the same.
            raise PydanticCustomError(
                "spelling",
                f"write {what} as printed: full-width brackets, capitals, no blanks around it",
            )
        return found

    return read


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise PydanticCustomError("not-text", "must be text")
    return value


def _write(value: _Written) -> str:
    return value.text


def _read_money(value: Any) -> Money:
    fen = value.fen if isinstance(value, Money) else value
    if isinstance(fen, bool) or not isinstance(fen, int):
        raise PydanticCustomError("not-whole", "must be a whole number of fen")
    if not 0 <= fen <= LARGEST_INTEGER:
        raise PydanticCustomError("out-of-range", "must be 0 to 2**53 - 1 fen")
    return Money(fen)


def _read_day(value: Any) -> date:
    text = value.isoformat() if type(value) is date else _text(value)
    return _calendar(date.fromisoformat, text, _DAY, "must be a date such as 2026-09-29")


def _read_moment(value: Any) -> datetime:
    text = _write_moment(value) if isinstance(value, datetime) else _text(value)
    return _calendar(
        datetime.fromisoformat, text, _MOMENT, "must be a time such as 2026-09-29T10:12:00+08:00"
    )


def _calendar(read: Callable[[str], T], text: str, pattern: str, detail: str) -> T:
    if re.fullmatch(pattern, text, re.ASCII):
        try:
            return read(text)
        except ValueError:
            pass  # A day that no calendar has; told below like any other wrong date.
    raise PydanticCustomError("date", detail)


def _write_moment(value: datetime) -> str:
    text = value.isoformat()
    return text[:-6] + "Z" if value.utcoffset() == timedelta(0) else text


def _read_photo(value: Any) -> bytes:
    data = value if isinstance(value, bytes) else _decoded(_text(value))
    if len(data) > _LARGEST_PHOTO:
        raise PydanticCustomError("too-large", "must be at most 256 KiB")
    return data


def _decoded(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = None
    if data is None or _encoded(data) != text:
        raise PydanticCustomError("base64", "must be base64 with padding (RFC 4648, section 4)")
    return data


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


Name = Annotated[
    PersonName,
    PlainValidator(_reading(PersonName, parse_name, "a name of 1 to 100 characters")),
    PlainSerializer(_write),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 100}),
]
Unit = Annotated[
    UnitNo,
    PlainValidator(_reading(UnitNo, parse_unit_no, "a unit number of 28 characters")),
    PlainSerializer(_write),
    WithJsonSchema({"type": "string", "pattern": "^[0-9A-Z]{28}$"}),
]
PrintedNo = Annotated[
    CertificateNo,
    PlainValidator(
        _reading(
            CertificateNo,
            parse_certificate_no,
            "a number such as 豫（2026）开封市不动产证明第0012345号",
        )
    ),
    PlainSerializer(_write),
    WithJsonSchema({"type": "string", "pattern": "^.（[0-9]{4}）.+不动产(权|证明)第[0-9]{7}号$"}),
]
Credit = Annotated[
    CreditCode,
    PlainValidator(_reading(CreditCode, parse_credit_code, "a credit code of 18 characters")),
    PlainSerializer(_write),
    WithJsonSchema({"type": "string", "pattern": "^[0-9A-Z]{18}$"}),
]
Licence = Annotated[
    LicenceId,
    PlainValidator(_reading(LicenceId, parse_licence_id, "a licence identifier (GB/T 36904)")),
    PlainSerializer(_write),
    WithJsonSchema({"type": "string", "maxLength": 100}),
]
Fen = Annotated[
    Money,
    PlainValidator(_read_money),
    PlainSerializer(lambda money: money.fen),
    WithJsonSchema(
        {
            "type": "integer",
            "minimum": 0,
            "maximum": LARGEST_INTEGER,
            "description": "Renminbi in whole fen.",
        }
    ),
]
Day = Annotated[
    date,
    PlainValidator(_read_day),
    PlainSerializer(date.isoformat),
    WithJsonSchema({"type": "string", "format": "date", "pattern": _DAY}),
]
Moment = Annotated[
    datetime,
    PlainValidator(_read_moment),
    PlainSerializer(_write_moment),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": _MOMENT}),
]
Photo = Annotated[
    bytes,
    PlainValidator(_read_photo),
    PlainSerializer(_encoded),
    WithJsonSchema(
        {
            "type": "string",
            "contentEncoding": "base64",
            "maxLength": _LARGEST_PHOTO // 3 * 4 + 4,
            "pattern": _BASE64,
        }
    ),
]
File = Annotated[tuple[Label, Photo], Field(strict=False)]
"""A name and bytes in base64."""
