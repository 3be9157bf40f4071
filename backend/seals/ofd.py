"""The office's electronic seal on OFD: GB/T 38540 under SM2 and SM3."""

from dataclasses import dataclass
from datetime import datetime

from certs.documents.ofd.files import Place
from certs.documents.ofd.sealing import OFDSealer, Stamp
from certs.documents.ofd.structures import SealFacts, make_eseal
from certs.ports import Signer

_MAKER = "MRK"


@dataclass(frozen=True, slots=True)
class ESealOFD:
    """A `backend.office.editions.OFDSeal`; the electronic seal is made once, by the office itself."""

    signer: Signer
    eseal: bytes
    stamp: Stamp

    def seal(
        self,
        files: dict[str, bytes],
        *,
        page: int,
        box: tuple[float, float, float, float],
        at: datetime,
    ) -> bytes:
        """Seal a document's files.

        Raises:
            SealError: it has a seal already.
            TimestampError: no time stamp to be had now; try again later.
        """
        sealer = OFDSealer(self.signer, self.eseal, self.stamp)
        return sealer.seal(files, place=Place(page, box), at=at)


def load_ofd_seal(
    signer: Signer,
    maker: Signer,
    stamp: Stamp,
    *,
    name: str,
    code: str,
    picture: bytes,
    side_mm: int,
) -> ESealOFD:
    """Make the electronic seal that `signer` may use: `name` and credit code are the office's.

    It is made of the certificates' own dates, so that it is the same seal at each start.
    """
    at = max(signer.certificate.not_valid_before_utc, maker.certificate.not_valid_before_utc)
    facts = SealFacts(
        seal_id=f"{code}01", name=name, maker=_MAKER, picture_png=picture, side_mm=side_mm
    )
    return ESealOFD(signer, make_eseal(facts, signer.certificate, maker, at), stamp)
