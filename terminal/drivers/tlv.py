"""Tag-length-value objects as chips use them, on asn1crypto's parser.

Source: ISO/IEC 7816-4, 5.2.2.
"""

from asn1crypto import parser

from terminal.errors import CardUnreadableError


def encode_tlv(tag: int, value: bytes) -> bytes:
    """Return one object; the tag is written as in the standards: 0x7C, 0x7F49."""
    first = tag >> 8 if tag > 0xFF else tag
    number = tag & 0x7F if tag > 0xFF else tag & 0x1F
    encoded: bytes = parser.emit(first >> 6, first >> 5 & 1, number, value)
    return encoded


def decode_tlvs(data: bytes) -> tuple[tuple[int, bytes], ...]:
    """Return all objects side by side in the data.

    Raises:
        CardUnreadableError: the data end within an object.
    """
    objects: list[tuple[int, bytes]] = []
    while data:
        try:
            class_, method, number, header, content, trailer = parser.parse(data)
        except ValueError as exc:
            raise CardUnreadableError("tlv") from exc
        objects.append((_tag(class_, method, number), content))
        data = data[len(header) + len(content) + len(trailer) :]
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
    at = 2 if head[:1] and head[0] & 0x1F == 0x1F else 1
    if len(head) <= at:
        raise CardUnreadableError("tlv")
    length = head[at]
    if length < 0x80:
        return at + 1 + length
    count = length & 0x7F
    if not 1 <= count <= 3 or len(head) <= at + count:
        raise CardUnreadableError("tlv")
    return at + 1 + count + int.from_bytes(head[at + 1 : at + 1 + count], "big")


def _tag(class_: int, method: int, number: int) -> int:
    first = class_ << 6 | method << 5
    return first | number if number < 0x1F else (first | 0x1F) << 8 | number
