"""What anybody may fetch of the log, and what witnesses bring back, over every store."""

from typing import Final

import pytest

from backend.errors import ConflictError, LogStoppedError, NotAllowedError, NotFoundError
from backend.office.log_keeping import PREPARED, PUBLISHED
from backend.office.ports import Works
from backend.office.public_log import ROUND, PublicLog
from backend.office.rows import TerminalRow
from certs.checkpoints import (
    Checkpoint,
    check_proof,
    open_checkpoint,
    parse_growth,
    sign_checkpoint,
)
from certs.errors import CertsError, NoteDamagedError, NoteForgedError, StatementForgedError
from certs.identity import Role
from certs.logkeys import make_witness_seed, open_witness
from certs.merkle import check_consistency
from certs.notes import ED25519, NoteKey, NoteSigner, cosign, find_cosigners, parse_note
from certs.statements import sign_statement
from certs.tiles import TileTree, tiles_of
from tests.logs import ORIGIN, LogStand
from tests.pki import PKI, TERMINAL, make_signer
from tests.rows import make_terminal

NAME: Final = f"registration.example/witness/{TERMINAL}"


@pytest.fixture
def stand(works: Works, pki: PKI) -> LogStand:
    made = LogStand(works, pki)
    with works() as work:
        work.terminals.save(make_terminal(TERMINAL))
        work.terminals.save(make_terminal("T-0002"))
        work.commit()
    return made


@pytest.fixture
def log(stand: LogStand) -> PublicLog:
    return PublicLog(works=stand.works, clock=stand.clock, trust=lambda: stand.pki.trust)


@pytest.fixture
def witness() -> NoteSigner:
    return open_witness(NAME, make_witness_seed())


def row(terminal: str = TERMINAL) -> TerminalRow:
    return make_terminal(terminal)


def word(stand: LogStand, key: NoteKey) -> str:
    return sign_statement(
        "witness/1", {"key": key.text}, stand.pki.package_signer, stand.clock.now()
    )


def head_of(stand: LogStand, text: str) -> Checkpoint:
    return open_checkpoint(text, [stand.signer(ORIGIN).key], ORIGIN)[0]


def test_before_the_first_head_there_is_nothing(stand: LogStand, log: PublicLog) -> None:
    for ask in (log.checkpoint, log.witnessed, lambda: log.growth(0), lambda: log.tile("0/000")):
        with pytest.raises(NotFoundError):
            ask()


def test_the_tiles_give_the_tree_of_the_head(stand: LogStand, log: PublicLog) -> None:
    stand.grow(300)
    head = head_of(stand, log.checkpoint())
    assert TileTree(lambda tile: log.tile(tile.path), 300).root() == head.root
    for tile in tiles_of(300):
        assert len(log.tile(tile.path)) == 32 * tile.width
    assert log.tile("0/000.p/7") == log.tile("0/000")[: 7 * 32]


@pytest.mark.parametrize(
    "path", ["0/001.p/45", "0/002", "1/000", "1/000.p/2", "2/000.p/1", "0/0", "entries/000", "../x"]
)
def test_no_tile_is_served_that_no_head_has(stand: LogStand, log: PublicLog, path: str) -> None:
    stand.grow(300)
    stand.write(5)
    with pytest.raises(NotFoundError):
        log.tile(path)


def test_a_head_continues_whatever_was_seen_before(stand: LogStand, log: PublicLog) -> None:
    heads = []
    for count in (3, 200, 100):
        stand.grow(count)
        heads.append(head_of(stand, log.checkpoint()))
    stand.clock.advance(seconds=60)
    for old in heads:
        growth = log.growth(old.size)
        new = head_of(stand, growth.checkpoint)
        assert parse_growth(growth.format()) == growth
        check_consistency(
            old_size=old.size, old_root=old.root, size=new.size, root=new.root, proof=growth.path
        )
    assert log.growth(0).path == ()


