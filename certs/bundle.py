"""The trust bundle: everything that a check without a network needs, in one JSON file."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certs.canonical import decode, encode
from certs.errors import JSONRefusedError, TrustBundleError
from certs.identity import MALFORMED, Role
from certs.keys import write_public

VERSION: Final = "trust/1"
PINNED: Final = (Role.SEAL, Role.OFFICE, Role.LOG, Role.QR, Role.TIMESTAMP, Role.ENVELOPE)
"""Roles whose certificates stand in the bundle one by one."""
LISTS: Final = "lists"
"""The link under which revocation lists are served, each as KEYID.crl: the issuer's key id in hex."""

_LARGEST: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustBundle:
    """Roots, issuers, the office's own certificates, revocation lists and addresses."""

    organisation: str
    roots: tuple[x509.Certificate, ...]
    intermediates: tuple[x509.Certificate, ...]
    pinned: Mapping[Role, tuple[x509.Certificate, ...]] = field(default_factory=dict)
    """By role, newest first; old ones stay as long as something signed by them is shown."""
    crls: tuple[x509.CertificateRevocationList, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    """Addresses by purpose, e.g. `crl`, `status_list`, `checkpoint`, `verify`."""

    def certificates(self, role: Role) -> tuple[x509.Certificate, ...]:
        """List the office's certificates of one role, newest first."""
        return tuple(self.pinned.get(role, ()))


# Version trust/1. Members may be added, and old readers ignore what they do not know; none may be
# removed or get another meaning.
def to_json(bundle: TrustBundle) -> bytes:
    """Write the bundle as canonical JSON."""
    return encode(
        {
            "version": VERSION,
            "organisation": bundle.organisation,
            "roots": _texts(bundle.roots),
            "intermediates": _texts(bundle.intermediates),
            "certificates": {
                role.value: _texts(bundle.certificates(role))
                for role in PINNED
                if bundle.certificates(role)
            },
            "crls": [_text(crl.public_bytes(Encoding.DER)) for crl in bundle.crls],
            "links": dict(bundle.links),
        }
    )


def from_json(data: bytes) -> TrustBundle:
    """Read a bundle.

    Raises:
        TrustBundleError: not JSON, another version, or something in it is damaged.
    """
    try:
        value = decode(data, largest=_LARGEST)
        if not isinstance(value, dict) or value.get("version") != VERSION:
            raise TrustBundleError("version")
        return TrustBundle(
            organisation=_string(value["organisation"]),
            roots=_certificates(value["roots"]),
            intermediates=_certificates(value["intermediates"]),
            pinned=_pinned(value["certificates"]),
            crls=_crls(value["crls"]),
            links={_string(k): _string(v) for k, v in value["links"].items()},
        )
    except (JSONRefusedError, KeyError, AttributeError, *MALFORMED) as exc:
        raise TrustBundleError("damaged") from exc


def save_bundle(path: Path, bundle: TrustBundle) -> None:
    """Write trust.json, replacing an older one whole.

    Raises:
        KeyFileError: the disk refused.
    """
    write_public(path, to_json(bundle))


def load_bundle(path: Path) -> TrustBundle:
    """Read trust.json.

    Raises:
        TrustBundleError: missing or damaged.
    """
    try:
        data = path.read_bytes()
    except OSError as exc:
        raise TrustBundleError("cannot be read") from exc
    return from_json(data)


def _text(der: bytes) -> str:
    return base64.b64encode(der).decode("ascii")


def _texts(certificates: tuple[x509.Certificate, ...]) -> list[str]:
    return [_text(one.public_bytes(Encoding.DER)) for one in certificates]


def _der(text: object) -> bytes:
    try:
        return base64.b64decode(_string(text), validate=True)
    except binascii.Error as exc:
        raise TrustBundleError("damaged") from exc


def _certificates(texts: object) -> tuple[x509.Certificate, ...]:
    return tuple(x509.load_der_x509_certificate(_der(text)) for text in _list(texts))


def _crls(texts: object) -> tuple[x509.CertificateRevocationList, ...]:
    return tuple(x509.load_der_x509_crl(_der(text)) for text in _list(texts))


def _pinned(value: dict[str, Any]) -> dict[Role, tuple[x509.Certificate, ...]]:
    known = {role.value: role for role in PINNED}
    return {known[name]: _certificates(texts) for name, texts in value.items() if name in known}


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TrustBundleError("damaged")
    return value


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TrustBundleError("damaged")
    return value
