"""Tag-length-value objects as chips use them.

They are not quite ASN.1: passports have two-byte tags with numbers below 31 (5F01, 5F0E), which
strict parsers refuse.

Source: ISO/IEC 7816-4, 5.2.2.
"""

from terminal.reader_errors import CardUnreadableError


def encode_tlv(tag: int, value: bytes) -> bytes:
    """Return one object; the tag is written as in the standards: 0x7C, 0x7F49."""
    size = len(value)
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    length = bytes([size]) if size < 0x80 else bytes([0x80 | len(digits)]) + digits
    return tag.to_bytes(2 if tag > 0xFF else 1, "big") + length + value


def decode_tlvs(data: bytes) -> tuple[tuple[int, bytes], ...]:
    """Return all objects side by side in the data.

    Raises:
        CardUnreadableError: the data end within an object.
    """
    objects: list[tuple[int, bytes]] = []
    while data:
        tag, start, size = _head(data)
        if len(data) < start + size:
            raise CardUnreadableError("tlv")
        objects.append((tag, data[start : start + size]))
        data = data[start + size :]
    return tuple(objects)


def find_tlv(data: bytes, *path: int) -> bytes | None:
    """Return the value at the end of a path of nested tags; None when there is none."""
    for tag in path:
        found = next((value for t, value in decode_tlvs(data) if t == tag), None)
        if found is None:
            return None
        data = found
    return data


def require_tlv(data: bytes, *path: int) -> bytes:
    """Return the value at the end of a path of nested tags.

    Raises:
        CardUnreadableError: there is none.
    """
    found = find_tlv(data, *path)
    if found is None:
        raise CardUnreadableError("tag " + "/".join(f"{tag:X}" for tag in path))
    return found


def object_size(head: bytes) -> int:
    """Return the whole size of an object from its first six bytes.

    Raises:
        CardUnreadableError: these bytes do not begin an object.
    """
    _, start, size = _head(head)
    return start + size


def _head(data: bytes) -> tuple[int, int, int]:
    """Return tag, where the value starts, and how long it is."""
    at = 2 if data[:1] and data[0] & 0x1F == 0x1F else 1
    if len(data) <= at or (at == 2 and data[1] & 0x80):
        raise CardUnreadableError("tlv")
    tag, length = int.from_bytes(data[:at], "big"), data[at]
    if length < 0x80:
        return tag, at + 1, length
    count = length & 0x7F
    if not 1 <= count <= 3 or len(data) <= at + count:
        raise CardUnreadableError("tlv")
    return tag, at + 1 + count, int.from_bytes(data[at + 1 : at + 1 + count], "big")
