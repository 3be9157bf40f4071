"""The machine-readable zone: what it says, and the key that it makes for the chip.

Source: ICAO Doc 9303-3 (check digits, 4.9), 9303-4 (passports, TD3), 9303-5 and 9303-6 (cards,
TD1 and TD2); GA/T 704.14-2015 (permits of Hong Kong and Macao residents: TD1). The mainland's own
exit-entry permits (CS, CD) follow no published standard: their layout is the one that independent
readers of these cards agree on, and no genuine card was at hand to prove it.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from terminal.desk.ports import ChipKey
from terminal.reader_errors import CardUnreadableError, WrongChipKeyError

_WEIGHTS = (7, 3, 1)
_NUMBER = re.compile(r"[A-Z0-9]{1,22}", re.ASCII)
_CAN = re.compile(r"[0-9]{6}", re.ASCII)
_ZONE = re.compile(r"[A-Z0-9<]+", re.ASCII)
_EXIT_ENTRY = frozenset({"CS", "CD"})
"""Permits of mainland residents for Hong Kong and Macao, and for Taiwan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineReadableZone:
    """What the zone says; each check digit fits."""

    document_code: str
    """"P" and its like for passports, "C" and its like for cards."""
    issuer: str
    """Three letters."""
    number: str = field(repr=False)
    latin_name: str = field(repr=False)
    """SURNAME, GIVEN NAMES."""
    nationality: str
    sex: str
    """GB/T 2261.1."""
    birth: str = field(repr=False)
    """YYMMDD; unknown parts are filled with "<"."""
    valid_to: date


def check_digit(text: str) -> str:
    """Return the check digit of a field: weights 7, 3, 1; letters count from 10."""
    values = (0 if char == "<" else int(char, 36) for char in text)
    return str(sum(value * _WEIGHTS[at % 3] for at, value in enumerate(values)) % 10)


def make_mrz_key(key: ChipKey) -> str:
    """Return the text that opens a chip: number, birth date and expiry with their check digits.

    Where the whole zone was given it counts alone.

    Raises:
        WrongChipKeyError: something is missing, the number holds other characters, or the zone's
            check digits do not fit.

    Source: ICAO Doc 9303-11, 4.3.2.
    """
    if key.zone:
        return _key_of_zone(key.zone)
    number = key.document_no.strip().upper()
    if not _NUMBER.fullmatch(number) or key.birth_date is None or key.valid_to is None:
        raise WrongChipKeyError(0, "number or dates are missing")
    return _key_text(number, f"{key.birth_date:%y%m%d}", key.valid_to)


def _key_of_zone(typed: str) -> str:
    try:
        zone = parse_mrz("".join(typed.split()).upper())
    except CardUnreadableError as exc:
        raise WrongChipKeyError(0, f"zone: {exc.field}") from exc
    return _key_text(zone.number, zone.birth, zone.valid_to)


def _key_text(number: str, birth: str, valid_to: date) -> str:
    fields = (number.ljust(9, "<"), birth, f"{valid_to:%y%m%d}")
    return "".join(text + check_digit(text) for text in fields)


def require_can(text: str) -> str:
    """Return the card access number.

    Raises:
        WrongChipKeyError: it is not six digits.
    """
    if not _CAN.fullmatch(text.strip()):
        raise WrongChipKeyError(0, "the access number has six digits")
    return text.strip()


def parse_mrz(zone: str) -> MachineReadableZone:
    """Read a zone without line breaks: 2 lines of 44 or 36, 3 lines of 30, or one line of 30.

    Raises:
        CardUnreadableError: another size, a check digit that does not fit, or an impossible date.
    """
    if not _ZONE.fullmatch(zone):
        raise CardUnreadableError("MRZ")
    if len(zone) in (30, 90) and zone[:2] in _EXIT_ENTRY:
        return _parse_exit_entry(zone)
    match len(zone):
        case 88:
            return _parse_two_lines(zone, 44)
        case 72:
            return _parse_two_lines(zone, 36)
        case 90:
            return _parse_card(zone)
    raise CardUnreadableError("MRZ")


