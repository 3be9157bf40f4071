"""PAdES B-LTA before strict validators: every certificate's status is asked for, the issuer's too.

They know the root, may fetch nothing, and take no certificate without a list or response about it.
"""

import asyncio
import subprocess
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from certs.authority import load_authority
from certs.bundle import TrustBundle
from certs.documents import Preserver
from certs.founding import init_authority
from certs.identity import Role
from certs.keys import load_certificates
from certs.places import certificate_path
from certs.timestamps import to_asn1
from tests.pki import NOW, OFFICE, ORGANISATION, PKI, make_pki
from tests.sealed import make_sealed, make_timestamper

SOON = NOW + timedelta(minutes=1)
STRICT = CertRevTrustPolicy(RevocationCheckingPolicy.from_legacy("require"))


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> PKI:
    return make_pki(tmp_path_factory.mktemp("strict") / "authority")


def preserved(pki: PKI, bundle: TrustBundle) -> bytes:
    """Seal a paper and make it last, as the worker does with this bundle."""
    preserver = Preserver(make_timestamper(pki, SOON))
    return preserver.preserve(make_sealed(pki), bundle=bundle, at=SOON)


def without_root_list(bundle: TrustBundle) -> TrustBundle:
    """Give the bundle of an authority that was founded before roots had lists."""
    return replace(
        bundle, crls=tuple(x for x in bundle.crls if x.issuer != bundle.roots[0].subject)
    )


def judge_as_etsi(pdf: bytes, pki: PKI, at: datetime) -> Any:
    """Let pyHanko validate after ETSI EN 319 102-1, section 5.6.3, and return its result."""
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build([to_asn1(pki.trust.bundle.roots[0])]),
        revinfo_policy=STRICT,
    )
    gathering = RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY)
    spec = SignatureValidationSpec(policy, gathering, local_knowledge=LocalKnowledge())
    (seal,) = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
    timing = ValidationTimingInfo(at, at, point_in_time_validation=True)
    return asyncio.run(ades_lta_validation(seal, PdfSignatureValidationSpec(spec), timing))


def test_a_b_lta_file_passes_with_every_status_required(own: PKI) -> None:
    found = judge_as_etsi(preserved(own, own.trust.bundle), own, SOON)
    assert found.ades_subindic is AdESPassed.OK


def test_without_the_roots_list_it_does_not_pass(own: PKI) -> None:
    """The control: it is the list that makes the difference."""
    found = judge_as_etsi(preserved(own, without_root_list(own.trust.bundle)), own, SOON)
    assert found.ades_subindic is not AdESPassed.OK


@pytest.mark.parametrize("mode", ["hard-fail", "require"])
def test_seal_and_stamps_pass_in_the_classic_modes(own: PKI, mode: str) -> None:
    reader: Any = PdfFileReader(BytesIO(preserved(own, own.trust.bundle)))
    context = DocumentSecurityStore.read_dss(reader).as_validation_context(
        {
            "trust_roots": [to_asn1(own.trust.bundle.roots[0])],
            "moment": SOON,
            "revocation_mode": mode,
            "allow_fetching": False,
        }
    )
    (seal,), (stamp,) = reader.embedded_regular_signatures, reader.embedded_timestamp_signatures
    assert asyncio.run(async_validate_pdf_signature(seal, context, context)).bottom_line
    time = asyncio.run(async_validate_pdf_timestamp(stamp, context))
    assert (time.intact, time.valid, time.trusted) == (True, True, True)


def test_openssl_takes_the_chain_with_the_lists_of_all(own: PKI, tmp_path: Path) -> None:
    """-crl_check_all asks a list of the root about the issuing authority too."""
    bundle = own.trust.bundle
    found = [ask_openssl(own, one, tmp_path) for one in (bundle, without_root_list(bundle))]
    assert [code for code, _ in found] == [0, 2]
    assert "unable to get certificate CRL" in found[1][1]


def ask_openssl(pki: PKI, bundle: TrustBundle, folder: Path) -> tuple[int, str]:
    files = {
        "root.pem": bundle.roots[0].public_bytes(Encoding.PEM),
        "issuing.pem": bundle.intermediates[0].public_bytes(Encoding.PEM),
        "lists.pem": b"".join(one.public_bytes(Encoding.PEM) for one in bundle.crls),
        "seal.pem": pki.certificate(Role.SEAL).public_bytes(Encoding.PEM),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    options = ["-crl_check_all", "-CRLfile", "lists.pem", "-CAfile", "root.pem"]
    options += ["-untrusted", "issuing.pem", "-attime", str(int(SOON.timestamp()))]
    # The seal's purpose is its own, critical and unknown to OpenSSL.
    command = ["openssl", "verify", "-ignore_critical", *options, "seal.pem"]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return said.returncode, said.stderr


def test_openssl_reads_where_the_lists_are(tmp_path: Path) -> None:
    home = tmp_path / "authority"
    url = "http://lists.registration.example/crl"
    init_authority(home, ORGANISATION, NOW, office=OFFICE, lists_url=url)
    authority = load_authority(home)
    root = authority.bundle.roots[0]
    seal, issuing = load_certificates(certificate_path(home, Role.SEAL))
    for certificate, issuer in ((seal, issuing), (issuing, root)):
        (tmp_path / "one.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
        key_id = to_asn1(issuer).key_identifier.hex()
        said = subprocess.run(
            ["openssl", "x509", "-noout", "-ext", "crlDistributionPoints", "-in", "one.pem"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        assert f"URI:{url}/{key_id}.crl" in said.stdout
