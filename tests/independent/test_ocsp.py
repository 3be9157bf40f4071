"""A time-stamp authority that answers by OCSP (RFC 6960) and publishes no list: `openssl ocsp` is it.

What it says of the stamp's certificate goes into the file with the next layer.
"""

import asyncio
import select
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore

from certs.bundle import TrustBundle
from certs.documents import DocumentVerdict, Preserver, check_pdf
from certs.errors import MaterialError
from certs.identity import Role
from certs.signers.softkey import SoftKeySigner
from certs.timestamps import LocalTimestamper, to_asn1
from certs.trust import TrustStore
from tests.pki import PKI, make_pki
from tests.sealed import make_sealed

NAMES = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("root", "stamps")]


@dataclass(frozen=True, slots=True)
class House:
    """A foreign authority, known to the office's bundle as `mortgage-certs add-stamper` does it."""

    pki: PKI
    root: x509.Certificate
    stamper: SoftKeySigner
    bundle: TrustBundle
    founded: datetime
    """Minutes ago: the responder answers by this machine's clock."""

    @property
    def soon(self) -> datetime:
        return self.founded + timedelta(minutes=1)

    @property
    def later(self) -> datetime:
        """Return a moment after whatever the responder said."""
        return self.founded + timedelta(minutes=15)

    def preserve(self, pdf: bytes, at: datetime) -> bytes:
        stamper = LocalTimestamper(self.stamper, lambda: at)
        return Preserver(stamper, timeout_s=20).preserve(pdf, bundle=self.bundle, at=at)


@pytest.fixture(params=["V", "R"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """Serve one whose stamp certificate is valid (V) or revoked (R)."""
    founded = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = make_root(root_key, founded)
    (tmp_path / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (tmp_path / "root.key").write_bytes(
        root_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    revoked = f"{founded:%y%m%d%H%M%SZ}" if request.param == "R" else ""
    line = f"{request.param}\t491231235959Z\t{revoked}\t02\tunknown\t/CN=stamps\n"
    (tmp_path / "index.txt").write_text(line)
    command = [
        *("openssl", "ocsp", "-port", "0", "-index", "index.txt", "-CA", "root.pem"),
        *("-rsigner", "root.pem", "-rkey", "root.key", "-resp_no_certs", "-nmin", "60"),
    ]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as responder:
        try:
            assert responder.stdout is not None
            assert select.select([responder.stdout], [], [], 60)[0], "openssl did not begin"
            # ACCEPT [::]:46397 PID=7865
            port = responder.stdout.readline().split()[1].rpartition(":")[2]
            leaf = make_leaf(key, root_key, f"http://127.0.0.1:{port}/", founded)
            pki = make_pki(tmp_path / "authority", founded)
            yield House(pki, root, SoftKeySigner(leaf, (), key), known(pki, leaf, root), founded)
        finally:
            responder.kill()


def known(pki: PKI, leaf: x509.Certificate, root: x509.Certificate) -> TrustBundle:
    bundle = pki.authority.bundle
    stampers = (*bundle.certificates(Role.TIMESTAMP), leaf)
    return replace(
        bundle,
        pinned={**bundle.pinned, Role.TIMESTAMP: stampers},
        intermediates=(*bundle.intermediates, root),
    )


def build(
    number: int, key: ec.EllipticCurvePrivateKey, founded: datetime
) -> x509.CertificateBuilder:
    ends = founded - timedelta(minutes=5), founded + timedelta(days=3650)
    return x509.CertificateBuilder(NAMES[0], NAMES[number - 1], key.public_key(), number, *ends)


def make_root(key: ec.EllipticCurvePrivateKey, founded: datetime) -> x509.Certificate:
    basic = x509.BasicConstraints(ca=True, path_length=0)
    return build(1, key, founded).add_extension(basic, critical=True).sign(key, hashes.SHA256())


def make_leaf(
    key: ec.EllipticCurvePrivateKey,
    root_key: ec.EllipticCurvePrivateKey,
    url: str,
    founded: datetime,
) -> x509.Certificate:
    """Issue the certificate that stamps; it says where its status is asked for, and of no list."""
    place = x509.AccessDescription(
        AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(url)
    )
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    uses = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
         "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False,
    )  # fmt: skip
    return (
        build(2, key, founded)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, **uses), critical=True)
        .add_extension(purpose, critical=True)
        .add_extension(x509.AuthorityInformationAccess([place]), critical=False)
        .sign(root_key, hashes.SHA256())
    )


@pytest.mark.parametrize("house", ["V"], indirect=True)
def test_the_responders_answer_is_in_the_file_and_proves_the_stamp(house: House) -> None:
    """By itself, with no network: pyHanko wants a status of the stamper, and finds this one."""
    once = house.preserve(make_sealed(house.pki, at=house.founded), house.soon)
    twice = house.preserve(once, house.later)
    assert check_pdf(twice, trust=TrustStore(house.bundle), at=house.later).verdict is (
        DocumentVerdict.VALID
    )
    reader: Any = PdfFileReader(BytesIO(twice))
    store = DocumentSecurityStore.read_dss(reader)
    assert len(store.ocsps) == 1
    context = store.as_validation_context(
        {
            "trust_roots": [to_asn1(house.root)],
            "moment": house.later,
            "revocation_mode": "require",
            "allow_fetching": False,
        }
    )
    stamp = reader.embedded_timestamp_signatures[0]
    found = asyncio.run(async_validate_pdf_timestamp(stamp, context))
    assert (found.intact, found.valid, found.trusted) == (True, True, True)


@pytest.mark.parametrize("house", ["R"], indirect=True)
def test_a_stamp_whose_certificate_the_responder_calls_revoked_is_not_preserved(
    house: House,
) -> None:
    once = house.preserve(make_sealed(house.pki, at=house.founded), house.soon)
    with pytest.raises(MaterialError):
        house.preserve(once, house.later)
