"""A foreign time-stamp authority that speaks the real protocols: RFC 3161 and lists over HTTP."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from certs.signers.softkey import SoftKeySigner
from certs.timestamps import LocalTimestamper

_REPLY = "application/timestamp-reply"


@dataclass
class StampHouse:
    """The authority: its root, the certificate it stamps with, and whether it answers."""

    url: str
    at: datetime | None
    """Its clock stands at this moment; None for this machine's."""
    certificate: x509.Certificate
    root: x509.Certificate
    stamper: LocalTimestamper
    crl: bytes
    is_up: bool = True
    is_list_up: bool = True
    asked: list[str] = field(default_factory=list)
    """The paths that were asked for, in order."""

    @property
    def pem(self) -> bytes:
        """The file for `mortgage-certs add-stamper`."""
        return b"".join(one.public_bytes(Encoding.PEM) for one in (self.certificate, self.root))


@contextmanager
def stamp_house(name: str = "stamps", at: datetime | None = None) -> Iterator[StampHouse]:
    """Serve an authority on this machine: POST / stamps, GET /crl gives its root's list."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 20

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            house.asked.append(self.path)
            self._answer(house.is_up, _REPLY, lambda: house.stamper.answer(body))

        def do_GET(self) -> None:
            house.asked.append(self.path)
            self._answer(house.is_list_up, "application/pkix-crl", lambda: house.crl)

        def _answer(self, is_up: bool, kind: str, make: object) -> None:
            body = make() if is_up else b""  # type: ignore[operator]  # given where it is up
            self.send_response(200 if is_up else 503)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Keep the tests' output clean."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        house = _found(name, f"http://127.0.0.1:{server.server_port}/", at)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield house
        finally:
            server.shutdown()
            thread.join(10)


def _found(name: str, url: str, at: datetime | None) -> StampHouse:
    now = at or datetime.now(UTC)
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{name} root")])
    ends = now - timedelta(minutes=5), now + timedelta(days=3650)
    root = (
        x509.CertificateBuilder(subject, subject, root_key.public_key(), 1, *ends)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(root_key.public_key()), critical=False
        )
        .sign(root_key, hashes.SHA256())
    )
    leaf = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    places = x509.CRLDistributionPoints(
        [x509.DistributionPoint([x509.UniformResourceIdentifier(f"{url}crl")], None, None, None)]
    )
    certificate = (
        x509.CertificateBuilder(subject, leaf, key.public_key(), 2, *ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(), critical=True)
        .add_extension(purpose, critical=True)
        .add_extension(places, critical=False)
        .sign(root_key, hashes.SHA256())
    )
    crl = (
        x509.CertificateRevocationListBuilder(subject, now, now + timedelta(days=7))
        .add_extension(x509.CRLNumber(1), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()),
            critical=False,
        )
        .sign(root_key, hashes.SHA256())
    )
    signer = SoftKeySigner(certificate, (), key)
    stamper = LocalTimestamper(signer, (lambda: at) if at else None)
    return StampHouse(url, at, certificate, root, stamper, crl.public_bytes(Encoding.DER))


def _usage() -> x509.KeyUsage:
    names = [
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    ]
    return x509.KeyUsage(**{name: name == "digital_signature" for name in names})
