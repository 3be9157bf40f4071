"""The public log read by a stranger's library: tlog-scales, by somebody who runs a witness."""

import base64
import hashlib
from typing import Final

import pytest
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey, VkeySet
from tlog_scales.tlog import Checkpoint, ConsistencyProof, InclusionProof

from tests.independent.vectors import load
from tests.logs import ORIGIN, LogStand
from tests.pki import PKI
from tests.web.backend.fake_office import World, make_world

LOG: Final = load("log.json")
SIZES: Final = (1, 255, 256, 257, 300)
BASE: Final = "https://localhost"


def hashes(lines: list[str]) -> list[bytes]:
    return [base64.b64decode(line) for line in lines]


def test_the_committed_head_is_signed_by_the_log_and_a_witness() -> None:
    head = Checkpoint.from_text(LOG["checkpoint"])
    keys = VkeySet(Vkey.from_string(LOG["log_key"]), Vkey.from_string(LOG["witness_key"]))
    assert len(keys.verify(head.signatures, head)) == 2
    assert (head.origin, head.size) == (LOG["origin"], 300)


def test_the_committed_proof_is_of_the_receipt_s_record() -> None:
    opening, _, note = LOG["proof"].partition("\n\n")
    first, extra, index, *path = opening.split("\n")
    head = Checkpoint.from_text(note)
    head.verify(Vkey.from_string(LOG["log_key"]))
    leaf = hashlib.sha256(b"\x00" + base64.b64decode(extra.removeprefix("extra "))).digest()
    assert first == "c2sp.org/tlog-proof@v1"
    assert leaf.hex() == LOG["leaves"][1] == load("journal.json")["records"][1]["hash"]
    claims = load("receipt.json")["payload"]["claims"]
    assert (claims["journal_hash"], claims["log_origin"]) == (leaf.hex(), LOG["origin"])
    place = int(index.removeprefix("index "))
    assert place == claims["journal_seq"] - 1
    InclusionProof(place, head.size, hashes(path)).check(leaf, head.root_hash)


def test_the_committed_growth_continues_the_older_tree() -> None:
    opening, _, note = LOG["growth"].partition("\n\n")
    old, *path = opening.split("\n")
    head = Checkpoint.from_text(note)
    proof = ConsistencyProof(int(old.removeprefix("old ")), head.size, hashes(path))
    proof.check(bytes.fromhex(LOG["old_root"]), head.root_hash)


@pytest.fixture
def world() -> World:
    return make_world()


class Fetching:
    """The stranger's way to the office's files."""

    def __init__(self, world: World) -> None:
        self._client = world.app.test_client()
        self.asked: list[str] = []

    def get(self, *path: str) -> bytes | None:
        self.asked.append("/".join(path))
        answer = self._client.get(f"/log/{self.asked[-1]}", base_url=BASE)
        return answer.get_data() if answer.status_code == 200 else None


@pytest.mark.parametrize("size", SIZES)
def test_a_stranger_builds_the_tree_and_every_proof_from_the_tiles(
    world: World, pki: PKI, size: int
) -> None:
    stand = LogStand(world.works, pki)
    with world.works.reading() as work:
        first = work.log.length()
    stand.grow(max(size - first, 1))
    size = max(size, first + 1)
    backend = Fetching(world)
    reader = TilesReader(backend)
    head = reader.get_checkpoint()
    head.verify(Vkey.from_string(stand.signer(ORIGIN).key.text))

    assert head.size == size
    assert reader.calculate_root_hash() == head.root_hash
    with world.works.reading() as work:
        entries = {index: work.log.entry(index + 1) for index in (0, size // 2, size - 1)}
    for index, entry in entries.items():
        leaf = hashlib.sha256(b"\x00" + entry).digest()
        reader.get_inclusion_proof(index, size).check(leaf, head.root_hash)
        ours = stand.keeper.prove(index + 1)
        InclusionProof(index, size, list(ours.path)).check(leaf, head.root_hash)
    assert all(".p/256" not in path for path in backend.asked)


def test_a_stranger_finds_each_head_continued(world: World, pki: PKI) -> None:
    stand = LogStand(world.works, pki)
    heads = []
    for count in (3, 253, 44):
        stand.grow(count)
        reader = TilesReader(Fetching(world))
        heads.append(reader.get_checkpoint())
        for old in heads:
            proof = reader.get_consistency_proof(old.size, heads[-1].size)
            proof.check(old.root_hash, heads[-1].root_hash)
