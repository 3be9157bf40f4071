"""PAdES B-LTA: files that go on proving themselves, judged by us and by other people's programs."""

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pikepdf import pdfa
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)

from backend.seals import load_seal
from certs.authority import Authority
from certs.bundle import TrustBundle
from certs.documents import DocumentVerdict, Preserver, check_pdf
from certs.errors import MaterialError, SealError, TimestampError
from certs.identity import Role
from certs.keys import international
from certs.timestamps import HTTPTimestamper, to_asn1
from certs.trust import TrustStore
from registration.papers.certificate import draw_certificate
from tests.pki import NOW, PKI, make_pki
from tests.sealed import make_paper, make_sealed, make_stamp, make_timestamper
from tests.stampers import StampHouse, stamp_house
from tests.unit.registration.papers.facts import make_certificate

SOON = NOW + timedelta(minutes=1)
SEAL_ENDED = NOW + timedelta(days=1200)
STAMPS_ENDED = NOW + timedelta(days=1830)

_LISTS = RevocationCheckingPolicy(
    ee_certificate_rule=RevocationCheckingRule.CRL_REQUIRED,
    intermediate_ca_cert_rule=RevocationCheckingRule.CHECK_IF_DECLARED,
)


@pytest.fixture
def house() -> Iterator[StampHouse]:
    with stamp_house(at=SOON) as found:
        yield found


def with_house(bundle: TrustBundle, house: StampHouse) -> TrustBundle:
    """Believe the foreign authority, as `mortgage-certs add-stamper` makes a bundle do."""
    stampers = (*bundle.certificates(Role.TIMESTAMP), house.certificate)
    return replace(
        bundle,
        pinned={**bundle.pinned, Role.TIMESTAMP: stampers},
        intermediates=(*bundle.intermediates, house.root),
    )


def preserve(pdf: bytes, pki: PKI) -> bytes:
    preserver = Preserver(make_timestamper(pki, SOON))
    return preserver.preserve(pdf, bundle=pki.trust.bundle, at=SOON)


def preserve_abroad(pdf: bytes, bundle: TrustBundle, house: StampHouse) -> bytes:
    preserver = Preserver(HTTPTimestamper(house.url, timeout_s=5), timeout_s=5)
    return preserver.preserve(pdf, bundle=bundle, at=SOON)


def trust_at(authority: Authority, at: Any) -> TrustStore:
    """Give the trust of an office that went on publishing its lists until a moment."""
    authority.crl(at)
    return TrustStore(authority.bundle)


def test_a_preserved_file_is_the_sealed_one_with_more_behind_it(pki: PKI) -> None:
    sealed = make_sealed(pki)
    found = preserve(sealed, pki)
    status = check_pdf(found, trust=pki.trust, at=SOON)
    assert found.startswith(sealed)
    assert (status.verdict, status.level) == (DocumentVerdict.VALID, "B-LTA")
    assert (status.signed_at, status.is_timestamped) == (NOW, True)


def test_it_outlives_its_seal_and_with_new_stamps_their_authority_too(tmp_path: Path) -> None:
    """The seal is judged at its stamp's time, each stamp at that of the next."""
    pki = make_pki(tmp_path / "authority")
    sealed = make_sealed(pki)
    kept = preserve(sealed, pki)
    later = trust_at(pki.authority, SEAL_ENDED)
    assert check_pdf(kept, trust=later, at=SEAL_ENDED).verdict is DocumentVerdict.VALID

    with stamp_house(at=SEAL_ENDED) as house:
        bundle = with_house(later.bundle, house)
        again = Preserver(HTTPTimestamper(house.url)).preserve(kept, bundle=bundle, at=SEAL_ENDED)
    pki.authority.publish(lambda bundle: with_house(bundle, house))
    ended = trust_at(pki.authority, STAMPS_ENDED)
    status = check_pdf(again, trust=ended, at=STAMPS_ENDED)
    assert (status.verdict, status.signed_at) == (DocumentVerdict.VALID, NOW)
    assert status.proven_until == house.certificate.not_valid_after_utc
    for older in (sealed, kept):
        codes = [r.code for r in check_pdf(older, trust=ended, at=STAMPS_ENDED).reasons]
        assert codes == ["timestamp-aged"]


