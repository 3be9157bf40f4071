"""The genuine files that are tampered with, and who made them."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from certs.attachments import Attachment
from certs.documents import Preserver, Sealer
from certs.identity import Role
from certs.ports import Signer
from certs.timestamps import Timestamper
from certs.trust import TrustStore
from tests.ofds import files, make_sealer, place
from tests.pki import NOW, PKI
from tests.sealed import BOX, make_paper, make_stamp, make_timestamper

SOON = NOW + timedelta(minutes=1)
HELD = (
    Attachment(name="certificate.json", media_type="application/json", data=b'{"amount":1000000}'),
    Attachment(name="record.tlog-proof", media_type="text/plain", data=b"c2sp.org/tlog-proof@v1"),
)


@dataclass(frozen=True, slots=True)
class Genuine:
    """One office's certificates: sealed, preserved once, preserved twice, and as OFD."""

    pki: PKI
    national: PKI
    sealed: bytes
    once: bytes
    twice: bytes
    other: bytes
    """Another certificate under the same seal, preserved once."""
    ofd: bytes
    other_ofd: bytes

    @property
    def trust(self) -> TrustStore:
        """What the verifier believes: both suites of one office would be in one bundle."""
        mine, theirs = self.pki.trust.bundle, self.national.trust.bundle
        pinned = {
            role: (*mine.certificates(role), *theirs.certificates(role))
            for role in {*mine.pinned, *theirs.pinned}
        }
        return TrustStore(
            dataclasses.replace(
                mine,
                roots=(*mine.roots, *theirs.roots),
                intermediates=(*mine.intermediates, *theirs.intermediates),
                pinned=pinned,
                crls=(*mine.crls, *theirs.crls),
            )
        )

    @property
    def pdfs(self) -> dict[str, bytes]:
        """The files of one certificate by name."""
        return {"sealed": self.sealed, "once": self.once, "twice": self.twice}

    def layered(self, pdf: bytes) -> bytes:
        """Put a genuine layer behind whatever it is: an authority stamps what it is given."""
        return preserver(make_timestamper(self.pki, SOON)).preserve(
            pdf, bundle=self.pki.trust.bundle, at=SOON
        )


@dataclass(frozen=True, slots=True)
class Variant:
    """One attempt."""

    kind: str
    """The class that it belongs to."""
    name: str
    make: Callable[[], bytes]


def preserver(timestamper: Timestamper) -> Preserver:
    """Make one that stamps with this authority."""
    return Preserver(timestamper)


def seal(paper: bytes, signer: Signer, timestamper: Timestamper | None) -> bytes:
    """Seal a paper with files in it, as the office does."""
    return Sealer(signer, timestamper).seal(
        paper, box=BOX, stamp_pdf=make_stamp(), reason="不动产登记证明", at=NOW, attachments=HELD
    )


def make_genuine(pki: PKI, national: PKI) -> Genuine:
    """Make the certificates."""
    stamper = make_timestamper(pki)
    sealed, other = (
        seal(make_paper(text), pki.office(Role.SEAL), stamper)
        for text in ("secured amount 1000000", "secured amount 9000000")
    )
    later = preserver(make_timestamper(pki, SOON))
    once, other = (later.preserve(one, bundle=pki.trust.bundle, at=SOON) for one in (sealed, other))
    changed = {
        name: data.replace("抵押权".encode(), "预告登".encode()) for name, data in files().items()
    }
    return Genuine(
        pki=pki,
        national=national,
        sealed=sealed,
        once=once,
        twice=later.preserve(once, bundle=pki.trust.bundle, at=SOON),
        other=other,
        ofd=make_sealer(national).seal(files(), place=place(), at=NOW),
        other_ofd=make_sealer(national).seal(changed, place=place(), at=NOW),
    )
