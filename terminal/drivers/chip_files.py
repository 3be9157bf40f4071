"""Opening a passport's chip and reading its files.

Source: ICAO Doc 9303-10 (8th edition), 3.6 and 4.1; 9303-11, 4.2.
"""

from terminal.desk.ports import ChipKey
from terminal.drivers.apdu import (
    FILE_NOT_FOUND,
    OK,
    SECURITY_NOT_SATISFIED,
    Chip,
    Command,
)
from terminal.drivers.bac import open_with_bac
from terminal.drivers.mrz import make_mrz_key, require_can
from terminal.drivers.pace import CAN_PASSWORD, MRZ_PASSWORD, find_curve, open_with_pace
from terminal.drivers.tlv import encode_tlv, object_size, require_tlv
from terminal.reader_errors import (
    CardRefusedError,
    CardUnreadableError,
    WrongCardError,
    WrongChipKeyError,
)

_APPLICATION = bytes.fromhex("A0000002471001")
_CARD_ACCESS = 0x011C
_FILES = {"COM": 0x011E, "SOD": 0x011D, "DG1": 0x0101, "DG2": 0x0102, "DG11": 0x010B}
_OPTIONAL = frozenset({"SOD", "DG11"})
"""May be absent here; whether that is right, the signed list of data groups decides."""
_END_OF_FILE = 0x6282
_STEP = 0xDF
"""Bytes a command: with its protection the answer stays below 256."""
_FAR = 0x8000
"""From here on offsets need the other form of the command."""
_LARGEST = 1 << 18


def open_chip(chip: Chip, key: ChipKey) -> tuple[Chip, str]:
    """Open the chip by PACE where it offers that, else by BAC; return it and which it was.

    Raises:
        WrongCardError: there is no passport application on the card.
        WrongChipKeyError: the chip does not open with this key.
    """
    access = _read_file(chip, _CARD_ACCESS, "CardAccess")
    curve = find_curve(access) if access else None
    if curve is None:
        _select_application(chip)
        if key.can and not (key.document_no or key.zone):
            raise WrongChipKeyError(0, "this chip takes no access number")
        return open_with_bac(chip, make_mrz_key(key)), "BAC"
    if key.can:
        opened = open_with_pace(chip, curve, CAN_PASSWORD, require_can(key.can))
        how = "PACE CAN"
    else:
        opened = open_with_pace(chip, curve, MRZ_PASSWORD, make_mrz_key(key))
        how = "PACE MRZ"
    _select_application(opened)
    return opened, how


def read_files(chip: Chip) -> dict[str, bytes]:
    """Read the list of files, the signed digests and the data groups that say who the holder is.

    Raises:
        CardUnreadableError: a file that every passport has is missing or damaged.
        CardRefusedError: the chip does not let us read one.
    """
    files: dict[str, bytes] = {}
    for name, number in _FILES.items():
        data = _read_file(chip, number, name)
        if data is not None:
            files[name] = data
        elif name not in _OPTIONAL:
            raise CardUnreadableError(name)
    return files


def _select_application(chip: Chip) -> None:
    answer = chip.send(Command(0xA4, 4, 0x0C, _APPLICATION))
    if answer.sw != OK:
        raise WrongCardError(answer.sw, "no passport application")


def _read_file(chip: Chip, number: int, name: str) -> bytes | None:
    selected = chip.send(Command(0xA4, 2, 0x0C, number.to_bytes(2, "big")))
    if selected.sw != OK:
        if selected.sw == SECURITY_NOT_SATISFIED:
            raise CardRefusedError(selected.sw, name)
        if name == "CardAccess" or selected.sw == FILE_NOT_FOUND:
            return None
        raise CardUnreadableError(name)
    data = _read_part(chip, 0, 6, name)
    size = object_size(data)
    if size > _LARGEST:
        raise CardUnreadableError(name)
    while len(data) < size:
        data += _read_part(chip, len(data), min(_STEP, size - len(data)), name)
    return data[:size]


def _read_part(chip: Chip, offset: int, wanted: int, name: str) -> bytes:
    if offset < _FAR:
        command = Command(0xB0, offset >> 8, offset & 0xFF, le=wanted)
    else:
        where = encode_tlv(0x54, offset.to_bytes(3, "big"))
        command = Command(0xB1, 0, 0, where, le=min(wanted + 4, _STEP))
    answer = chip.send(command)
    if answer.sw == SECURITY_NOT_SATISFIED:
        raise CardRefusedError(answer.sw, name)
    if answer.sw not in (OK, _END_OF_FILE) or not answer.data:
        raise CardUnreadableError(name)
    return answer.data if offset < _FAR else require_tlv(answer.data, 0x53)
