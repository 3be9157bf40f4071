"""The append-only tree: hashes, proofs and their checks; arithmetic alone.

A leaf is given by its hash. Hashes are SHA-256, 32 bytes; proofs are hashes in the order of
RFC 9162, from the leaf upwards. Sizes count leaves, indices begin at 0.

Source: RFC 9162 section 2.1 (the same tree as in RFC 6962).
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from certs.errors import LogProofError

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
MOST_HASHES: Final = 63
"""In one proof: a tree of 2**63 leaves needs no more."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf with these bytes."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash over two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """Return how many of `size` leaves, at least two, stand in the left subtree."""
    return 1 << ((size - 1).bit_length() - 1)


class Peaks:
    """A tree that only grows: keeps the roots of its full subtrees, largest first.

    Takes about a million leaves a second and gives the root at any size on the way. Every subtree
    of 256, 65,536 … leaves that became full is told to `on_block`: level, number and hash.
    """

    def __init__(self, on_block: Callable[[int, int, bytes], None] | None = None) -> None:
        self.size = 0
        self._roots: list[bytes] = []
        self._on_block = on_block

    def add(self, leaf: bytes) -> None:
        """Append the hash of the next leaf."""
        roots, size, sha256, height = self._roots, self.size, hashlib.sha256, 0
        while size & 1:
            leaf = sha256(b"\x01" + roots.pop() + leaf).digest()
            size, height = size >> 1, height + 1
            if self._on_block and not height % 8:
                self._on_block(height // 8, size, leaf)
        roots.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Return the tree hash at the present size."""
        return fold(self._roots)


def fold(roots: Sequence[bytes]) -> bytes:
    """Return the hash of a tree from the roots of its full subtrees, largest first."""
    if not roots:
        return EMPTY_ROOT
    root = roots[-1]
    for left in reversed(roots[:-1]):
        root = node_hash(left, root)
    return root


def tree_hash(leaves: Iterable[bytes]) -> bytes:
    """Return the hash of a tree with these leaf hashes."""
    tree = Peaks()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def check_inclusion(
    leaf: bytes, *, index: int, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that a leaf stands at a place in the tree of this size and root.

    Raises:
        LogProofError: it does not, or the proof is another's.

    Source: RFC 9162 section 2.1.3.2.
    """
    if not 0 <= index < size:
        raise LogProofError("index")
    place, last, found = index, size - 1, leaf
    for other in proof:
        if last == 0:
            raise LogProofError("inclusion")
        if place & 1 or place == last:
            found = node_hash(other, found)
            # On the ragged right edge the leaf's subtree has no sibling on some floors.
            place, last = _climb(place, last)
        else:
            found = node_hash(found, other)
        place, last = place >> 1, last >> 1
    if last != 0 or found != root:
        raise LogProofError("inclusion")


def check_consistency(
    *, old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that a tree is an older one with leaves appended, and nothing else.

    Raises:
        LogProofError: it is not, or the proof is another's.

    Source: RFC 9162 section 2.1.4.2.
    """
    if not 0 <= old_size <= size:
        raise LogProofError("size")
    if old_size in {0, size}:
        if proof or old_root != (root if old_size else EMPTY_ROOT):
            raise LogProofError("consistency")
        return
    is_full = old_size & (old_size - 1) == 0
    path = [old_root, *proof] if is_full else list(proof)
    if not path:
        raise LogProofError("consistency")
    place, last = old_size - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    _check_both(path, place, last, (old_root, root))


def _check_both(path: list[bytes], place: int, last: int, wanted: tuple[bytes, bytes]) -> None:
    """Climb from the first hash of the path to both roots at once."""
    old = new = path[0]
    for other in path[1:]:
        if last == 0:
            raise LogProofError("consistency")
        if place & 1 or place == last:
            old, new = node_hash(other, old), node_hash(other, new)
            place, last = _climb(place, last)
        else:
            new = node_hash(new, other)
        place, last = place >> 1, last >> 1
    if last != 0 or (old, new) != wanted:
        raise LogProofError("consistency")


def _climb(place: int, last: int) -> tuple[int, int]:
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last
