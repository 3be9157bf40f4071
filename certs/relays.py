"""Parcels between counters: sealed like a package, to a key that the other counter vouched for."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certs.envelope import Opened, Part, open_sealed, seal
from certs.errors import StatementDamagedError
from certs.identity import MALFORMED, RELAY_PURPOSE, Identity, Role, SuiteName, Use, key_usage
from certs.keys import (
    generate_key,
    make_folder,
    save_certificates,
    save_key,
    suite_of_certificate,
)
from certs.ports import Signer
from certs.selfsigned import certify_self
from certs.signers.softkey import SoftKeySigner, load_softkey, open_softkeys
from certs.statements import open_statement, sign_statement
from certs.trust import TrustStore

# `relay-key/1`: a statement whose one claim is `certificate`. Nothing is added within version 1.
KIND: Final = "relay-key/1"
_LIFETIME: Final = timedelta(days=3652)
"""It ends with the counter's own certificate, which vouches for it."""


@dataclass(frozen=True, slots=True)
class RelayKey:
    """The key that parcels to this counter are sealed to."""

    holder: SoftKeySigner

    def vouch(self, signer: Signer, at: datetime) -> str:
        """Return what tells other counters of this key, signed by this counter."""
        der = self.holder.certificate.public_bytes(Encoding.DER)
        claims = {"certificate": base64.b64encode(der).decode("ascii")}
        return sign_statement(KIND, claims, signer, at)

    def open_parcel(self, data: bytes, *, trust: TrustStore, at: datetime, office: str) -> Opened:
        """Open a parcel. Raises: as `certs.envelope.open_sealed`."""
        opener = open_softkeys((self.holder,))
        return open_sealed(data, opener=opener, trust=trust, at=at, office=office)


def keep_relay_key(folder: Path, signer: Signer, at: datetime) -> RelayKey:
    """Load the key of the signer's suite from a folder, or make it there.

    Raises:
        KeyFileError: it lies there and cannot be used, or the disk refused.
    """
    suite = suite_of_certificate(signer.certificate)
    key_path, certificate_path = folder / f"{suite}-key.pem", folder / f"{suite}.pem"
    # The certificate is written last: a key without one was cut off, and nobody knows it.
    if not certificate_path.exists():
        make_folder(folder)
        key_path.unlink(missing_ok=True)
        key = generate_key(Role.ENVELOPE, suite)
        use = Use.ENCIPHER if suite is SuiteName.NATIONAL else Use.AGREE
        certificate = certify_self(
            key,
            "relay key",
            starts=at.replace(microsecond=0),
            ends=at.replace(microsecond=0) + _LIFETIME,
            extensions=[
                (x509.BasicConstraints(ca=False, path_length=None), True),
                (key_usage(use), True),
                (x509.ExtendedKeyUsage([RELAY_PURPOSE]), True),
            ],
        )
        save_key(key_path, key)
        save_certificates(certificate_path, [certificate])
    return RelayKey(load_softkey(key_path, certificate_path))


def read_relay_key(
    text: str, *, trust: TrustStore, at: datetime
) -> tuple[Identity, x509.Certificate]:
    """Return which counter vouched for a key, and the key in its certificate.

    Raises:
        StatementError, SignerNotTrustedError: no counter of this office says so now.
    """
    said = open_statement(text, KIND, trust, Role.PACKAGE, at)
    try:
        der = base64.b64decode(str(said.claims.get("certificate", "")), validate=True)
        certificate = x509.load_der_x509_certificate(der)
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (binascii.Error, x509.ExtensionNotFound, *MALFORMED) as exc:
        raise StatementDamagedError("certificate") from exc
    if list(purposes) != [RELAY_PURPOSE]:
        raise StatementDamagedError("certificate")
    return said.signer, certificate


def seal_parcel(
    parts: list[Part],
    *,
    signer: Signer,
    recipient: x509.Certificate,
    office: str,
    terminal: str,
    at: datetime,
) -> bytes:
    """Seal parts to another counter. Raises: as `certs.envelope.seal`.

    It is a package to somebody else than the office: no office holds a key that opens it. Parcels
    are not counted, so each bears the number 1.
    """
    return seal(
        parts,
        signer=signer,
        recipient=recipient,
        office=office,
        terminal=terminal,
        sequence=1,
        at=at,
    )
