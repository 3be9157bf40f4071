"""The log grows with the journal and never apart from it, over every store."""

from itertools import pairwise

import pytest

from backend.errors import ConflictError, LogStoppedError, NotAllowedError, NotFoundError
from backend.office.log_keeping import FAIL_POINTS
from backend.office.log_rows import LogFaultKind, LogHead
from backend.office.ports import Works
from certs.checkpoints import check_proof, open_checkpoint
from certs.merkle import check_consistency, leaf_hash, tree_hash
from certs.tiles import Tile, TileTree, tiles_of
from tests.logs import ORIGIN, LogStand
from tests.pki import PKI
from tests.rows import AT


@pytest.fixture
def stand(works: Works, pki: PKI) -> LogStand:
    return LogStand(works, pki)


def head(stand: LogStand) -> LogHead:
    with stand.works.reading() as work:
        found = work.log.head()
    assert found is not None
    return found


def faults(stand: LogStand) -> list[str]:
    with stand.works.reading() as work:
        return [fault.kind for fault in work.log.faults()]


def test_a_head_is_the_tree_over_the_journal_s_hashes(stand: LogStand) -> None:
    stand.grow(5)
    with stand.works.reading() as work:
        leaves = [bytes.fromhex(r.hash) for r in work.journal.of("r")]
        entries = [work.log.entry(seq) for seq in range(1, 6)]
    newest = head(stand)
    assert (newest.origin, newest.size) == (ORIGIN, 5)
    assert newest.root == tree_hash(leaves) == tree_hash(leaf_hash(e) for e in entries)
    assert open_checkpoint(newest.note, [stand.signer(ORIGIN).key])[0].root == newest.root
    assert stand.memory.note == newest.note
    assert stand.passed == list(FAIL_POINTS)


def test_nothing_new_is_no_new_head(stand: LogStand) -> None:
    assert not stand.keeper.step()
    stand.grow(3)
    passed = len(stand.passed)
    assert not stand.keeper.step()
    assert (head(stand).size, len(stand.passed)) == (3, passed)


def test_every_head_continues_the_one_before(stand: LogStand) -> None:
    heads = []
    for count in (1, 2, 250, 3, 1, 260, 7):
        stand.grow(count)
        heads.append(head(stand))
    with stand.works.reading() as work:
        for old, new in pairwise(heads):
            check_consistency(
                old_size=old.size,
                old_root=old.root,
                size=new.size,
                root=new.root,
                proof=TileTree(work.log.tile, new.size).prove_consistency(old.size),
            )
        assert work.log.blocks(1) == 2
        assert work.log.blocks(2) == 0
        for tile in tiles_of(heads[-1].size):
            assert len(work.log.tile(tile)) == tile.width * 32
        assert work.log.tile(Tile(1, 1)) == b""


def test_a_log_that_is_far_behind_catches_up(stand: LogStand) -> None:
    stand.write(4200)
    assert stand.keeper.step()
    assert head(stand).size == 2048
    while stand.keeper.step():
        pass
    assert head(stand).size == 4200


def test_a_record_is_proven_as_soon_as_it_is_asked_for(stand: LogStand) -> None:
    stand.write(2)
    proof = stand.keeper.prove(2)
    with stand.works.reading() as work:
        leaf = bytes.fromhex(work.journal.of("r")[1].hash)
    found, _ = check_proof(proof, leaf, [stand.signer(ORIGIN).key], ORIGIN)
    assert (found.size, proof.index) == (2, 1)
    assert b'"salt":"' in proof.entry
    with pytest.raises(NotFoundError):
        stand.keeper.prove(3)


def test_two_keepers_take_turns(stand: LogStand) -> None:
    stand.write(3)
    other = LogStand(stand.works, stand.pki)
    assert stand.keeper.step()
    assert other.keeper.step()
    assert (stand.memory.note, other.passed) == (other.memory.note, list(FAIL_POINTS))
    assert head(stand).size == 3


def test_a_crash_before_it_is_remembered_is_made_good(stand: LogStand) -> None:
    """Committed and published, but the machine's memory is of the head before."""
    stand.grow(3)
    before = stand.memory.note
    stand.grow(2)
    stand.memory.note = before
    assert stand.keeper.step()
    assert stand.memory.note == head(stand).note
    assert faults(stand) == []


