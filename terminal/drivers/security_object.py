"""The document security object (EF.SOD): the signed digests of a passport's data groups.

Source: ICAO Doc 9303-10 (8th edition), 4.6.2 and appendix D; CMS is RFC 5652.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from asn1crypto import algos, cms
from cryptography import x509

from terminal.drivers.tlv import decode_tlvs, encode_tlv, require_tlv
from terminal.reader_errors import CardUnreadableError

_CONTENT_TYPE = "2.23.136.1.1.1"

# asn1crypto parses while one reads, and tells of damage in the first five ways.
_DAMAGE = (ValueError, TypeError, KeyError, IndexError, AttributeError, x509.InvalidVersion)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityObject:
    """The object taken apart and not yet believed."""

    algorithm: str
    """The digest of the data groups, e.g. "sha256"."""
    digests: Mapping[str, bytes]
    """By data group: "DG1"."""
    content: bytes = field(repr=False)
    content_digest: bytes = field(repr=False)
    signed: bytes = field(repr=False)
    """The bytes under the signature."""
    signer_algorithm: str
    """The digest over the content."""
    signature_algorithm: algos.SignedDigestAlgorithm = field(repr=False)
    signature: bytes = field(repr=False)
    signer: x509.Certificate | None = field(repr=False)
    """The document signer's certificate; None when the object holds none that fits."""


def decode_security_object(sod: bytes) -> SecurityObject:
    """Take EF.SOD apart.

    Raises:
        CardUnreadableError: it is no signed security object.
    """
    try:
        return _decoded(require_tlv(sod, 0x77))
    except _DAMAGE as exc:
        raise CardUnreadableError("SOD") from exc


def _decoded(der: bytes) -> SecurityObject:
    outer = cms.ContentInfo.load(der, strict=True)
    if outer["content_type"].native != "signed_data":
        raise ValueError("content type")
    signed = outer["content"]
    inner = signed["encap_content_info"]
    (info,) = signed["signer_infos"]
    attributes = {a["type"].native: a["values"] for a in info["signed_attrs"]}
    (content_type,) = attributes["content_type"]
    (digest,) = attributes["message_digest"]
    if not inner["content_type"].dotted == content_type.dotted == _CONTENT_TYPE:
        raise ValueError("content type")
    content = bytes(inner["content"])
    algorithm, digests = _listed(content)
    return SecurityObject(
        algorithm=algorithm,
        digests=digests,
        content=content,
        content_digest=digest.native,
        signed=info["signed_attrs"].untag().dump(),
        signer_algorithm=info["digest_algorithm"]["algorithm"].native,
        signature_algorithm=info["signature_algorithm"],
        signature=info["signature"].native,
        signer=_find_signer(signed["certificates"], info["sid"]),
    )


def _listed(content: bytes) -> tuple[str, dict[str, bytes]]:
    """Return the digest's name and the digests: SEQUENCE {version, algorithm, hashes, ...}."""
    _, (_, algorithm), (_, hashes), *_ = decode_tlvs(require_tlv(content, 0x30))
    name = algos.DigestAlgorithm.load(encode_tlv(0x30, algorithm))["algorithm"].native
    digests = {}
    for _, entry in decode_tlvs(hashes):
        (_, number), (_, digest) = decode_tlvs(entry)
        digests[f"DG{int.from_bytes(number, 'big')}"] = digest
    return name, digests


def _find_signer(
    certificates: cms.CertificateSet, sid: cms.SignerIdentifier
) -> x509.Certificate | None:
    for choice in certificates:
        found = choice.chosen
        if sid.name == "issuer_and_serial_number":
            wanted = sid.chosen
            fits = (
                found.serial_number == wanted["serial_number"].native
                and found.issuer == wanted["issuer"]
            )
        else:
            fits = found.key_identifier == sid.chosen.native
        if fits:
            return x509.load_der_x509_certificate(found.dump())
    return None