def test_within_a_round_all_are_asked_for_one_head(stand: LogStand, log: PublicLog) -> None:
    stand.grow(3)
    stand.clock.advance(seconds=ROUND.total_seconds())
    stand.grow(4)
    assert head_of(stand, log.growth(0).checkpoint).size == 3
    assert head_of(stand, log.growth(3).checkpoint).size == 3
    assert head_of(stand, log.growth(7).checkpoint).size == 7
    stand.clock.advance(seconds=ROUND.total_seconds())
    assert head_of(stand, log.growth(3).checkpoint).size == 7


def test_whoever_saw_more_than_there_is_is_shown_what_there_is(
    stand: LogStand, log: PublicLog
) -> None:
    stand.grow(3)
    growth = log.growth(10)
    assert (growth.old_size, growth.path) == (10, ())
    assert head_of(stand, growth.checkpoint).size == 3


def test_a_leaf_is_proven_against_a_head(stand: LogStand, log: PublicLog) -> None:
    stand.grow(5)
    with stand.works.reading() as work:
        leaf = bytes.fromhex(work.journal.of("r")[2].hash)
    proof = log.proof(5, 2)
    assert proof.entry == b"", "the record itself is for those whom it concerns"
    check_proof(proof, leaf, [stand.signer(ORIGIN).key], ORIGIN)
    for size, index in ((4, 2), (5, 5), (6, 0)):
        with pytest.raises(NotFoundError):
            log.proof(size, index)


def test_the_certificate_s_proofs(stand: LogStand, log: PublicLog, witness: NoteSigner) -> None:
    stand.grow(2)
    stand.write(1, act=PREPARED, ref="C1", body=b"facts")
    with pytest.raises(NotFoundError):
        log.facts_proof("C1")
    kept = stand.keeper.prove(3).format()
    with stand.works() as work:
        work.log.keep_proof(3, kept)
        work.commit()
    assert log.facts_proof("C1") == kept
    stand.write(1, act=PUBLISHED, ref="C1", body=b"paper")
    with pytest.raises(NotFoundError):
        log.certificate_proof("C1")
    stand.grow(1)
    proof = log.certificate_proof("C1")
    assert proof.index == 3
    assert b'"ref":"C1"' in proof.entry
    with pytest.raises(NotFoundError):
        log.certificate_proof("C2")


# --- witnesses


def cosign_newest(stand: LogStand, log: PublicLog, witness: NoteSigner, terminal: str) -> int:
    note = parse_note(log.checkpoint())
    size = head_of(stand, note.format()).size
    log.cosign(row(terminal), size, cosign(note, witness, stand.clock.now()).line)
    return size


def test_a_witness_s_line_stands_below_the_head(
    stand: LogStand, log: PublicLog, witness: NoteSigner
) -> None:
    stand.grow(3)
    log.enlist(row(), word(stand, witness.key))
    size = cosign_newest(stand, log, witness, TERMINAL)
    for text in (log.checkpoint(), log.witnessed(), log.growth(0).checkpoint):
        assert find_cosigners(parse_note(text), [witness.key]) == (witness.key,)
    stand.grow(1)
    assert find_cosigners(parse_note(log.checkpoint()), [witness.key]) == ()
    assert head_of(stand, log.witnessed()).size == size
    (kept,) = log.witnesses()
    assert (kept.terminal, kept.key) == (TERMINAL, witness.key.text)


def test_the_head_that_most_have_signed_is_the_witnessed_one(
    stand: LogStand, log: PublicLog, witness: NoteSigner
) -> None:
    second = open_witness("registration.example/witness/T-0002", make_witness_seed())
    log.enlist(row(), word(stand, witness.key))
    other = make_signer(stand.pki.authority, Role.PACKAGE, name="T-0002")
    statement = sign_statement("witness/1", {"key": second.key.text}, other, stand.clock.now())
    log.enlist(row("T-0002"), statement)
    both = 0
    for count in (2, 2):
        stand.clock.advance(seconds=1)
        stand.grow(count)
        both = cosign_newest(stand, log, witness, TERMINAL)
        cosign_newest(stand, log, second, "T-0002")
    stand.clock.advance(seconds=1)
    stand.grow(1)
    cosign_newest(stand, log, witness, TERMINAL)
    assert head_of(stand, log.witnessed()).size == both
    stand.clock.advance(seconds=1)
    cosign_newest(stand, log, second, "T-0002")
    assert head_of(stand, log.witnessed()).size == both + 1


