"""The colours of a paper, told exactly: what its red and its green mean on any screen or press."""

import functools
import struct
from typing import Final

# The primaries of sRGB and its white, adapted to D50 (Bradford), as X, Y and Z.
# Source: IEC 61966-2-1:1999; ICC.1:2001-04, annex E.
_WHITE: Final = (0.9642, 1.0, 0.8249)
_PRIMARIES: Final = {
    b"rXYZ": (0.4360747, 0.2225045, 0.0139322),
    b"gXYZ": (0.3850649, 0.7168786, 0.0971045),
    b"bXYZ": (0.1430804, 0.0606169, 0.7141733),
}
_STEPS: Final = 1024
_NAME: Final = b"sRGB IEC61966-2.1"
CONDITION: Final = _NAME.decode("ascii")
"""What the profile is called, and where its colours are described."""


@functools.cache
def srgb_profile() -> bytes:
    """Write the ICC profile of sRGB, version 2, as displays and PDF/A readers take it.

    Source: ICC.1:2001-04, 6.1 (header), 6.3 (matrix and curves); 2.5 kB.
    """
    curve = _curve()
    tags = {
        b"desc": _description(),
        b"cprt": b"text" + bytes(4) + b"No copyright, use freely\0",
        b"wtpt": _xyz(_WHITE),
        **{name: _xyz(value) for name, value in _PRIMARIES.items()},
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    place = 128 + 4 + 12 * len(tags)
    table, body, places = b"", b"", {}
    for name, data in tags.items():
        if data not in places:
            places[data] = place + len(body)
            body += data + bytes(-len(data) % 4)
        table += name + struct.pack(">II", places[data], len(data))
    return _header(place + len(body)) + struct.pack(">I", len(tags)) + table + body


def _header(size: int) -> bytes:
    """Write the header: a display's profile of RGB by way of XYZ, dated with the standard."""
    return struct.pack(
        ">I4sI4s4s4s6H4s4sI4sIQI3i4s44x",
        size, b"\0\0\0\0", 0x02100000, b"mntr", b"RGB ", b"XYZ ",
        1999, 10, 18, 0, 0, 0, b"acsp", b"\0\0\0\0", 0, b"\0\0\0\0", 0, 0, 0,
        *map(_fixed, _WHITE), b"\0\0\0\0",
    )  # fmt: skip


def _description() -> bytes:
    """Name the profile: in ASCII, and in no other script."""
    return b"desc" + bytes(4) + struct.pack(">I", len(_NAME) + 1) + _NAME + bytes(1 + 78)


def _curve() -> bytes:
    """Tabulate how bright each value is. Source: IEC 61966-2-1:1999, 5.2."""
    values = (round(_brightness(i / (_STEPS - 1)) * 0xFFFF) for i in range(_STEPS))
    return b"curv" + bytes(4) + struct.pack(f">I{_STEPS}H", _STEPS, *values)


def _brightness(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *map(_fixed, values))


def _fixed(value: float) -> int:
    """Write a number as s15Fixed16."""
    return round(value * 0x10000)
