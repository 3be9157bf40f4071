"""Electronic seals and what they leave on a document, as ASN.1.

Source: GB/T 38540-2020, 6 (the seal, SESeal) and 7 (the signature, SES_Signature); version 4.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Final

from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certs.ports import Signer
from certs.sm2.structures import SM2_WITH_SM3

VERSION: Final = 4
_CERTIFICATES: Final = 1
"""The list holds certificates whole, not their digests."""
_OF_AN_ORGANISATION: Final = 1


class Header(core.Sequence):  # type: ignore[misc]  # asn1crypto is not typed
    """SES_Header."""

    _fields: ClassVar = [("id", core.IA5String), ("version", core.Integer), ("vid", core.IA5String)]


class CertificateList(core.SequenceOf):  # type: ignore[misc]  # as above
    """CertInfoList: those who may use the seal."""

    _child_spec = core.OctetString


class Property(core.Sequence):  # type: ignore[misc]  # as above
    """SES_ESPropertyInfo."""

    _fields: ClassVar = [
        ("type", core.Integer),
        ("name", core.UTF8String),
        ("cert_list_type", core.Integer),
        ("cert_list", CertificateList),
        ("create_date", core.GeneralizedTime),
        ("valid_start", core.GeneralizedTime),
        ("valid_end", core.GeneralizedTime),
    ]


class Picture(core.Sequence):  # type: ignore[misc]  # as above
    """SES_ESPictrueInfo, as the standard spells it; width and height in mm."""

    _fields: ClassVar = [
        ("type", core.IA5String),
        ("data", core.OctetString),
        ("width", core.Integer),
        ("height", core.Integer),
    ]


class SealInfo(core.Sequence):  # type: ignore[misc]  # as above
    """SES_SealInfo: what the maker of the seal signs."""

    _fields: ClassVar = [
        ("header", Header),
        ("es_id", core.IA5String),
        ("property", Property),
        ("picture", Picture),
    ]


class ESeal(core.Sequence):  # type: ignore[misc]  # as above
    """SESeal."""

    _fields: ClassVar = [
        ("info", SealInfo),
        ("cert", core.OctetString),
        ("sign_alg", core.ObjectIdentifier),
        ("signed_value", core.OctetBitString),
    ]


class ToSign(core.Sequence):  # type: ignore[misc]  # as above
    """TBS_Sign: what whoever seals a document signs."""

    _fields: ClassVar = [
        ("version", core.Integer),
        ("eseal", ESeal),
        ("time", core.GeneralizedTime),
        ("data_hash", core.OctetBitString),
        ("property_info", core.IA5String),
    ]


class ESignature(core.Sequence):  # type: ignore[misc]  # as above
    """SES_Signature."""

    _fields: ClassVar = [
        ("to_sign", ToSign),
        ("cert", core.OctetString),
        ("sign_alg", core.ObjectIdentifier),
        ("signature", core.OctetBitString),
        ("time_stamp", core.OctetBitString, {"explicit": 0, "optional": True}),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealFacts:
    """What a seal says of itself."""

    seal_id: str
    """ASCII; the seal keeps it while its keys change."""
    name: str
    maker: str
    """Short ASCII name of whose product made it."""
    picture_png: bytes
    side_mm: int


def make_eseal(facts: SealFacts, user: x509.Certificate, maker: Signer, at: datetime) -> bytes:
    """Make an electronic seal that one certificate may use while it is in force; DER.

    `maker` signs that this is the seal. An office that has a seal from a certified maker uses the
    file that it got.
    """
    info = SealInfo(
        {
            "header": {"id": "ES", "version": VERSION, "vid": facts.maker},
            "es_id": facts.seal_id,
            "property": _property(facts.name, user, at),
            "picture": {
                "type": "PNG",
                "data": facts.picture_png,
                "width": facts.side_mm,
                "height": facts.side_mm,
            },
        }
    )
    eseal = {
        "info": info,
        "cert": maker.certificate.public_bytes(Encoding.DER),
        "sign_alg": SM2_WITH_SM3.dotted_string,
        "signed_value": maker.sign(info.dump()),
    }
    return bytes(ESeal(eseal).dump())


def _property(name: str, user: x509.Certificate, at: datetime) -> dict[str, object]:
    return {
        "type": _OF_AN_ORGANISATION,
        "name": name,
        "cert_list_type": _CERTIFICATES,
        "cert_list": [user.public_bytes(Encoding.DER)],
        "create_date": whole(at),
        "valid_start": whole(user.not_valid_before_utc),
        "valid_end": whole(user.not_valid_after_utc),
    }


def whole(moment: datetime) -> datetime:
    """Return a moment in whole seconds UTC, as GeneralizedTime has it."""
    return moment.astimezone(UTC).replace(microsecond=0)
