"""Tampering with bytes: flips within and without what is signed, and what is added at the ends."""

import random
import re
from collections.abc import Iterator

from tests.sealed import DIGITS, make_paper
from tests.tampered.genuine import Genuine, Variant

_FLIPS = 22
"""In each file and each class."""
_TAILS = {
    "newline": b"\n",
    "zero": b"\0",
    "comment": b"%changed\n",
    "object": b"\n99 0 obj\n<<>>\nendobj\n",
    "end": b"%%EOF\n",
    "table": b"xref\n0 0\ntrailer\n<</Size 1/Root 1 0 R>>\nstartxref\n0\n%%EOF\n",
    "page": b"\n3 0 obj\n<</Type/Page/Contents 99 0 R>>\nendobj\n",
}


def flip(data: bytes, at: int, bit: int = 1) -> bytes:
    """Turn one bit."""
    return data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :]


def rooms(pdf: bytes) -> list[tuple[int, int]]:
    """Return where the signatures and tokens stand."""
    return [match.span(1) for match in DIGITS.finditer(pdf)]


def make_flips(genuine: Genuine) -> Iterator[Variant]:
    """Yield flips of bits of what is signed, and of what is not."""
    for name, pdf in genuine.pdfs.items():
        chance, gaps = random.Random(f"flips {name}"), rooms(pdf)
        signed = [
            at
            for at in chance.sample(range(len(pdf)), 4 * _FLIPS)
            if not any(start <= at < end for start, end in gaps)
        ]
        for at in signed[:_FLIPS]:
            yield _flip("flip, signed", name, pdf, at, 1 << chance.randrange(8))
        for start, end in gaps:
            # Half of them in what is written, half in the room behind it.
            used = start + len(pdf[start:end].rstrip(b"0"))
            places = [chance.randrange(start, used) for _ in range(_FLIPS // 2)]
            places += [chance.randrange(used + 8, end) for _ in range(_FLIPS // 2)]
            for at in places:
                yield _flip("flip, unsigned", name, pdf, at, 1 << chance.randrange(4))


def _flip(kind: str, name: str, pdf: bytes, at: int, bit: int) -> Variant:
    return Variant(kind, f"{name}: bit {bit} of byte {at}", lambda: flip(pdf, at, bit))


def make_ends(genuine: Genuine) -> Iterator[Variant]:
    """Yield files with something before or behind, and cut ones."""
    for name, pdf in genuine.pdfs.items():
        for what, tail in _TAILS.items():
            yield _plain("appended", f"{name}: {what}", pdf + tail)
        yield _plain("appended", f"{name}: another paper", pdf + make_paper("other"))
        yield _plain("appended", f"{name}: another certificate", pdf + genuine.other)
        yield _plain("appended", f"{name}: before it another paper", make_paper("other") + pdf)
        yield _plain("appended", f"{name}: before it a line", b"%line\n" + pdf)
        yield _plain("appended", f"{name}: cut by a byte", pdf[:-1])
        yield _plain("appended", f"{name}: cut by its end", pdf.removesuffix(b"%%EOF\n"))
    for name, pdf in (("once", genuine.once), ("twice", genuine.twice)):
        end = len(genuine.sealed)
        yield _plain("appended", f"{name}: a line between", pdf[:end] + b"%\n" + pdf[end:])
        yield _plain("appended", f"{name}: cut within a layer", pdf[: (end + len(pdf)) // 2])


def make_ranges(genuine: Genuine) -> Iterator[Variant]:
    """Yield files whose ranges say something else than what is signed."""
    pattern = re.compile(rb"(/ByteRange \[0 )(\d+)( )(\d+)( )(\d+)(\][ ]*)")
    moves = [(-2, 0, 0), (2, 0, 0), (0, -2, 2), (0, 2, -2), (0, 0, -1), (0, 0, 1), (0, 0, 500)]
    for name, pdf in genuine.pdfs.items():
        for number, match in enumerate(pattern.finditer(pdf)):
            for move in moves:
                found = (int(match[group]) for group in (2, 4, 6))
                text = b" ".join(str(a + b).encode() for a, b in zip(found, move, strict=True))
                new = (match[1] + text + b"]").ljust(len(match[0]))
                yield _plain(
                    "range",
                    f"{name}: range {number} moved by {move}",
                    pdf[: match.start()] + new + pdf[match.end() :],
                )


def _plain(kind: str, name: str, data: bytes) -> Variant:
    return Variant(kind, name, lambda: data)
