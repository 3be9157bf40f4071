"""Sealed PDFs: the genuine one passes, every forged one is refused, nothing raises."""

import subprocess
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter

from certs.documents import DocumentVerdict, check_pdf, seal_pdf
from certs.errors import SealError
from certs.founding import add_suite
from certs.identity import Role
from certs.ports import Signer
from certs.timestamps import CMSSigner
from certs.trust import TrustStore
from tests.pki import NOW, PKI, make_pki, make_signer
from tests.sealed import BOX, DIGITS, make_paper, make_sealed, make_stamp, make_timestamper


@pytest.fixture(scope="module")
def sealed(pki: PKI) -> bytes:
    return make_sealed(pki)


def codes(pdf: bytes, pki: PKI, at: datetime = NOW, trust: TrustStore | None = None) -> list[str]:
    status = check_pdf(pdf, trust=trust or pki.trust, at=at)
    return [status.verdict.value, *(reason.code for reason in status.reasons)]


def without_signature(pdf: bytes) -> bytes:
    return DIGITS.sub(b"<>", pdf)


def seal_otherwise(
    pki: PKI, signer: Signer, *, certify: bool = True, permissions: MDPPerm = MDPPerm.NO_CHANGES
) -> bytes:
    """Sign with bare pyHanko, as somebody else's program would."""
    file = signers.sign_pdf(
        IncrementalPdfFileWriter(BytesIO(make_paper())),
        signers.PdfSignatureMetadata(
            field_name="Seal",
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            certify=certify,
            docmdp_permissions=permissions,
        ),
        signer=CMSSigner(signer),
        timestamper=make_timestamper(pki),
    )
    return bytes(file.getvalue())


# --- what is taken ---------------------------------------------------------------------------


def test_a_genuine_file_is_valid(pki: PKI, sealed: bytes) -> None:
    status = check_pdf(sealed, trust=pki.trust, at=NOW)
    assert [status.verdict.value, status.reasons[0].code] == ["VALID", "genuine"]
    assert (status.signed_at, status.is_timestamped) == (NOW, True)
    assert status.signer is not None
    assert status.signer.role is Role.SEAL


def test_a_national_authority_beside_it_changes_nothing(tmp_path: Path) -> None:
    """PDFs know no SM2: what stands in the bundle for other formats must not get in their way."""
    pki = make_pki(tmp_path / "authority")
    sealed = make_sealed(pki)
    add_suite(pki.authority.home, NOW, office="310000")

    assert codes(sealed, pki, trust=TrustStore(pki.authority.bundle)) == ["VALID", "genuine"]


def test_only_signature_and_time_stamp_differ_between_two_sealings(pki: PKI, sealed: bytes) -> None:
    assert without_signature(sealed) == without_signature(make_sealed(pki))


def test_the_paper_itself_is_not_touched(sealed: bytes) -> None:
    assert sealed.startswith(make_paper())


def test_the_file_stays_below_pdf_2(sealed: bytes) -> None:
    """An ECDSA seal would lift it to PDF 2.0, which PDF/A-2 forbids (ISO 19005-2, 6.1.2)."""
    assert b"/Version /2" not in sealed


def test_a_seal_that_ran_out_later_still_stands_by_its_time_stamp(tmp_path: Path) -> None:
    pki = make_pki(tmp_path / "authority")
    sealed = make_sealed(pki)
    later = NOW + timedelta(days=1200)
    pki.authority.crl(later)
    assert codes(sealed, pki, later, TrustStore(pki.authority.bundle)) == ["VALID", "genuine"]


def test_poppler_takes_the_file_under_our_root(pki: PKI, sealed: bytes, tmp_path: Path) -> None:
    root = tmp_path / "root.pem"
    root.write_bytes(pki.authority.bundle.roots[0].public_bytes(Encoding.PEM))
    folder = f"sql:{tmp_path}"
    run = ["certutil", "-d", folder]
    subprocess.run([*run, "-N", "--empty-password"], check=True)
    subprocess.run([*run, "-A", "-n", "root", "-t", "CT,C,C", "-i", str(root)], check=True)
    file = tmp_path / "sealed.pdf"
    file.write_bytes(sealed)
    found = subprocess.run(
        ["pdfsig", "-nssdir", folder, str(file)], check=True, capture_output=True, text=True
    ).stdout
    assert "Total document signed" in found
    assert "Signature Validation: Signature is Valid." in found
    assert "Certificate Validation: Certificate is Trusted." in found


