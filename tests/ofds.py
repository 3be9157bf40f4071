"""OFD certificates for the tests: drawn from made-up facts, sealed with a throw-away seal."""

from datetime import datetime
from functools import cache

from certs.documents.ofd.files import Place
from certs.documents.ofd.sealing import OFDSealer, Stamp
from certs.documents.ofd.stamping import NationalTimestamper
from certs.documents.ofd.structures import SealFacts, make_eseal
from certs.identity import Role
from certs.ports import Signer
from registration.papers.ofd.certificate import OFDPaper, draw_certificate_ofd
from registration.papers.ofd.document import HeldFile, attach
from tests.pki import NOW, PKI
from tests.unit.registration.papers.facts import LONG_NAMES, make_certificate

PICTURE = b"\x89PNG\r\n\x1a\n made up"
FACTS = HeldFile(
    name="certificate.json",
    media_type="application/json",
    data='{"right":"抵押权"}'.encode(),
)


@cache
def drawn() -> OFDPaper:
    """Draw a certificate of owners with rare names."""
    return draw_certificate_ofd(make_certificate(obligors=LONG_NAMES), is_specimen=True)


def files() -> dict[str, bytes]:
    """Return the files of a drawn certificate with an attachment."""
    return attach(drawn().files, (FACTS,))


def eseal_of(pki: PKI) -> bytes:
    """Make the office's electronic seal."""
    facts = SealFacts(
        seal_id="114102000X0000043E01",
        name="示例市不动产登记中心",
        maker="MRK",
        picture_png=PICTURE,
        side_mm=42,
    )
    return make_eseal(facts, pki.office(Role.SEAL).certificate, pki.office(Role.OFFICE), NOW)


def make_sealer(pki: PKI, *, signer: Signer | None = None, stamp: Stamp | None = None) -> OFDSealer:
    """Make a sealer with the office's seal, or with a key or a stamp of others in its place."""
    user = signer or pki.office(Role.SEAL)
    return OFDSealer(user, eseal_of(pki), stamp or make_stamper(pki).stamp)


def make_stamper(pki: PKI, at: datetime = NOW) -> NationalTimestamper:
    """Make the office's time-stamper with a clock that stands."""
    return NationalTimestamper(pki.office(Role.TIMESTAMP), lambda: at)


def place() -> Place:
    """Return where the drawn certificate has its seal."""
    return Place(drawn().page, drawn().seal_box)


def make_ofd(pki: PKI) -> bytes:
    """Seal the certificate."""
    return make_sealer(pki).seal(files(), place=place(), at=NOW)