def test_a_head_never_shrinks_nor_goes_beyond_the_journal(stand: LogStand) -> None:
    stand.grow(3)
    for size in (0, 2, 3, 4):
        with stand.works() as work, pytest.raises(ConflictError, match=r"growth|pk_log_heads"):
            work.log.keep_head(LogHead(origin=ORIGIN, size=size, root=bytes(32), note="n", at=AT))


# --- what must not go on


def test_an_older_copy_of_the_office_signs_nothing(stand: LogStand) -> None:
    """Restored from a backup: five records were published, the journal has three."""
    stand.grow(3)
    stand.memory.note = stand.forge(5)
    stand.write()
    with pytest.raises(LogStoppedError, match="rolled-back"):
        stand.keeper.step()
    assert (head(stand).size, faults(stand)) == (3, [LogFaultKind.ROLLED_BACK])
    with stand.works.reading() as work:
        (fault,) = work.log.faults()
    assert (fault.theirs, fault.ours) == (stand.memory.note, head(stand).note)


def test_another_history_of_the_same_length_signs_nothing(stand: LogStand) -> None:
    stand.grow(3)
    stand.memory.note = stand.forge(3)
    with pytest.raises(LogStoppedError, match="rewritten"):
        stand.keeper.look()
    assert faults(stand) == [LogFaultKind.REWRITTEN]


def test_a_log_that_this_office_never_began_signs_nothing(stand: LogStand) -> None:
    stand.grow(3)
    stand.memory.note = stand.forge(2, origin=f"{ORIGIN}/2")
    with pytest.raises(LogStoppedError, match="rolled-back"):
        stand.keeper.look()


def test_a_stopped_log_stays_stopped(stand: LogStand) -> None:
    stand.grow(3)
    kept, stand.memory.note = stand.memory.note, stand.forge(5)
    with pytest.raises(LogStoppedError):
        stand.keeper.look()
    stand.memory.note = kept
    for act in (stand.keeper.step, stand.keeper.look, lambda: stand.keeper.prove(9)):
        with pytest.raises(LogStoppedError):
            act()
    assert len(faults(stand)) == 1


def test_after_a_person_has_answered_another_log_begins(stand: LogStand) -> None:
    stand.grow(3)
    with pytest.raises(NotAllowedError):
        stand.keeper.restart(by="operator:li", reason="nothing wrong")
    lost = stand.memory.note = stand.forge(5)
    with pytest.raises(LogStoppedError):
        stand.keeper.look()

    origin = stand.keeper.restart(by="operator:li", reason="disk lost on Monday")

    assert origin == f"{ORIGIN}/2"
    assert (head(stand).origin, head(stand).size) == (origin, 4)
    assert faults(stand) == []
    stand.grow(1)
    assert (head(stand).size, stand.memory.note) == (5, head(stand).note)
    stand.memory.note = lost
    stand.grow(1)
    assert faults(stand) == [], "the old log's end is answered for"


def test_numbers_that_a_lost_past_may_have_given_are_left_out(stand: LogStand) -> None:
    """Somebody may hold a case number, a certificate or an answer that the older copy forgot."""
    stand.grow(3)
    with stand.works() as work:
        given = work.cases.next_case_no(AT), work.register.next_entry_no(AT)
        serials = work.certificates.next_serial(AT.year), work.register.next_title_serial(AT.year)
        work.commit()
    stand.memory.note = stand.forge(5)
    with pytest.raises(LogStoppedError):
        stand.keeper.look()

    stand.keeper.restart(by="operator:li", reason="disk lost on Monday")

    with stand.works() as work:
        numbers = (
            int(work.cases.next_case_no(AT)[-7:]) - int(given[0][-7:]),
            int(work.register.next_entry_no(AT)[-7:]) - int(given[1][-7:]),
            work.certificates.next_serial(AT.year) - serials[0],
            work.register.next_title_serial(AT.year) - serials[1],
        )
    # Two records are known to be lost, a thousand may be; the next number follows them.
    assert numbers == (1003, 1003, 1003, 1003)
