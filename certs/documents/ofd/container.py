"""The container of an OFD file: a ZIP that is written in one way only, and read in no other.

ZIP readers differ in what they make of a file: two entries of one name, bytes before or between
entries, a directory that names others than lie there. Whatever has such a thing is not ours.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from certs.errors import ContainerError

MAGIC: Final = b"PK\3\4"
LARGEST: Final = 5 * 1024 * 1024
_LARGEST_UNPACKED: Final = 32 * 1024 * 1024
_MOST: Final = 512
_FLAG_UTF8: Final = 0x800
_DEFLATE: Final = 8
_DAY: Final = (1980 - 1980) << 9 | 1 << 5 | 1
"""1 January 1980, the first of ZIP: when the entries were written is nobody's concern."""
_END: Final = struct.Struct("<4s4H2IH")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_LOCAL: Final = struct.Struct("<4s5H3I2H")


@dataclass(frozen=True, slots=True)
class _Entry:
    name: bytes
    crc: int
    size: int
    packed: bytes


def pack(files: Mapping[str, bytes]) -> bytes:
    """Write a container; equal files in equal order give equal bytes with one zlib.

    Source: APPNOTE.TXT 6.3.3, 4.3; GB/T 33190-2016, 6.
    """
    return _assemble([_deflated(name, data) for name, data in files.items()])


def unpack(data: bytes) -> dict[str, bytes]:
    """Read a container that `pack` wrote.

    Raises:
        ContainerError: it is written in another way, or is too large.
    """
    if len(data) > LARGEST:
        raise ContainerError("too large")
    try:
        entries = list(_entries(data))
    except (struct.error, ValueError) as exc:
        raise ContainerError("malformed") from exc
    if _assemble(entries) != data:
        raise ContainerError("written in another way")
    files = {entry.name.decode("ascii"): _inflated(entry) for entry in entries}
    if len(files) != len(entries):
        raise ContainerError("one name twice")
    return files


def _deflated(name: str, data: bytes) -> _Entry:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(data) + packer.flush()
    return _Entry(name.encode("ascii"), zlib.crc32(data), len(data), packed)


def _inflated(entry: _Entry) -> bytes:
    reader = zlib.decompressobj(-15)
    try:
        data = reader.decompress(entry.packed, entry.size + 1)
    except zlib.error as exc:
        raise ContainerError("malformed") from exc
    is_whole = reader.eof and not reader.unused_data and len(data) == entry.size
    if not is_whole or zlib.crc32(data) != entry.crc:
        raise ContainerError("malformed")
    return data


def _assemble(entries: list[_Entry]) -> bytes:
    body, directory = b"", b""
    for one in entries:
        facts = (_FLAG_UTF8, _DEFLATE, 0, _DAY, one.crc, len(one.packed), one.size, len(one.name))
        directory += _CENTRAL.pack(
            b"PK\1\2", 20, 20, *facts, 0, 0, 0, 0, 0, len(body)
        ) + one.name  # fmt: skip
        body += _LOCAL.pack(b"PK\3\4", 20, *facts, 0) + one.name + one.packed
    count = len(entries)
    end = _END.pack(b"PK\5\6", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + end


def _entries(data: bytes) -> Iterator[_Entry]:
    """Yield what the directory names; whether that is all there is shows when it is put together."""
    _, _, _, count, _, _, place, _ = _END.unpack(data[-_END.size :])
    if count > _MOST:
        raise ValueError(count)
    left = _LARGEST_UNPACKED
    for _ in range(count):
        fields = _CENTRAL.unpack_from(data, place)
        crc, packed, size, length, start = *fields[7:11], fields[16]
        left -= size
        if left < 0:
            raise ValueError(size)
        name = data[place + _CENTRAL.size :][:length]
        name.decode("ascii")
        begin = start + _LOCAL.size + length
        yield _Entry(name, crc, size, data[begin : begin + packed])
        place += _CENTRAL.size + length
