"""Sealed PDFs: the genuine one passes, every forged one is refused, nothing raises."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter

from certs.documents import DocumentVerdict, check_pdf, seal_pdf
from certs.errors import SealError
from certs.identity import Role
from certs.ports import Signer
from certs.timestamps import CMSSigner
from certs.trust import TrustStore
from tests.pki import NOW, PKI, make_pki, make_signer
from tests.sealed import BOX, make_paper, make_sealed, make_stamp, make_timestamper

PDF: Any = generic  # pyHanko is typed in part
DIGITS = re.compile(rb"<([0-9A-F]{1000,})>")


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


# --- what is refused: bytes changed after sealing ----------------------------------------------


def flip(place: Callable[[bytes], int]) -> Callable[[bytes], bytes]:
    def change(pdf: bytes) -> bytes:
        at = place(pdf)
        return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]

    return change


def with_contents(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Change the signature's bytes and keep their room."""

    def apply(pdf: bytes) -> bytes:
        match = DIGITS.search(pdf)
        assert match is not None
        contents = change(bytes.fromhex(match[1].decode()))
        digits = contents.hex().upper().encode()[: len(match[1])].ljust(len(match[1]), b"0")
        return pdf[: match.start(1)] + digits + pdf[match.end(1) :]

    return apply


def with_signature(change: Callable[[cms.SignedData], None]) -> Callable[[bytes], bytes]:
    """Change the signature as a structure and write it anew."""

    def apply(contents: bytes) -> bytes:
        info = cms.ContentInfo.load(contents)
        change(info["content"])
        return bytes(info.dump())

    return with_contents(apply)


def updated(change: Callable[[Any], None]) -> Callable[[bytes], bytes]:
    """Append an update, as an editor does."""

    def apply(pdf: bytes) -> bytes:
        writer: Any = IncrementalPdfFileWriter(BytesIO(pdf))
        change(writer)
        file = BytesIO()
        writer.write(file)
        return file.getvalue()

    return apply


