"""The tree in tiles: the static files that a log is published as, and proofs made from them.

A tile holds up to 256 hashes, 32 bytes each, side by side: on level 0 those of leaves, on level L
those of full tiles of level L-1. Whoever can read tiles can make every proof himself.

Source: C2SP tlog-tiles, "Merkle Tree" and "Partial Tiles".
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from certs.errors import LogProofError
from certs.merkle import EMPTY_ROOT, HASH_SIZE, node_hash, split

WIDTH: Final = 256
_HEIGHT: Final = 8
_HIGHEST: Final = 7
"""The top tile of a log of 2**63 leaves."""
_PATH: Final = re.compile(
    r"(?P<level>[0-7])/(?P<number>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Tile:
    """Where a tile stands, and how many hashes of it are meant."""

    level: int
    number: int
    """From 0, from the left."""
    width: int = WIDTH
    """1 to 256; below 256 the tile is partial."""

    @property
    def path(self) -> str:
        """The path below `tile/`: `0/x001/x234/067`, `1/000.p/17`."""
        text, rest = f"{self.number % 1000:03d}", self.number // 1000
        while rest:
            text, rest = f"x{rest % 1000:03d}/{text}", rest // 1000
        return f"{self.level}/{text}" + (f".p/{self.width}" if self.width < WIDTH else "")

    def is_in(self, size: int) -> bool:
        """Say whether a log of this size has all hashes of the tile."""
        last = self.number * WIDTH + self.width
        return last << (_HEIGHT * self.level) <= size


def parse_path(path: str) -> Tile | None:
    """Read a path below `tile/`; None when no tile is spelt so."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    width = int(found["width"] or WIDTH)
    number = int(found["number"].replace("x", "").replace("/", ""))
    tile = Tile(int(found["level"]), number, width)
    # One spelling only: no leading x000, no .p/256 and beyond.
    return tile if tile.path == path else None


def tiles_of(size: int) -> list[Tile]:
    """Return every tile of a log of this size, level by level, full ones before the partial."""
    found, level, count = [], 0, size
    while count:
        full, rest = divmod(count, WIDTH)
        found += [Tile(level, number) for number in range(full)]
        if rest:
            found.append(Tile(level, full, rest))
        level, count = level + 1, full
    return found


ReadTile = Callable[[Tile], bytes]
"""Gives the hashes of a tile: 32 bytes for each of its width, or the full tile instead."""


@dataclass(frozen=True, slots=True)
class TileTree:
    """A tree of a given size behind its tiles; reads each of them once."""

    read: ReadTile
    size: int
    _held: dict[tuple[int, int], bytes] = field(default_factory=dict, repr=False)

    def root(self) -> bytes:
        """Return the tree hash. Raises: LogProofError: a tile is too short."""
        return self._hash(0, self.size)

    def prove_inclusion(self, index: int) -> tuple[bytes, ...]:
        """Return the proof of the leaf at an index, 0 to size - 1.

        Raises:
            LogProofError: no such leaf, or a tile is too short.
        """
        if not 0 <= index < self.size:
            raise LogProofError("index")
        path, start, end = [], 0, self.size
        while end - start > 1:
            middle = start + split(end - start)
            if index < middle:
                path.append(self._hash(middle, end))
                end = middle
            else:
                path.append(self._hash(start, middle))
                start = middle
        return tuple(reversed(path))

    def prove_consistency(self, old_size: int) -> tuple[bytes, ...]:
        """Return the proof that the tree of `old_size` is the beginning of this one.

        Raises:
            LogProofError: the old size is beyond this one, or a tile is too short.

        Source: RFC 9162 section 2.1.4.1.
        """
        if not 0 <= old_size <= self.size:
            raise LogProofError("size")
        if old_size in {0, self.size}:
            return ()
        path, start, end = [], 0, self.size
        while end != old_size:
            middle = start + split(end - start)
            if old_size <= middle:
                path.append(self._hash(middle, end))
                end = middle
            else:
                path.append(self._hash(start, middle))
                start = middle
        if start:
            path.append(self._hash(start, end))
        return tuple(reversed(path))

    def _hash(self, start: int, end: int) -> bytes:
        """Return the hash over the leaves from `start` to before `end`, a node of the tree."""
        count = end - start
        if count == 0:
            return EMPTY_ROOT
        height = count.bit_length() - 1
        if count == 1 << height and height % _HEIGHT == 0:
            return self._held_hash(height // _HEIGHT, start >> height)
        middle = start + split(count)
        return node_hash(self._hash(start, middle), self._hash(middle, end))

    def _held_hash(self, level: int, index: int) -> bytes:
        number, place = divmod(index, WIDTH)
        if level > _HIGHEST:
            raise LogProofError("size")
        if (level, number) not in self._held:
            count = self.size >> (_HEIGHT * level)
            tile = Tile(level, number, min(WIDTH, count - number * WIDTH))
            self._held[level, number] = self.read(tile)
        found = self._held[level, number][place * HASH_SIZE : (place + 1) * HASH_SIZE]
        if len(found) != HASH_SIZE:
            raise LogProofError("tile")
        return found
