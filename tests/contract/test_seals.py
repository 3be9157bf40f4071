"""What every seal of the office keeps to, the real one and the specimen alike."""

import logging
from io import BytesIO
from typing import Any

import pytest
from pikepdf import pdfa
from pyhanko.pdf_utils.reader import PdfFileReader

from backend.errors import MisconfiguredError
from backend.office.ports import Seal
from backend.seals import load_seal
from certs.attachments import Attachment
from certs.documents import DocumentVerdict, check_pdf
from certs.errors import SealError, TimestampError
from certs.identity import Role
from certs.timestamps import HTTPTimestamper
from registration.papers.certificate import draw_certificate
from tests.pki import NOW, PKI
from tests.sealed import BOX, make_paper, make_stamp, make_timestamper
from tests.unit.registration.papers.facts import make_certificate


@pytest.fixture(params=["pades", "specimen"])
def seal(request: pytest.FixtureRequest, pki: PKI) -> Seal:
    return make_seal(pki, request.param)


def make_seal(pki: PKI, spec: str) -> Seal:
    return load_seal(
        spec,
        signer=pki.office(Role.SEAL),
        timestamper=make_timestamper(pki),
        stamp=make_stamp(),
    )


def test_a_sealed_paper_passes_the_public_check(seal: Seal, pki: PKI) -> None:
    sealed = seal.seal(make_paper(), box=BOX, at=NOW)
    assert check_pdf(sealed, trust=pki.trust, at=NOW).verdict is DocumentVerdict.VALID


def test_one_seal_seals_many_papers(seal: Seal, pki: PKI) -> None:
    papers = [make_paper(str(number)) for number in range(5)]
    sealed = [seal.seal(paper, box=BOX, at=NOW) for paper in papers]
    assert [one.startswith(paper) for one, paper in zip(sealed, papers, strict=True)] == [True] * 5
    verdicts = {check_pdf(one, trust=pki.trust, at=NOW).verdict for one in sealed}
    assert verdicts == {DocumentVerdict.VALID}


def test_what_is_no_paper_is_refused(seal: Seal) -> None:
    with pytest.raises(SealError):
        seal.seal(b"no paper", box=BOX, at=NOW)


def test_a_sealed_paper_is_not_sealed_again(seal: Seal) -> None:
    with pytest.raises(SealError):
        seal.seal(seal.seal(make_paper(), box=BOX, at=NOW), box=BOX, at=NOW)


def test_a_paper_with_the_seals_producer_keeps_it_alone(seal: Seal) -> None:
    """PDF/A wants the producer to be the same everywhere in the file."""
    sealed = seal.seal(make_paper(), box=BOX, at=NOW)
    found: Any = PdfFileReader(BytesIO(sealed)).trailer_view["/Info"]
    assert found["/Producer"] == seal.producer


@pytest.mark.parametrize("spec", ["pades", "specimen"])
def test_without_a_time_stamp_nothing_is_sealed(pki: PKI, spec: str) -> None:
    nobody = HTTPTimestamper("http://127.0.0.1:9/", timeout_s=2)
    seal = load_seal(spec, signer=pki.office(Role.SEAL), timestamper=nobody, stamp=make_stamp())
    with pytest.raises(TimestampError):
        seal.seal(make_paper(), box=BOX, at=NOW)


@pytest.mark.parametrize("spec", ["", "paper", "PADES", "pades:other"])
def test_an_unknown_seal_stops_the_start(pki: PKI, spec: str) -> None:
    with pytest.raises(MisconfiguredError):
        make_seal(pki, spec)


@pytest.mark.parametrize("role", [Role.OFFICE, Role.TIMESTAMP, Role.QR])
def test_another_key_of_the_office_is_no_seal(pki: PKI, role: Role) -> None:
    with pytest.raises(MisconfiguredError):
        load_seal(
            "pades",
            signer=pki.office(role),
            timestamper=make_timestamper(pki),
            stamp=make_stamp(),
        )


def test_only_the_specimen_warns_at_its_start(pki: PKI, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        real, specimen = make_seal(pki, "pades"), make_seal(pki, "specimen")
    assert (real.is_specimen, specimen.is_specimen) == (False, True)
    assert [record.name for record in caplog.records] == ["backend.seals.specimen"]


def test_a_specimen_says_so_in_its_signature(pki: PKI) -> None:
    sealed = make_seal(pki, "specimen").seal(make_paper(), box=BOX, at=NOW)
    found: Any = PdfFileReader(BytesIO(sealed)).embedded_signatures[0]
    assert "SPECIMEN" in found.sig_object["/Reason"]


def test_sealing_leaves_a_paper_for_the_archives_what_it_was(seal: Seal, pki: PKI) -> None:
    """PDF/A wants one date and one maker in both places; the seal adds none and breaks no rule."""
    drawn = draw_certificate(
        make_certificate(), is_specimen=seal.is_specimen, producer=seal.producer
    )
    held = Attachment(name="a.json", media_type="application/json", data=b"{}", is_source=True)
    sealed = seal.seal(drawn.pdf, box=drawn.seal_box, at=NOW, attachments=(held,))

    report = pdfa.validate_written(BytesIO(sealed), "3b")
    assert report.violations == ()
    # What the validator of a paper cannot judge: the signature, and what stands beside it.
    unjudged = {"pikepdf:schema-Catalog", "pikepdf:embedded-file"}
    assert {one.rule for one in report.unsupported} == unjudged
    assert check_pdf(sealed, trust=pki.trust, at=NOW).verdict is DocumentVerdict.VALID
