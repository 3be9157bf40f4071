"""Time stamps under SM2 and SM3: given by the office itself, and read again.

Source: RFC 3161 and RFC 5652 with the algorithms of GM/T 0006-2012; GB/T 20520-2006.
"""

import secrets
from datetime import UTC, datetime
from typing import Final

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1
from cryptography import x509

from certs.documents import status as why
from certs.documents.ofd.files import SM3_METHOD
from certs.documents.seals import certificate_of, judge_stamper
from certs.documents.status import DocumentReason
from certs.documents.wrapping import WrappingError
from certs.errors import CertsError
from certs.keys import public_key_of
from certs.ports import Clock, Signer
from certs.sm2.keys import SM2PublicKey, sm3
from certs.sm2.structures import SM2_WITH_SM3
from certs.timestamps import POLICY, to_asn1
from certs.trust import TrustStore

_MALFORMED: Final = (ValueError, TypeError, KeyError, AttributeError, IndexError)


class NationalTimestamper:
    """Stamps with an SM2 key of the office's own, by the given clock."""

    def __init__(self, signer: Signer, clock: Clock) -> None:
        """Stamp with a certificate of the role TIMESTAMP of the national suite."""
        self._signer = signer
        self._clock = clock

    def stamp(self, data: bytes) -> bytes:
        """Return a time-stamp token over data: a CMS ContentInfo, DER."""
        certificate = to_asn1(self._signer.certificate)
        info = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": POLICY,
                "message_imprint": {"hash_algorithm": _sm3(), "hashed_message": sm3(data)},
                "serial_number": secrets.randbits(63),
                "gen_time": self._clock().astimezone(UTC).replace(microsecond=0),
                "accuracy": {"seconds": 1},
                "tsa": asn1.GeneralName(name="directory_name", value=certificate.subject),
            }
        ).dump()
        chain = (certificate, *map(to_asn1, self._signer.chain))
        signed = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [_sm3()],
                "encap_content_info": {
                    "content_type": "tst_info",
                    "content": cms.ParsableOctetString(info),
                },
                "certificates": chain,
                "signer_infos": [self._signed(certificate, info)],
            }
        )
        return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())

    def _signed(self, certificate: asn1.Certificate, info: bytes) -> cms.SignerInfo:
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": ["tst_info"]},
                {"type": "message_digest", "values": [sm3(info)]},
            ]
        )
        name = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
        return cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier("issuer_and_serial_number", name),
                "digest_algorithm": _sm3(),
                "signed_attrs": attributes,
                "signature_algorithm": algos.SignedDigestAlgorithm(
                    {"algorithm": SM2_WITH_SM3.dotted_string}
                ),
                "signature": self._signer.sign(attributes.dump()),
            }
        )


def read_stamp(
    token: bytes, data: bytes, trust: TrustStore, at: datetime
) -> tuple[datetime | None, DocumentReason | None]:
    """Return the time that a token proves for data, and what speaks against it."""
    try:
        return _read(token, data, trust, at)
    except (WrappingError, CertsError, *_MALFORMED):
        return None, why.TIMESTAMP_FORGED


def _read(
    token: bytes, data: bytes, trust: TrustStore, at: datetime
) -> tuple[datetime | None, DocumentReason | None]:
    content = cms.ContentInfo.load(token, strict=True)
    signed = content["content"]
    (signer,) = signed["signer_infos"]
    certificate = certificate_of(signed, signer)
    info = signed["encap_content_info"]["content"]
    # Written again, it is the same: so nothing stands in it but what is read here.
    if content.dump(force=True) != token or not _holds(signer, certificate, bytes(info)):
        return None, why.TIMESTAMP_FORGED
    imprint = info.parsed["message_imprint"]
    if imprint["hash_algorithm"]["algorithm"].dotted != SM3_METHOD or (
        imprint["hashed_message"].native != sm3(data)
    ):
        return None, why.TIMESTAMP_FORGED
    stamped_at = info.parsed["gen_time"].native
    fault = judge_stamper(certificate, trust, stamped_at, at)
    is_worthless = fault is not None and fault.verdict is why.TIMESTAMP_FOREIGN.verdict
    return None if is_worthless else stamped_at, fault


def _holds(signer: cms.SignerInfo, certificate: asn1.Certificate, info: bytes) -> bool:
    """Say whether a signer has signed this content, and nothing else, with SM2."""
    attributes = {one["type"].native: list(one["values"]) for one in signer["signed_attrs"]}
    if signer["signature_algorithm"]["algorithm"].dotted != SM2_WITH_SM3.dotted_string:
        return False
    if attributes.keys() != {"content_type", "message_digest"} or len(signer["unsigned_attrs"]):
        return False
    ((kind,), (digest,)) = attributes["content_type"], attributes["message_digest"]
    if (kind.native, digest.native) != ("tst_info", sm3(info)):
        return False
    key = public_key_of(x509.load_der_x509_certificate(certificate.dump()))
    if not isinstance(key, SM2PublicKey):
        return False
    key.verify(signer["signature"].native, signer["signed_attrs"].untag().dump())
    return True


def _sm3() -> algos.DigestAlgorithm:
    return algos.DigestAlgorithm({"algorithm": SM3_METHOD, "parameters": core.Null()})