def test_a_file_sealed_without_a_stamp_gets_its_time_from_the_first_layer(pki: PKI) -> None:
    """PAdES B-T by a document time stamp. Source: ETSI EN 319 142-1, table 1."""
    sealed = make_sealed(pki, is_stamped=False)
    before = check_pdf(sealed, trust=pki.trust, at=NOW)
    assert (before.verdict, before.level) == (DocumentVerdict.INDETERMINATE, "B-B")
    status = check_pdf(preserve(sealed, pki), trust=pki.trust, at=SOON)
    assert (status.verdict, status.signed_at) == (DocumentVerdict.VALID, SOON)


def test_a_foreign_authoritys_stamp_holds_where_it_is_known(pki: PKI, house: StampHouse) -> None:
    bundle = with_house(pki.trust.bundle, house)
    once = preserve_abroad(make_sealed(pki), bundle, house)
    twice = preserve_abroad(once, bundle, house)
    assert check_pdf(twice, trust=TrustStore(bundle), at=SOON).verdict is DocumentVerdict.VALID
    assert house.asked == ["/", "/crl", "/"], (
        "the list of the first stamp's issuer is in the second"
    )
    (found,) = check_pdf(twice, trust=pki.trust, at=SOON).reasons
    assert found.code == "timestamp-foreign"
    store = DocumentSecurityStore.read_dss(PdfFileReader(BytesIO(twice)))
    assert (len(store.certs), len(store.crls)) == (6, 3)


def test_without_a_stamp_or_a_list_nothing_is_made(pki: PKI, house: StampHouse) -> None:
    bundle, sealed = with_house(pki.trust.bundle, house), make_sealed(pki)
    house.is_up = False
    with pytest.raises(TimestampError):
        preserve_abroad(sealed, bundle, house)
    house.is_up = True
    once = preserve_abroad(sealed, bundle, house)
    house.is_list_up = False
    with pytest.raises(MaterialError):
        preserve_abroad(once, bundle, house)
    with pytest.raises(MaterialError):
        preserve_abroad(sealed, replace(bundle, crls=()), house)
    with pytest.raises(SealError):
        preserve_abroad(make_paper(), bundle, house)


def test_pyhanko_proves_seal_and_stamps_by_the_file_itself(pki: PKI) -> None:
    """Knowing nothing but the root, and asking a list for seal and stamper."""
    twice = preserve(preserve(make_sealed(pki), pki), pki)
    reader: Any = PdfFileReader(BytesIO(twice))
    context = DocumentSecurityStore.read_dss(reader).as_validation_context(
        {
            "trust_roots": [to_asn1(root) for root in international(pki.trust.bundle.roots)],
            "moment": SOON,
            "revinfo_policy": CertRevTrustPolicy(_LISTS),
            "allow_fetching": False,
        }
    )
    seal, stamps = reader.embedded_regular_signatures[0], reader.embedded_timestamp_signatures
    found = asyncio.run(async_validate_pdf_signature(seal, context, context))
    assert (found.bottom_line, found.modification_level) == (True, ModificationLevel.LTA_UPDATES)
    times = [asyncio.run(async_validate_pdf_timestamp(one, context)) for one in stamps]
    assert [(one.intact, one.valid, one.trusted) for one in times] == [(True, True, True)] * 2


def test_poppler_finds_the_seal_whole(pki: PKI, tmp_path: Path) -> None:
    """pdfsig knows no document time stamps; the seal it finds valid, and over what it signs."""
    pdfsig = shutil.which("pdfsig")
    assert pdfsig is not None
    path = tmp_path / "certificate.pdf"
    path.write_bytes(preserve(make_sealed(pki), pki))
    said = subprocess.run(
        [pdfsig, "-nocert", str(path)], capture_output=True, text=True, check=False
    )
    assert "Signature Validation: Signature is Valid." in said.stdout
    assert said.stdout.count("Signature #") == 2


def test_what_is_for_the_archives_stays_for_the_archives(pki: PKI) -> None:
    seal = load_seal(
        "pades",
        signer=pki.office(Role.SEAL),
        timestamper=make_timestamper(pki),
        stamp=make_stamp(),
    )
    drawn = draw_certificate(make_certificate(), is_specimen=False, producer=seal.producer)
    sealed = seal.seal(drawn.pdf, box=drawn.seal_box, at=NOW)
    report = pdfa.validate_written(BytesIO(preserve(preserve(sealed, pki), pki)), "3b")
    assert report.violations == ()
