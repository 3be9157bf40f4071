"""The tree: other people's vectors, and every proof of every small tree against its definition."""

import base64
import hashlib
from collections.abc import Sequence
from typing import Any, Final

import pytest

from certs.errors import LogProofError
from certs.merkle import EMPTY_ROOT, Peaks, check_consistency, check_inclusion, leaf_hash, tree_hash
from certs.tiles import WIDTH, Tile, TileTree, parse_path, tiles_of
from tests.independent.vectors import load

OTHERS: Final = load("log-of-others.json")
LEAVES: Final = [leaf_hash(n.to_bytes(4, "big")) for n in range(70_000)]
SIZES: Final = (1, 2, 3, 7, 8, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 70_000)


def bits(texts: Sequence[str]) -> list[bytes]:
    return [base64.b64decode(text) for text in texts]


def named(case: dict[str, Any]) -> str:
    return str(case["name"])


def defined(leaves: Sequence[bytes]) -> bytes:
    """Compute the hash as RFC 9162 section 2.1.1 words it, by recursion over the list."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + defined(leaves[:k]) + defined(leaves[k:])).digest()


def tree(size: int) -> TileTree:
    """Give a tree over tiles that are made from the leaves as the format words it."""

    def read(tile: Tile) -> bytes:
        span = WIDTH**tile.level
        first = tile.number * WIDTH
        return b"".join(
            tree_hash(LEAVES[i * span : (i + 1) * span]) for i in range(first, first + tile.width)
        )

    return TileTree(read, size)


def test_the_roots_of_others() -> None:
    leaves = [leaf_hash(bytes.fromhex(text)) for text in OTHERS["trees"]["leaves"]]
    roots = [tree_hash(leaves[:n]).hex() for n in range(len(leaves) + 1)]
    assert roots == OTHERS["trees"]["roots"]


@pytest.mark.parametrize("case", OTHERS["inclusion"]["cases"], ids=named)
def test_the_inclusion_proofs_of_others(case: dict[str, Any]) -> None:
    leaf, root = bits([case["leaf"], case["root"]])
    given = {"index": case["index"], "size": case["size"], "proof": bits(case["proof"])}
    if case["good"]:
        check_inclusion(leaf, root=root, **given)
        return
    with pytest.raises(LogProofError):
        check_inclusion(leaf, root=root, **given)


@pytest.mark.parametrize("case", OTHERS["consistency"]["cases"], ids=named)
def test_the_consistency_proofs_of_others(case: dict[str, Any]) -> None:
    old_root, root = bits([case["old_root"], case["root"]])
    given = {"old_size": case["old_size"], "size": case["size"], "proof": bits(case["proof"])}
    if case["good"]:
        check_consistency(old_root=old_root, root=root, **given)
        return
    with pytest.raises(LogProofError):
        check_consistency(old_root=old_root, root=root, **given)


def test_every_proof_of_every_small_tree_holds() -> None:
    for size in range(1, 34):
        here = tree(size)
        root = defined(LEAVES[:size])
        assert here.root() == tree_hash(LEAVES[:size]) == root
        for index in range(size):
            proof = here.prove_inclusion(index)
            check_inclusion(LEAVES[index], index=index, size=size, root=root, proof=proof)
        for old in range(size + 1):
            check_consistency(
                old_size=old,
                old_root=defined(LEAVES[:old]),
                size=size,
                root=root,
                proof=here.prove_consistency(old),
            )


@pytest.mark.parametrize("size", SIZES)
def test_proofs_across_the_edges_of_tiles_hold(size: int) -> None:
    here, root = tree(size), tree_hash(LEAVES[:size])
    assert here.root() == root
    for index in {0, size // 2, size - 1, *(e for e in (255, 256, 65_535, 65_536) if e < size)}:
        proof = here.prove_inclusion(index)
        check_inclusion(LEAVES[index], index=index, size=size, root=root, proof=proof)
    for old in (one for one in SIZES if one <= size):
        check_consistency(
            old_size=old,
            old_root=tree_hash(LEAVES[:old]),
            size=size,
            root=root,
            proof=here.prove_consistency(old),
        )


def test_no_bit_of_a_proof_may_change() -> None:
    for size, index in ((7, 3), (8, 0), (13, 12)):
        root, proof = tree_hash(LEAVES[:size]), tree(size).prove_inclusion(index)
        for place in range(len(proof)):
            bent = [*proof]
            bent[place] = bytes([bent[place][0] ^ 1, *bent[place][1:]])
            with pytest.raises(LogProofError):
                check_inclusion(LEAVES[index], index=index, size=size, root=root, proof=bent)
        for other in (n for n in range(size) if n != index):
            with pytest.raises(LogProofError):
                check_inclusion(LEAVES[index], index=other, size=size, root=root, proof=proof)


def test_a_rewritten_leaf_is_no_continuation() -> None:
    """Whoever changes one old leaf finds no proof from the old head to his new one."""
    old, size = 200, 300
    forged = [*LEAVES[:77], leaf_hash(b"forged"), *LEAVES[78:size]]
    proof = TileTree(lambda t: b"".join(forged[t.number * 256 :][: t.width]), 255)
    root = tree_hash(forged[:255])
    with pytest.raises(LogProofError):
        check_consistency(
            old_size=old,
            old_root=tree_hash(LEAVES[:old]),
            size=255,
            root=root,
            proof=proof.prove_consistency(old),
        )


@pytest.mark.parametrize(
    ("old_size", "size", "proof"),
    [(0, 5, [EMPTY_ROOT]), (5, 5, [EMPTY_ROOT]), (6, 5, []), (-1, 5, []), (3, 5, [])],
)
def test_a_proof_of_nothing_proves_nothing(old_size: int, size: int, proof: list[bytes]) -> None:
    with pytest.raises(LogProofError):
        check_consistency(
            old_size=old_size,
            old_root=tree_hash(LEAVES[: max(old_size, 0)]),
            size=size,
            root=tree_hash(LEAVES[:size]),
            proof=proof,
        )


def test_a_tree_gives_its_root_at_every_size_on_the_way() -> None:
    growing = Peaks()
    assert growing.root() == EMPTY_ROOT
    for size, leaf in enumerate(LEAVES[:600], start=1):
        growing.add(leaf)
        if size % 37 == 0:
            assert (growing.size, growing.root()) == (size, tree(size).root())


# --- tiles; the numbers are those of C2SP tlog-tiles


def test_the_tiles_of_a_log_of_seventy_thousand() -> None:
    tiles = tiles_of(70_000)
    assert len([t for t in tiles if t.level == 0 and t.width == WIDTH]) == 273
    assert [t for t in tiles if t.width < WIDTH] == [
        Tile(0, 273, 112),
        Tile(1, 1, 17),
        Tile(2, 0, 1),
    ]
    assert tiles_of(256) == [Tile(0, 0), Tile(1, 0, 1)]
    assert tiles_of(0) == []
    assert all(tile.is_in(70_000) and not tile.is_in(65_535) for tile in tiles if tile.width < 256)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1_234_067), "0/x001/x234/067"),
        (Tile(0, 0), "0/000"),
        (Tile(1, 999, 17), "1/999.p/17"),
        (Tile(2, 1000, 255), "2/x001/000.p/255"),
    ],
)
def test_a_tile_has_one_path(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert parse_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "0",
        "0/0",
        "00/000",
        "8/000",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/07",
        "0/x000/001",
        "0/001/001",
        "0/x001",
        "0/000/",
        "0/０００",
        "entries/000",
        "0/000\n",
    ],
)
def test_no_other_spelling_is_a_tile(path: str) -> None:
    assert parse_path(path) is None


def test_a_short_tile_is_no_tile() -> None:
    cut = TileTree(lambda tile: b"".join(LEAVES[: tile.width])[:-1], 100)
    with pytest.raises(LogProofError):
        cut.root()
    with pytest.raises(LogProofError):
        cut.prove_inclusion(100)
