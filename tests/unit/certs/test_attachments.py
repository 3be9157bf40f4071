"""Files within a sealed paper: sealed with it, read by strangers, and proven in the log."""

from io import BytesIO
from typing import Final

import pikepdf
import pytest

from backend.store.chain import entry_of, link
from certs.attachments import FACTS_FILE, PROOF_FILE, Attachment
from certs.checkpoints import Checkpoint, LogProof, sign_checkpoint
from certs.documents import DocumentVerdict, Sealer, check_pdf, read_attachments
from certs.errors import CertsError, LogProofError, NoteForgedError, SealError
from certs.identity import Role
from certs.logged import check_logged
from certs.logkeys import open_log_signer
from certs.merkle import leaf_hash
from tests.pki import NOW, PKI
from tests.sealed import BOX, DIGITS, make_paper, make_stamp, make_timestamper

FACTS: Final = b'{"certificate_no":"12345"}'
ORIGIN: Final = "registration.example/log"


def seal(pki: PKI, *attachments: Attachment, paper: bytes = b"") -> bytes:
    sealer = Sealer(pki.office(Role.SEAL), make_timestamper(pki))
    return sealer.seal(
        paper or make_paper(),
        box=BOX,
        stamp_pdf=make_stamp(),
        reason="r",
        at=NOW,
        attachments=attachments,
    )


def facts(data: bytes = FACTS) -> Attachment:
    return Attachment(name=FACTS_FILE, media_type="application/json", data=data, is_source=True)


def proof(pki: PKI, role: Role = Role.LOG) -> Attachment:
    """Prove the facts in a log of one record."""
    record = link(
        seq=1,
        at=NOW,
        actor="system",
        act="certificate prepared",
        ref="12345",
        body=FACTS,
        previous_hash="00" * 32,
        salt="11" * 16,
    )
    entry = entry_of(record)
    head = Checkpoint(origin=ORIGIN, size=1, root=leaf_hash(entry))
    note = sign_checkpoint(head, open_log_signer(pki.office(role), ORIGIN))
    text = LogProof(index=0, path=(), checkpoint=note, entry=entry).format()
    return Attachment(name=PROOF_FILE, media_type="text/plain", data=text.encode())


def test_what_is_within_is_sealed_and_read_back(pki: PKI) -> None:
    given = facts(), proof(pki)
    sealed = seal(pki, *given)
    assert check_pdf(sealed, trust=pki.trust, at=NOW).verdict is DocumentVerdict.VALID
    assert read_attachments(sealed) == {one.name: one.data for one in given}
    assert read_attachments(seal(pki)) == {}


def test_a_stranger_reads_them(pki: PKI) -> None:
    with pikepdf.open(BytesIO(seal(pki, facts(), proof(pki)))) as pdf:
        within = {n: s.get_file().read_bytes() for n, s in pdf.attachments.items()}
        relations = [str(one.AFRelationship) for one in pdf.Root.AF]
    assert within[FACTS_FILE] == FACTS
    assert sorted(within) == [FACTS_FILE, PROOF_FILE]
    assert relations == ["/Source", "/Supplement"]


def test_the_same_files_give_the_same_bytes_to_seal(pki: PKI) -> None:
    first, second = seal(pki, facts()), seal(pki, facts())
    assert DIGITS.sub(b"", first) == DIGITS.sub(b"", second)


def test_a_changed_file_within_is_never_valid(pki: PKI) -> None:
    sealed = seal(pki, facts())
    stream = sealed.index(b"/EmbeddedFile")
    place = sealed.index(b"stream", stream) + 12
    changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
    found = check_pdf(changed, trust=pki.trust, at=NOW)
    assert found.verdict is DocumentVerdict.INVALID


def test_a_paper_with_files_already_is_refused(pki: PKI) -> None:
    with pikepdf.open(BytesIO(make_paper())) as pdf:
        pdf.attachments["a.txt"] = b"slipped in"
        file = BytesIO()
        pdf.save(file)
    with pytest.raises(SealError):
        seal(pki, facts(), paper=file.getvalue())


def test_the_record_within_is_checked(pki: PKI) -> None:
    found = check_logged(seal(pki, facts(), proof(pki)), pki.trust)
    assert found is not None
    assert (found.origin, found.number, found.size) == (ORIGIN, 1, 1)
    assert check_logged(seal(pki, facts()), pki.trust) is None


@pytest.mark.parametrize(
    ("data", "error"),
    [(b"{}", LogProofError), (FACTS, NoteForgedError)],
    ids=["another certificate's facts", "a key that is not the log's"],
)
def test_a_record_that_proves_nothing(pki: PKI, data: bytes, error: type[CertsError]) -> None:
    other = proof(pki)
    if error is NoteForgedError:
        forged = other.data.replace(ORIGIN.encode(), b"other.example/log")
        other = Attachment(name=PROOF_FILE, media_type="text/plain", data=forged)
    with pytest.raises(error):
        check_logged(seal(pki, facts(data), other), pki.trust)
