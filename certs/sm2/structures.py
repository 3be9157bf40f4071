"""Certificates, revocation lists and requests signed with SM2, which X.509 builders do not know.

The structures are asn1crypto's, the extensions come encoded from `cryptography`; what is here is
only put together and signed. Source: RFC 5280, RFC 2986; GB/T 20518-2018, annexes, for SM2.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from asn1crypto import algos, core, crl, csr, keys
from asn1crypto import x509 as asn1
from cryptography import x509

from certs.errors import SM2SignatureError
from certs.sm2.keys import SM2PublicKey

SM2_WITH_SM3: Final = x509.ObjectIdentifier("1.2.156.10197.1.501")
"""Source: GM/T 0006-2012. Its parameters are absent, as with ECDSA."""

Extensions = Sequence[tuple[x509.ExtensionType, bool]]
Sign = Callable[[bytes], bytes]
"""Signs bytes; with SM2 and SM3, unless it is said otherwise: DER."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """What a certificate says, before it is signed."""

    serial: int
    subject: x509.Name
    issuer: x509.Name
    starts: datetime
    ends: datetime
    spki: bytes
    """Whose it is: SubjectPublicKeyInfo, DER."""
    extensions: Extensions


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFacts:
    """What a revocation list says, before it is signed."""

    issuer: x509.Name
    this_update: datetime
    next_update: datetime
    revoked: Sequence[x509.RevokedCertificate]
    extensions: Extensions


def sign_certificate(facts: CertificateFacts, sign: Sign) -> x509.Certificate:
    """Sign a certificate. Source: RFC 5280, 4.1."""
    body = asn1.TbsCertificate(
        {
            "version": "v3",
            "serial_number": facts.serial,
            "signature": _algorithm(),
            "issuer": _name(facts.issuer),
            "validity": {"not_before": _time(facts.starts), "not_after": _time(facts.ends)},
            "subject": _name(facts.subject),
            "subject_public_key_info": keys.PublicKeyInfo.load(facts.spki),
            "extensions": [asn1.Extension(one) for one in _extensions(facts.extensions)],
        }
    )
    certificate = asn1.Certificate(
        {
            "tbs_certificate": body,
            "signature_algorithm": _algorithm(),
            "signature_value": core.OctetBitString(sign(body.dump())),
        }
    )
    return x509.load_der_x509_certificate(certificate.dump())


def sign_list(facts: ListFacts, sign: Sign) -> x509.CertificateRevocationList:
    """Sign a revocation list. Source: RFC 5280, 5.1."""
    body = crl.TbsCertList(
        {
            "version": "v2",
            "signature": _algorithm(),
            "issuer": _name(facts.issuer),
            "this_update": _time(facts.this_update),
            "next_update": _time(facts.next_update),
            "crl_extensions": [
                crl.TBSCertListExtension(one) for one in _extensions(facts.extensions)
            ],
        }
    )
    if facts.revoked:
        body["revoked_certificates"] = [_revoked(one) for one in facts.revoked]
    signed = crl.CertificateList(
        {
            "tbs_cert_list": body,
            "signature_algorithm": _algorithm(),
            "signature": core.OctetBitString(sign(body.dump())),
        }
    )
    return x509.load_der_x509_crl(signed.dump())


def sign_request(
    subject: x509.Name,
    spki: bytes,
    sign: Sign,
    algorithm: str = SM2_WITH_SM3.dotted_string,
) -> bytes:
    """Sign a certificate request without any wish in it; `algorithm` says what `sign` does.

    Source: RFC 2986, 4.
    """
    body = csr.CertificationRequestInfo(
        {
            "version": "v1",
            "subject": _name(subject),
            "subject_pk_info": keys.PublicKeyInfo.load(spki),
            "attributes": csr.CRIAttributes([]),
        }
    )
    request = csr.CertificationRequest(
        {
            "certification_request_info": body,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": algorithm}),
            "signature": core.OctetBitString(sign(body.dump())),
        }
    )
    return bytes(request.dump())


def spki_of_certificate(certificate: x509.Certificate) -> bytes:
    """Cut the key out of a certificate, as it stands there."""
    body = asn1.TbsCertificate.load(certificate.tbs_certificate_bytes, strict=True)
    return bytes(body["subject_public_key_info"].dump())


def spki_of_request(request: x509.CertificateSigningRequest) -> bytes:
    """Cut the key out of a request, as it stands there."""
    body = csr.CertificationRequestInfo.load(request.tbs_certrequest_bytes, strict=True)
    return bytes(body["subject_pk_info"].dump())


def check_list(found: x509.CertificateRevocationList, key: SM2PublicKey) -> None:
    """Check that this key signed a list. Raises: SM2SignatureError."""
    _require_algorithm(found.signature_algorithm_oid)
    key.verify(found.signature, found.tbs_certlist_bytes)


def check_request(request: x509.CertificateSigningRequest, key: SM2PublicKey) -> None:
    """Check that this key signed a request. Raises: SM2SignatureError."""
    _require_algorithm(request.signature_algorithm_oid)
    key.verify(request.signature, request.tbs_certrequest_bytes)


# --- inside


def _require_algorithm(oid: x509.ObjectIdentifier) -> None:
    if oid != SM2_WITH_SM3:
        raise SM2SignatureError("another algorithm")


def _algorithm() -> algos.SignedDigestAlgorithm:
    return algos.SignedDigestAlgorithm({"algorithm": SM2_WITH_SM3.dotted_string})


def _name(name: x509.Name) -> asn1.Name:
    return asn1.Name.load(name.public_bytes())


def _time(moment: datetime) -> asn1.Time:
    """Write a time as its year demands. Source: RFC 5280, 4.1.2.5."""
    whole = moment.astimezone(UTC).replace(microsecond=0)
    if whole.year < 2050:
        return asn1.Time("utc_time", core.UTCTime(whole))
    return asn1.Time("general_time", core.GeneralizedTime(whole))


def _extensions(found: Extensions) -> list[dict[str, object]]:
    return [
        {
            "extn_id": value.oid.dotted_string,
            "critical": is_critical,
            "extn_value": core.ParsableOctetString(value.public_bytes()),
        }
        for value, is_critical in found
    ]


def _revoked(entry: x509.RevokedCertificate) -> crl.RevokedCertificate:
    found = {
        "user_certificate": entry.serial_number,
        "revocation_date": _time(entry.revocation_date_utc),
    }
    extensions = [(one.value, one.critical) for one in entry.extensions]
    if extensions:
        found["crl_entry_extensions"] = [
            crl.CRLEntryExtension(one) for one in _extensions(extensions)
        ]
    return crl.RevokedCertificate(found)