def test_a_stranger_s_line_is_not_kept(
    stand: LogStand, log: PublicLog, witness: NoteSigner
) -> None:
    stand.grow(3)
    note = parse_note(log.checkpoint())
    line = cosign(note, witness, stand.clock.now()).line
    with pytest.raises(ConflictError):
        log.cosign(row(), 3, line)
    log.enlist(row(), word(stand, witness.key))
    other = open_witness(NAME, make_witness_seed())
    with pytest.raises(NoteForgedError):
        log.cosign(row(), 3, cosign(note, other, stand.clock.now()).line)
    with pytest.raises(NotFoundError):
        log.cosign(row(), 2, line)
    for bad in ("", "— x", line + line[:-3]):
        with pytest.raises(NoteDamagedError):
            log.cosign(row(), 3, bad)


def test_only_a_counter_s_own_word_enlists_it(
    stand: LogStand, log: PublicLog, witness: NoteSigner
) -> None:
    with pytest.raises(NotAllowedError):
        log.enlist(row("T-0002"), word(stand, witness.key))
    for key in (
        NoteKey("registration.example/witness/T-0002", witness.key.public, witness.key.kind),
        NoteKey(NAME, witness.key.public, ED25519),
    ):
        with pytest.raises(NotAllowedError):
            log.enlist(row(), word(stand, key))
    statement = word(stand, witness.key)
    with pytest.raises(StatementForgedError):
        log.enlist(row(), statement[:-4] + "AAAA")
    for signer in (stand.pki.terminal, stand.pki.office(Role.OFFICE)):
        forged = sign_statement("witness/1", {"key": witness.key.text}, signer, stand.clock.now())
        with pytest.raises(CertsError):
            log.enlist(row(), forged)


def test_a_new_key_begins_anew(stand: LogStand, log: PublicLog, witness: NoteSigner) -> None:
    stand.grow(3)
    log.enlist(row(), word(stand, witness.key))
    log.enlist(row(), word(stand, witness.key))
    cosign_newest(stand, log, witness, TERMINAL)
    other = open_witness(NAME, make_witness_seed())
    log.enlist(row(), word(stand, other.key))
    assert find_cosigners(parse_note(log.checkpoint()), [witness.key, other.key]) == ()
    with stand.works.reading() as work:
        acts = [record.act for record in work.journal.of(TERMINAL)]
    assert acts == ["witness enlisted", "witness enlisted"]


# --- reports


def test_two_heads_that_fit_us_are_no_fault_of_ours(stand: LogStand, log: PublicLog) -> None:
    stand.grow(3)
    first = log.checkpoint()
    stand.grow(2)
    assert log.report(row(), first, log.checkpoint()) == ""
    stand.write()
    assert stand.keeper.step()


@pytest.mark.parametrize(("size", "fault"), [(9, "rolled-back"), (2, "rewritten")])
def test_a_counter_s_evidence_stops_us(
    stand: LogStand, log: PublicLog, size: int, fault: str
) -> None:
    stand.grow(5)
    assert log.report(row(), stand.forge(size), log.checkpoint()) == fault
    assert log.report(row(), stand.forge(size), log.checkpoint()) == fault
    stand.write()
    with pytest.raises(LogStoppedError, match=fault):
        stand.keeper.step()
    with stand.works.reading() as work:
        (kept,) = work.log.faults()
    assert (kept.by, kept.theirs) == (f"terminal:{TERMINAL}", stand.forge(size))


def test_what_our_key_did_not_sign_stops_nobody(stand: LogStand, log: PublicLog) -> None:
    stand.grow(5)
    stranger = open_witness(ORIGIN, make_witness_seed())
    plain = NoteSigner(NoteKey(ORIGIN, stranger.key.public), stranger.sign)
    head = Checkpoint(origin=ORIGIN, size=9, root=bytes(32))
    for shown in (sign_checkpoint(head, plain), "no head", ""):
        with pytest.raises(CertsError):
            log.report(row(), shown, shown)
    stand.write()
    assert stand.keeper.step()
