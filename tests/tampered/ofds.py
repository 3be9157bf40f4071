"""Tampering with OFD: its container, its files, and what the seal covers."""

import random
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO

from certs.documents.ofd.container import pack, unpack
from tests.tampered.genuine import Genuine, Variant
from tests.tampered.raw import flip

_FLIPS = 40
Files = dict[str, bytes]


def make_ofds(genuine: Genuine) -> Iterator[Variant]:
    """Yield OFD files that were tampered with."""
    ofd, chance = genuine.ofd, random.Random("ofd")
    for at in sorted(chance.sample(range(len(ofd)), _FLIPS)):
        yield Variant("OFD, flip", f"byte {at}", partial(flip, ofd, at))
    yield from _containers(ofd)
    mine, other = unpack(ofd), unpack(genuine.other_ofd)
    for name in mine:
        yield Variant("OFD, file", f"{name} gone", partial(_packed, mine, name, None))
        yield Variant(
            "OFD, file", f"{name} longer", partial(_packed, mine, name, mine[name] + b" ")
        )
        if mine[name] != other[name]:
            yield Variant(
                "OFD, replay", f"{name} of another", partial(_packed, mine, name, other[name])
            )
    seals = {name: data for name, data in other.items() if "/Signs/" in name}
    yield Variant("OFD, replay", "the whole seal of another", lambda: pack({**mine, **seals}))
    yield Variant("OFD, file", "file added", lambda: pack({**mine, "Doc_0/new.xml": b"<x/>"}))
    yield Variant(
        "OFD, file", "page added", lambda: pack({**mine, "Doc_0/Pages/Page_9/Content.xml": b"<x/>"})
    )


def _packed(files: Files, name: str, data: bytes | None) -> bytes:
    others = {key: value for key, value in files.items() if key != name}
    return pack(others if data is None else {**files, name: data})


def _containers(ofd: bytes) -> Iterator[Variant]:
    """Yield other containers around the same files."""
    ways: dict[str, Callable[[bytes], bytes]] = {
        "byte behind": lambda data: data + b"\0",
        "byte before": lambda data: b"\0" + data,
        "comment": lambda data: data[:-2] + b"\1\0x",
        "another behind": lambda data: data + data,
        "cut": lambda data: data[:-1],
        "written by another program": partial(_zipped, compression=zipfile.ZIP_DEFLATED),
        "not packed": partial(_zipped, compression=zipfile.ZIP_STORED),
        "entry twice": partial(_zipped, compression=zipfile.ZIP_DEFLATED, is_double=True),
        "in another order": partial(_zipped, compression=zipfile.ZIP_DEFLATED, is_reversed=True),
    }
    for what, way in ways.items():
        yield Variant("OFD, container", what, partial(way, ofd))


def _zipped(
    ofd: bytes, *, compression: int, is_double: bool = False, is_reversed: bool = False
) -> bytes:
    files, output = list(unpack(ofd).items()), BytesIO()
    files = files[::-1] if is_reversed else files
    with zipfile.ZipFile(output, "w", compression) as file:
        for name, data in files:
            file.writestr(name, data)
        if is_double:
            name, _ = files[0]
            info = zipfile.ZipInfo(name)
            file.NameToInfo.pop(name)
            file.writestr(info, b"<other/>")
    return output.getvalue()
