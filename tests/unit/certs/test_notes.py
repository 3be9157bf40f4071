"""Signed notes and heads of logs: other people's, and every way in which one may be wrong."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs.checkpoints import (
    Checkpoint,
    Growth,
    LogProof,
    check_proof,
    open_checkpoint,
    parse_checkpoint,
    parse_growth,
    parse_proof,
    sign_checkpoint,
)
from certs.errors import (
    KeyUnsuitableError,
    LogError,
    LogProofError,
    NoteDamagedError,
    NoteForgedError,
)
from certs.identity import Role
from certs.logkeys import find_origin, log_keys, make_witness_seed, open_log_signer, open_witness
from certs.merkle import leaf_hash, tree_hash
from certs.notes import (
    COSIGNATURE,
    Note,
    NoteKey,
    NoteSigner,
    check_cosignature,
    cosign,
    find_cosigners,
    open_note,
    parse_key,
    parse_note,
    sign_note,
)
from tests.independent.vectors import load
from tests.pki import NOW, PKI

OTHERS: Final = load("log-of-others.json")["notes"]
ORIGIN: Final = "registration.example/log"
LEAVES: Final = [leaf_hash(bytes([n])) for n in range(5)]
HEAD: Final = Checkpoint(origin=ORIGIN, size=5, root=tree_hash(LEAVES))


@pytest.fixture(scope="module")
def log(pki: PKI) -> NoteSigner:
    return open_log_signer(pki.office(Role.LOG), ORIGIN)


@pytest.fixture
def witness() -> NoteSigner:
    return open_witness("registration.example/log/witness/T-1", make_witness_seed())


@pytest.mark.parametrize("whose", ["go", "c2sp"])
def test_the_notes_of_others_open(whose: str) -> None:
    key = parse_key(OTHERS[whose]["vkey"])
    assert key.text == OTHERS[whose]["vkey"]
    note = open_note(OTHERS[whose]["note"], [key])
    assert note.format() == OTHERS[whose]["note"]
    with pytest.raises(NoteForgedError):
        open_note(OTHERS[whose]["note"].replace("is ", "was ", 1), [key])


def test_a_checkpoint_that_running_witnesses_signed() -> None:
    cosigned = OTHERS["cosigned"]
    head, note = open_checkpoint(cosigned["note"], [parse_key(cosigned["log"])])
    assert (head.origin, head.size) == ("arche2025h1.staging.ct.transparency.dev", 1_432_088_532)
    keys = [parse_key(text) for text in cosigned["witnesses"]]
    assert find_cosigners(note, keys) == tuple(keys)
    when = check_cosignature(note, note.signatures[-2], keys[0])
    assert when == datetime(2026, 5, 23, 21, 50, 24, tzinfo=UTC)
    bent = Note(note.text.replace("1432088532", "42"), note.signatures)
    assert find_cosigners(bent, keys) == ()


def test_the_office_signs_a_head_that_its_trust_knows(pki: PKI, log: NoteSigner) -> None:
    text = sign_checkpoint(HEAD, log)
    assert open_checkpoint(text, log_keys(pki.trust, ORIGIN, NOW), ORIGIN)[0] == HEAD
    assert open_checkpoint(text, log_keys(pki.trust, ORIGIN), ORIGIN)[0] == HEAD


def test_a_head_of_another_log_is_a_forgery(pki: PKI, log: NoteSigner) -> None:
    text = sign_checkpoint(HEAD, log)
    with pytest.raises(NoteForgedError):
        open_checkpoint(text, log_keys(pki.trust, ORIGIN, NOW), "registration.example/log/2")
    with pytest.raises(NoteForgedError):
        open_checkpoint(text, log_keys(pki.trust, "other.example/log", NOW))
    with pytest.raises(NoteDamagedError):
        sign_checkpoint(Checkpoint(origin="other.example/log", size=5, root=HEAD.root), log)


def test_an_ended_log_key_signs_nothing_new_but_its_old_heads_stand(
    pki: PKI, log: NoteSigner
) -> None:
    later = NOW + timedelta(days=800)
    assert log_keys(pki.trust, ORIGIN, later) == ()
    assert log_keys(pki.trust, ORIGIN) == (log.key,)


def test_only_the_log_key_signs_heads(pki: PKI) -> None:
    with pytest.raises(KeyUnsuitableError):
        open_log_signer(pki.office(Role.OFFICE), ORIGIN)


def test_the_bundle_names_the_log(pki: PKI) -> None:
    assert find_origin(pki.trust.bundle) is None


def test_a_witness_signs_what_it_saw_and_when(log: NoteSigner, witness: NoteSigner) -> None:
    note = parse_note(sign_checkpoint(HEAD, log))
    line = cosign(note, witness, NOW)
    assert check_cosignature(note, line, witness.key) == NOW
    both = Note(note.text, (*note.signatures, line))
    assert open_note(both.format(), [log.key]).signatures == both.signatures
    assert find_cosigners(both, [witness.key]) == (witness.key,)


def test_a_witness_s_line_is_bound_to_its_text_time_name_and_kind(
    log: NoteSigner, witness: NoteSigner
) -> None:
    note = parse_note(sign_checkpoint(HEAD, log))
    line = cosign(note, witness, NOW)
    longer = Checkpoint(origin=ORIGIN, size=6, root=HEAD.root)
    with pytest.raises(NoteForgedError):
        check_cosignature(parse_note(sign_checkpoint(longer, log)), line, witness.key)
    moved = bytes([line.signature[7] ^ 1]).join((line.signature[:7], line.signature[8:]))
    with pytest.raises(NoteForgedError):
        check_cosignature(note, type(line)(line.name, line.key_id, moved), witness.key)
    with pytest.raises(NoteForgedError):
        check_cosignature(note, line, NoteKey(witness.key.name, witness.key.public))
    plain = NoteSigner(NoteKey(witness.key.name, witness.key.public), witness.sign)
    signed = parse_note(sign_note(HEAD.text, plain)).signatures[0]
    with pytest.raises(NoteForgedError):
        check_cosignature(note, signed, witness.key)


def test_a_line_that_fails_spoils_the_note(log: NoteSigner) -> None:
    """A second line of the known key that does not hold: somebody tampered with it."""
    note = parse_note(sign_checkpoint(HEAD, log))
    bad = type(note.signatures[0])(log.key.name, log.key.key_id, bytes(64))
    with pytest.raises(NoteForgedError):
        open_note(Note(note.text, (*note.signatures, bad)).format(), [log.key])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "text\n",
        "text\n\n",
        "\n\n— a AAAAAAA=\n",
        "text\n\n— a AAAAAAA=",
        "text\n\n- a AAAAAAA=\n",
        "text\n\n— a\n",
        "text\n\n— a AAAA\n",
        "text\n\n— a+b AAAAAAA=\n",
        "text\n\n— a AAAAAAA\n",
        "text\n\n— a AAAAAAB=\n",
        "text\n\n— a AAAAAAA= \n",
        "te\x00xt\n\n— a AAAAAAA=\n",
        "te\rxt\n\n— a AAAAAAA=\n",
        "text\n\n— a AAAAAAA=\n\n",
        "text\n\n" + "— a AAAAAAA=\n" * 1025,
        "x" * 1_100_000 + "\n\n— a AAAAAAA=\n",
    ],
)
def test_what_is_no_note_is_refused(text: str) -> None:
    with pytest.raises(NoteDamagedError):
        parse_note(text)


@pytest.mark.parametrize(
    "text",
    [
        "a\n5\n",
        "\n5\n" + "A" * 43 + "=\n",
        "a\n05\n" + "A" * 43 + "=\n",
        "a\n-5\n" + "A" * 43 + "=\n",
        "a\n５\n" + "A" * 43 + "=\n",
        "a\n5\n" + "A" * 44 + "\n",
        "a\n5\n" + "A" * 42 + "B=\n",
        "a\n5\n" + "A" * 43 + "=\nmore\n",
        "a\n5\n" + "A" * 43 + "=",
        "a\n1234567890123456789\n" + "A" * 43 + "=\n",
    ],
)
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(NoteDamagedError):
        parse_checkpoint(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a+00000000+AQ==",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T=",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(NoteDamagedError):
        parse_key(text)


def test_a_proof_is_read_as_it_was_written(log: NoteSigner) -> None:
    proof = LogProof(
        index=4, path=(tree_hash(LEAVES[:4]),), checkpoint=sign_checkpoint(HEAD, log), entry=b"\x04"
    )
    text = proof.format()
    assert text.startswith("c2sp.org/tlog-proof@v1\nextra BA==\nindex 4\n")
    assert parse_proof(text) == proof
    assert check_proof(proof, LEAVES[4], [log.key], ORIGIN)[0] == HEAD


def test_a_proof_proves_its_own_leaf_alone(log: NoteSigner) -> None:
    head = sign_checkpoint(HEAD, log)
    path = (tree_hash(LEAVES[:4]),)
    for wrong in (
        LogProof(index=4, path=path, checkpoint=head, entry=b"other"),
        LogProof(index=3, path=path, checkpoint=head),
        LogProof(index=4, path=(), checkpoint=head),
    ):
        with pytest.raises(LogProofError):
            check_proof(wrong, LEAVES[4], [log.key], ORIGIN)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c2sp.org/tlog-proof@v2\nindex 0\n\n",
        "c2sp.org/tlog-proof@v1\n\n",
        "c2sp.org/tlog-proof@v1\nindex 00\n\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\n",
        "c2sp.org/tlog-proof@v1\nextra !\nindex 0\n\n",
        "c2sp.org/tlog-proof@v1\nextra AAAA\n\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n" + ("A" * 43 + "=\n") * 64 + "\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n",
    ],
)
def test_what_is_no_proof_is_refused(text: str) -> None:
    with pytest.raises(NoteDamagedError):
        parse_proof(text)


def test_what_a_witness_is_asked_is_read_as_it_was_written(log: NoteSigner) -> None:
    growth = Growth(old_size=4, path=(LEAVES[4],), checkpoint=sign_checkpoint(HEAD, log))
    assert growth.format().startswith("old 4\n")
    assert parse_growth(growth.format()) == growth
    for wrong in ("", "old 4\n", "old x\n\n", "new 4\n\n", "old 4\nAAAA\n\n"):
        with pytest.raises(NoteDamagedError):
            parse_growth(wrong)


@given(st.text(max_size=400))
def test_no_text_whatever_breaks_a_reader(text: str) -> None:
    for read in (parse_note, parse_checkpoint, parse_proof, parse_growth, parse_key):
        for made in (text, f"c2sp.org/tlog-proof@v1\n{text}", f"old 0\n\n{text}\n\n— a AAAAAAA=\n"):
            try:
                read(made)
            except LogError:
                continue


def test_a_witness_s_secret_has_32_bytes() -> None:
    with pytest.raises(KeyUnsuitableError):
        open_witness("w", b"short")
    assert open_witness("w", bytes(32)).key.kind == COSIGNATURE
