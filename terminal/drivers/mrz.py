"""The machine-readable zone: what it says, and the key that it makes for the chip.

Source: ICAO Doc 9303-3 (check digits, 4.9), 9303-4 (passports, TD3), 9303-5 (cards, TD1).
"""

import re
from dataclasses import dataclass, field
from datetime import date

from terminal.desk.ports import ChipKey
from terminal.errors import CardUnreadableError, WrongChipKeyError

_WEIGHTS = (7, 3, 1)
_NUMBER = re.compile(r"[A-Z0-9]{1,22}", re.ASCII)
_CAN = re.compile(r"[0-9]{6}", re.ASCII)
_ZONE = re.compile(r"[A-Z0-9<]+", re.ASCII)
_SIZES = {88: "TD3", 90: "TD1"}


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

    Raises:
        WrongChipKeyError: one of them is missing, or the number holds other characters.

    Source: ICAO Doc 9303-11, 4.3.2.
    """
    number = key.document_no.strip().upper()
    if not _NUMBER.fullmatch(number) or key.birth_date is None or key.valid_to is None:
        raise WrongChipKeyError(0, "number or dates are missing")
    fields = (number.ljust(9, "<"), f"{key.birth_date:%y%m%d}", f"{key.valid_to:%y%m%d}")
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
    """Read the zone of a passport (2 lines of 44) or a card (3 lines of 30), without line breaks.

    Raises:
        CardUnreadableError: another size, a check digit that does not fit, or an impossible date.
    """
    form = _SIZES.get(len(zone))
    if form is None or not _ZONE.fullmatch(zone):
        raise CardUnreadableError("MRZ")
    return _parse_passport(zone) if form == "TD3" else _parse_card(zone)


def birth_date(birth: str, today: date) -> date | None:
    """Return a birth date of two-digit year, the latest that is past; None when partly unknown.

    Raises:
        CardUnreadableError: there is no such day.
    """
    if "<" in birth:
        return None
    day = _day(f"20{birth}", "birth")
    return day if day <= today else _day(f"19{birth}", "birth")


def _parse_passport(zone: str) -> MachineReadableZone:
    line = zone[44:]
    _require_digit(line[0:9], line[9], "number")
    _require_digit(line[13:19], line[19], "birth")
    _require_digit(line[21:27], line[27], "valid_to")
    _require_digit(line[0:10] + line[13:20] + line[21:43], line[43], "MRZ")
    return MachineReadableZone(
        document_code=_trimmed(zone[0:2]),
        issuer=_trimmed(zone[2:5]),
        latin_name=_name(zone[5:44]),
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