def birth_date(birth: str, today: date) -> date | None:
    """Return a birth date of two-digit year, the latest that is past; None when partly unknown.

    Raises:
        CardUnreadableError: there is no such day.
    """
    if "<" in birth:
        return None
    day = _day(f"20{birth}", "birth")
    return day if day <= today else _day(f"19{birth}", "birth")


def _parse_two_lines(zone: str, width: int) -> MachineReadableZone:
    line, last = zone[width:], width - 1
    _require_digit(line[0:9], line[9], "number")
    _require_digit(line[13:19], line[19], "birth")
    _require_digit(line[21:27], line[27], "valid_to")
    _require_digit(line[0:10] + line[13:20] + line[21:last], line[last], "MRZ")
    return MachineReadableZone(
        document_code=_trimmed(zone[0:2]),
        issuer=_trimmed(zone[2:5]),
        latin_name=_name(zone[5:width]),
        number=_trimmed(line[0:9]),
        nationality=_trimmed(line[10:13]),
        birth=line[13:19],
        sex=_sex(line[20]),
        valid_to=_day(f"20{line[21:27]}", "valid_to"),
    )


def _parse_card(zone: str) -> MachineReadableZone:
    first, second = zone[:30], zone[30:60]
    number, digit = first[5:14], first[14]
    if digit == "<":
        # Longer than nine characters: the rest and its check digit stand in the optional part.
        rest = first[15:].partition("<")[0]
        number, digit = number + rest[:-1], rest[-1:]
    _require_digit(number, digit, "number")
    _require_digit(second[0:6], second[6], "birth")
    _require_digit(second[8:14], second[14], "valid_to")
    _require_digit(first[5:] + second[0:7] + second[8:15] + second[18:29], second[29], "MRZ")
    return MachineReadableZone(
        document_code=_trimmed(first[0:2]),
        issuer=_trimmed(first[2:5]),
        latin_name=_name(zone[60:]),
        number=_trimmed(number),
        nationality=_trimmed(second[15:18]),
        birth=second[0:6],
        sex=_sex(second[7]),
        valid_to=_day(f"20{second[8:14]}", "valid_to"),
    )


def _parse_exit_entry(zone: str) -> MachineReadableZone:
    """Read a mainland resident's permit; on the card itself only the first line is printed."""
    _require_digit(zone[2:11], zone[11], "number")
    _require_digit(zone[13:19], zone[19], "valid_to")
    _require_digit(zone[21:27], zone[27], "birth")
    return MachineReadableZone(
        document_code=zone[0:2],
        issuer="CHN",
        # The twelve characters before the Latin name hold the Chinese one, cut off and in code.
        latin_name=_name(zone[42:60]),
        number=_trimmed(zone[2:11]),
        nationality="CHN",
        birth=zone[21:27],
        sex=_sex(zone[60:61]),
        valid_to=_day(f"20{zone[13:19]}", "valid_to"),
    )


def _require_digit(text: str, digit: str, name: str) -> None:
    if check_digit(text) != digit:
        raise CardUnreadableError(name)


def _trimmed(text: str) -> str:
    return text.rstrip("<")


def _name(text: str) -> str:
    surname, _, given = _trimmed(text).partition("<<")
    parts = (" ".join(part.split("<")).strip() for part in (surname, given))
    return ", ".join(part for part in parts if part)


def _sex(letter: str) -> str:
    return {"M": "1", "F": "2"}.get(letter, "9")


def _day(text: str, name: str) -> date:
    try:
        # fromisoformat alone would take weeks, too: "2026W011".
        if not text.isdigit():
            raise ValueError("digits")
        return date.fromisoformat(text)
    except ValueError as exc:
        raise CardUnreadableError(name) from exc
