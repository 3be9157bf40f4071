"""What the code on a certificate says to whoever checks it without a network: little, and masked."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from backend.office.register import Deed, MortgageEntry
from certs.codes import (
    AMOUNT,
    NUMBER,
    OBLIGORS,
    RANK,
    REGISTERED_ON,
    RIGHT,
    RIGHTS,
    SPECIMEN,
)
from registration.identifiers import CertificateNo
from registration.outcomes import RegistrationCertificate
from registration.people import PersonName

_MOST_NAMES: Final = 3
_EPOCH: Final = date(1970, 1, 1).toordinal()
_RIGHT_NUMBERS: Final = {text: number for number, text in RIGHTS.items()}


def make_claims(
    certificate: RegistrationCertificate, deed: Deed, *, is_specimen: bool
) -> Mapping[int, Any]:
    """Return the claims of a certificate's code; no holder, since it may be a person.

    Three obligors at most, masked; where there are more, their count follows.
    """
    names: list[str | int] = [PersonName(n).masked for n in certificate.obligors[:_MOST_NAMES]]
    if len(certificate.obligors) > _MOST_NAMES:
        names.append(len(certificate.obligors))
    claims: dict[int, Any] = {
        NUMBER: split_number(certificate.certificate_no),
        RIGHT: _RIGHT_NUMBERS.get(certificate.right, certificate.right),
        OBLIGORS: names,
        REGISTERED_ON: certificate.registered_on.toordinal() - _EPOCH,
    }
    amount: int | None
    rank: int | None = None
    if isinstance(deed, MortgageEntry):
        amount, rank = deed.amount_fen, deed.rank
    else:
        amount = deed.price_fen
    more = {AMOUNT: amount, RANK: rank, SPECIMEN: is_specimen or None}
    return claims | {name: value for name, value in more.items() if value is not None}


def split_number(number: CertificateNo) -> list[str | int]:
    """Return province and place as one text, the year, the serial."""
    place, _, rest = number.text.partition("（")
    year, _, rest = rest.partition("）")
    town, _, serial = rest.partition("不动产证明第")
    return [place + town, int(year), int(serial.removesuffix("号"))]