# --- what is refused: the file ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pdf", "code"),
    [
        (b"", "not-pdf"),
        (b"PK\x03\x04" + bytes(100), "not-pdf"),
        (b"%PDF-1.7\n" + bytes(6 * 1024 * 1024), "too-large"),
        (b"%PDF-1.7\n" + b"\xff" * 100, "not-sealed"),
        (make_paper(), "not-sealed"),
        (b"%PDF-1.7\n/ByteRange [0 99999999999999999999 1 1]", "not-whole"),
        (b"%PDF-1.7\n/ByteRange [0 10 10 34]", "not-whole"),
    ],
    ids=["empty", "zip", "huge", "junk", "unsealed", "huge range", "empty gap"],
)
def test_what_is_no_sealed_pdf_is_told_so(pki: PKI, pdf: bytes, code: str) -> None:
    assert codes(pdf, pki) == ["INVALID", code]


# --- what is refused: the seal or its time -----------------------------------------------------


def test_a_revoked_seal_is_revoked(tmp_path: Path) -> None:
    pki = make_pki(tmp_path / "authority")
    sealed = make_sealed(pki)
    serial = pki.certificate(Role.SEAL).serial_number
    pki.authority.revoke(serial, NOW + timedelta(hours=1), x509.ReasonFlags.key_compromise)
    status = check_pdf(sealed, trust=TrustStore(pki.authority.bundle), at=NOW + timedelta(hours=2))
    assert status.verdict is DocumentVerdict.REVOKED
    assert status.revoked_at == NOW + timedelta(hours=1)


def test_a_changed_file_under_a_revoked_seal_is_invalid(tmp_path: Path) -> None:
    pki = make_pki(tmp_path / "authority")
    sealed = make_sealed(pki)
    serial = pki.certificate(Role.SEAL).serial_number
    pki.authority.revoke(serial, NOW, x509.ReasonFlags.key_compromise)
    trust = TrustStore(pki.authority.bundle)
    assert codes(sealed + b"\n", pki, NOW, trust) == ["INVALID", "bytes-after-seal"]


def test_a_seal_that_had_run_out_when_used_is_invalid(tmp_path: Path) -> None:
    pki = make_pki(tmp_path / "authority")
    late = NOW + timedelta(days=1100)
    pki.authority.crl(late)
    found = codes(make_sealed(pki, at=late), pki, late, TrustStore(pki.authority.bundle))
    assert found == ["INVALID", "seal-not-in-force"]


def test_another_authority_of_the_same_name_is_foreign(pki: PKI, tmp_path: Path) -> None:
    other = make_pki(tmp_path / "authority")
    assert codes(make_sealed(other), pki)[0] == "INVALID"
    assert "foreign-seal" in codes(make_sealed(other), pki)


@pytest.mark.parametrize("role", [Role.SEAL, Role.PACKAGE, Role.TERMINAL])
def test_a_certificate_that_is_not_the_pinned_seal_is_refused(pki: PKI, role: Role) -> None:
    pdf = seal_otherwise(pki, make_signer(pki.authority, role))
    assert codes(pdf, pki)[0] == "INVALID"


def test_another_role_of_the_office_cannot_seal(pki: PKI) -> None:
    assert codes(seal_otherwise(pki, pki.office(Role.OFFICE)), pki) == ["INVALID", "not-a-seal"]


@pytest.mark.parametrize(
    ("certify", "permissions"),
    [(False, MDPPerm.NO_CHANGES), (True, MDPPerm.FILL_FORMS), (True, MDPPerm.ANNOTATE)],
)
def test_the_office_itself_cannot_seal_what_may_be_changed(
    pki: PKI, certify: bool, permissions: MDPPerm
) -> None:
    pdf = seal_otherwise(pki, pki.office(Role.SEAL), certify=certify, permissions=permissions)
    assert "may-be-changed" in codes(pdf, pki)