def _strip_token(data: cms.SignedData) -> None:
    data["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([])


def _drop_certificates(data: cms.SignedData) -> None:
    data["certificates"] = cms.CertificateSet([])


def _double_signer(data: cms.SignedData) -> None:
    data["signer_infos"].append(data["signer_infos"][0].copy())


def _add_content(data: cms.SignedData) -> None:
    data["encap_content_info"] = {"content_type": "data", "content": b"other"}


def _double_attribute(data: cms.SignedData) -> None:
    attributes = data["signer_infos"][0]["unsigned_attrs"]
    attributes.append(attributes[0].copy())


def _annotate(writer: Any) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    name = PDF.pdf_name
    note = PDF.DictionaryObject(
        {
            name("/Type"): name("/Annot"),
            name("/Subtype"): name("/FreeText"),
            name("/Contents"): PDF.pdf_string("1000000"),
            name("/Rect"): PDF.ArrayObject([PDF.NumberObject(n) for n in (0, 0, 9, 9)]),
        }
    )
    page["/Annots"].append(writer.add_object(note))
    writer.update_container(page["/Annots"])
    writer.update_container(page)


def _cover(writer: Any) -> None:
    stream = PDF.StreamObject(stream_data=b"0 0 600 800 re f")
    writer.add_stream_to_page(0, writer.add_object(stream))


def _hide_page(writer: Any) -> None:
    writer.root["/Pages"]["/Count"] = PDF.NumberObject(0)
    writer.update_container(writer.root["/Pages"])


def _drop_certification(writer: Any) -> None:
    del writer.root["/Perms"]
    writer.update_root()


def _script(writer: Any) -> None:
    name = PDF.pdf_name
    writer.root["/OpenAction"] = PDF.DictionaryObject(
        {name("/S"): name("/JavaScript"), name("/JS"): PDF.pdf_string("app.alert(1)")}
    )
    writer.update_root()


def _shadow_signature(pdf: bytes) -> bytes:
    """Put a second signature dictionary behind the first, with the same contents."""
    match = DIGITS.search(pdf)
    assert match is not None
    return (
        pdf + b"\n99 0 obj\n<</Type/Sig/ByteRange [0 9 9 9]/Contents " + match[0] + b">>\nendobj\n"
    )


RANGE = re.compile(rb"(/ByteRange \[0 )(\d+)( )(\d+)( )(\d+)")


def with_range(change: Callable[[int, int, int], tuple[int, int, int]]) -> Callable[[bytes], bytes]:
    def apply(pdf: bytes) -> bytes:
        match = RANGE.search(pdf)
        assert match is not None
        new = change(int(match[2]), int(match[4]), int(match[6]))
        text = match[1] + b" ".join(str(n).encode() for n in new)
        return pdf[: match.start()] + text.ljust(len(match[0])) + pdf[match.end() :]

    return apply


TAMPERED: dict[str, Callable[[bytes], bytes]] = {
    # one bit
    "bit of the header": flip(lambda pdf: 6),
    "bit of the page": flip(lambda pdf: pdf.index(b"stream") + 20),
    "bit of the paper's trailer": flip(lambda pdf: pdf.index(b"trailer") + 12),
    "bit of the range": flip(lambda pdf: pdf.index(b"/ByteRange") + 13),
    "bit of the reason": flip(lambda pdf: pdf.index(b"/Reason") + 12),
    "bit of the certification": flip(lambda pdf: pdf.index(b"/DocMDP") + 3),
    "bit of the stamp": flip(lambda pdf: pdf.rindex(b"/BBox") + 8),
    "bit of the last table": flip(
        lambda pdf: pdf.rindex(b"xref", 0, pdf.rindex(b"startxref") + 1) + 30
    ),
    "last byte": flip(lambda pdf: len(pdf) - 2),
    # after the end
    "newline after the end": lambda pdf: pdf + b"\n",
    "zero after the end": lambda pdf: pdf + b"\0",
    "objects after the end": lambda pdf: pdf + b"\n99 0 obj\n<<>>\nendobj\n",
    "another end": lambda pdf: pdf + b"%%EOF\n",
    "another file after the end": lambda pdf: pdf + make_paper("other"),
    "file in a file": lambda pdf: make_paper("other") + pdf,
    "junk before": lambda pdf: b"junk\n" + pdf,
    # updates
    "annotation": updated(_annotate),
    "cover over the page": updated(_cover),
    "page hidden": updated(_hide_page),
    "certification taken away": updated(_drop_certification),
    "script": updated(_script),
    "second signature dictionary": _shadow_signature,
    # the range
    "range from 1": lambda pdf: pdf.replace(b"/ByteRange [0 ", b"/ByteRange [1 "),
    "range too short": with_range(lambda a, b, c: (a, b, c - 1)),
    "range too long": with_range(lambda a, b, c: (a, b, c + 1)),
    "wider gap before": with_range(lambda a, b, c: (a - 1, b, c)),
    "wider gap after": with_range(lambda a, b, c: (a, b + 1, c - 1)),
    "no gap": with_range(lambda a, b, c: (b, b, c)),
    "gap the wrong way": with_range(lambda a, b, c: (b, a, c)),
    "no range": lambda pdf: pdf.replace(b"/ByteRange", b"/ByteRangf"),
    "range written otherwise": lambda pdf: pdf.replace(b"/ByteRange", b"/Byte#52an"),
    # the signature
    "no contents": with_contents(lambda contents: b""),
    "contents cut": with_contents(lambda contents: contents[:700]),
    "contents of nothing": with_contents(lambda contents: b"\xff" * 700),
    "nested without end": with_contents(lambda contents: b"\x30\x80" * 4000),
    "bytes behind the signature": with_contents(lambda contents: contents[:-1] + b"\x01"),
    "longer than it is": with_contents(
        lambda contents: contents[:2] + bytes([contents[2] + 1]) + contents[3:]
    ),
    "small digits": lambda pdf: DIGITS.sub(lambda match: match[0].lower(), pdf),
    "time stamp taken away": with_signature(_strip_token),
    "time stamp twice": with_signature(_double_attribute),
    "no certificates": with_signature(_drop_certificates),
    "two signers": with_signature(_double_signer),
    "content of its own": with_signature(_add_content),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_changed_file_is_never_valid(pki: PKI, sealed: bytes, name: str) -> None:
    changed = TAMPERED[name](sealed)
    assert changed != sealed
    assert codes(changed, pki)[0] != "VALID"


def test_no_bit_of_the_signature_can_be_flipped(pki: PKI, sealed: bytes) -> None:
    match = DIGITS.search(sealed)
    assert match is not None
    size = len(cms.ContentInfo.load(bytes.fromhex(match[1].decode())).dump())
    places = {*range(64), *range(0, size, 41)}
    taken = [at for at in places if _passes(with_contents(flip(lambda _, at=at: at))(sealed), pki)]  # type: ignore[misc]
    assert taken == []


def _passes(pdf: bytes, pki: PKI) -> bool:
    return check_pdf(pdf, trust=pki.trust, at=NOW).verdict is DocumentVerdict.VALID


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.5, 0.9, 0.9999])
def test_a_cut_file_is_invalid(pki: PKI, sealed: bytes, share: float) -> None:
    assert codes(sealed[: int(len(sealed) * share)], pki)[0] == "INVALID"


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
