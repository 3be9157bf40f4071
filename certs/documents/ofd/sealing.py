"""Sealing an OFD document: every file of it, under one electronic seal."""

from collections.abc import Callable, Mapping
from datetime import datetime

from cryptography.hazmat.primitives.serialization import Encoding

from certs.documents.ofd.container import pack
from certs.documents.ofd.files import (
    SEAL,
    SIGNATURE,
    SIGNATURES,
    VALUE,
    Place,
    format_list,
    format_signature,
)
from certs.documents.ofd.structures import VERSION, ESeal, ESignature, ToSign, whole
from certs.errors import SealError
from certs.ports import Signer
from certs.sm2.keys import sm3
from certs.sm2.structures import SM2_WITH_SM3

Stamp = Callable[[bytes], bytes]
"""Gives a time stamp over bytes: a CMS time-stamp token, DER (RFC 3161)."""


class OFDSealer:
    """Seals OFD documents with one key and one electronic seal."""

    def __init__(self, signer: Signer, eseal: bytes, stamp: Stamp | None = None) -> None:
        """Hold a seal's key, the seal that it may use, and who stamps the time."""
        self._signer = signer
        self._eseal = eseal
        self._stamp = stamp

    def seal(self, files: Mapping[str, bytes], *, place: Place, at: datetime) -> bytes:
        """Seal a document's files and put them into their container.

        Raises:
            SealError: it has a seal already.
            TimestampError: no time stamp to be had; nothing was sealed.
            CertsError: the device that holds the key refused.
        """
        if not files.keys().isdisjoint({SIGNATURES, SIGNATURE, SEAL, VALUE}):
            raise SealError("sealed already")
        covered = {**files, SIGNATURES: format_list(), SEAL: self._eseal}
        described = format_signature(covered, place, at)
        to_sign = ToSign(
            {
                "version": VERSION,
                "eseal": ESeal.load(self._eseal),
                "time": whole(at),
                "data_hash": sm3(described),
                "property_info": f"/{SIGNATURE}",
            }
        )
        signature = self._signer.sign(to_sign.dump())
        value = {
            "to_sign": to_sign,
            "cert": self._signer.certificate.public_bytes(Encoding.DER),
            "sign_alg": SM2_WITH_SM3.dotted_string,
            "signature": signature,
        }
        if self._stamp is not None:
            value["time_stamp"] = self._stamp(signature)
        return pack({**covered, SIGNATURE: described, VALUE: ESignature(value).dump()})