def test_a_foreign_time_stamp_is_refused(pki: PKI, tmp_path: Path) -> None:
    other = make_pki(tmp_path / "authority")
    pdf = seal_pdf(
        make_paper(),
        signer=pki.office(Role.SEAL),
        timestamper=make_timestamper(other),
        box=BOX,
        stamp_pdf=make_stamp(),
        reason="r",
        at=NOW,
    )
    assert codes(pdf, pki) == ["INVALID", "timestamp-foreign"]


def test_a_time_stamp_by_an_authority_pinned_from_outside_is_taken(
    pki: PKI, tmp_path: Path
) -> None:
    other = make_pki(tmp_path / "authority")
    pdf = seal_pdf(
        make_paper(),
        signer=pki.office(Role.SEAL),
        timestamper=make_timestamper(other),
        box=BOX,
        stamp_pdf=make_stamp(),
        reason="r",
        at=NOW,
    )
    bundle = pki.trust.bundle
    pinned = {**bundle.pinned, Role.TIMESTAMP: (other.certificate(Role.TIMESTAMP),)}
    issuers = (*bundle.intermediates, *other.authority.chain)
    trust = TrustStore(replace(bundle, pinned=pinned, intermediates=issuers))
    assert codes(pdf, pki, NOW, trust) == ["VALID", "genuine"]


def test_without_a_fresh_list_nothing_is_certain(pki: PKI, sealed: bytes) -> None:
    late = NOW + timedelta(days=3)
    assert codes(sealed, pki, late) == ["INDETERMINATE", "status-unknown"]


def test_without_any_list_nothing_is_certain(pki: PKI, sealed: bytes) -> None:
    trust = TrustStore(replace(pki.trust.bundle, crls=()))
    assert codes(sealed, pki, NOW, trust) == ["INDETERMINATE", "status-unknown"]


def test_a_time_stamp_ahead_of_the_clock_is_not_certain(pki: PKI, sealed: bytes) -> None:
    early = NOW - timedelta(hours=1)
    assert codes(sealed, pki, early) == ["INDETERMINATE", "timestamp-ahead"]


def test_a_revoked_time_stamper_proves_nothing(tmp_path: Path) -> None:
    pki = make_pki(tmp_path / "authority")
    sealed = make_sealed(pki)
    serial = pki.certificate(Role.TIMESTAMP).serial_number
    pki.authority.revoke(serial, NOW, x509.ReasonFlags.key_compromise)
    trust = TrustStore(pki.authority.bundle)
    assert codes(sealed, pki, NOW, trust) == ["INDETERMINATE", "timestamp-aged"]


def test_an_empty_bundle_takes_nothing(pki: PKI, sealed: bytes) -> None:
    trust = TrustStore(replace(pki.trust.bundle, pinned={}))
    assert codes(sealed, pki, NOW, trust)[0] == "INVALID"


# --- what cannot be sealed -----------------------------------------------------------------------


@pytest.mark.parametrize("pdf", [b"", b"no PDF", b"%PDF-1.7\n", make_paper()[:400]])
def test_what_is_no_pdf_is_not_sealed(pki: PKI, pdf: bytes) -> None:
    with pytest.raises(SealError):
        seal_pdf(
            pdf,
            signer=pki.office(Role.SEAL),
            timestamper=make_timestamper(pki),
            box=BOX,
            stamp_pdf=make_stamp(),
            reason="r",
            at=NOW,
        )


def test_a_sealed_file_is_not_sealed_again(pki: PKI, sealed: bytes) -> None:
    with pytest.raises(SealError):
        seal_pdf(
            sealed,
            signer=pki.office(Role.SEAL),
            timestamper=make_timestamper(pki),
            box=BOX,
            stamp_pdf=make_stamp(),
            reason="r",
            at=NOW,
        )


def test_a_stamp_that_is_no_page_is_refused(pki: PKI) -> None:
    with pytest.raises(SealError):
        seal_pdf(
            make_paper(),
            signer=pki.office(Role.SEAL),
            timestamper=make_timestamper(pki),
            box=BOX,
            stamp_pdf=b"no page",
            reason="r",
            at=NOW,
        )
