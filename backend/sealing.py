"""Where the office's seals, its time-stamp authorities and its archive become objects."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from backend.office.editions import OFDSeal, Standing
from backend.office.ports import Seal
from backend.seals import load_seal
from backend.seals.ofd import load_ofd_seal
from backend.seals.picture import picture_of
from backend.wall import Wall
from certs.attachments import Attachment
from certs.bundle import load_bundle
from certs.documents import (
    Box,
    DocumentVerdict,
    Preserver,
    check_document,
    check_pdf,
    is_stamper_known,
    seal_fingerprint,
)
from certs.documents.ofd.stamping import NationalTimestamper
from certs.identity import Role, SuiteName
from certs.keys import fingerprint
from certs.renewed import Renewed
from certs.stampers import NamedStamper, PreferredTimestamper
from certs.timestamps import HTTPTimestamper, LocalTimestamper, Timestamper
from registration.papers.stamp import SEAL_SIDE, draw_seal

OWN = "own"
"""What the office's own time-stamper is called where authorities are listed."""


def seal_judge(wall: Wall) -> Callable[[bytes, datetime], DocumentVerdict]:
    """Return what judges whether a PDF or OFD bears this office's seal, whole and unchanged."""
    return lambda data, at: check_document(data, trust=wall.trust_of_old(), at=at).verdict


def seal_check(wall: Wall) -> Callable[[bytes, datetime], bool]:
    """Return what says whether a PDF or OFD bears this office's seal, whole and unchanged."""
    return lambda data, at: seal_judge(wall)(data, at) is DocumentVerdict.VALID


def build_stampers(wall: Wall, *, within_s: float | None = None) -> PreferredTimestamper | None:
    """Return the time-stamp authorities of the settings, in order; None where none is named.

    Whoever asks may have to be answered `within_s`: then no authority is waited for longer than
    its share of that.
    """
    settings = wall.settings
    if not settings.stamp_urls:
        return None
    timeout_s = float(settings.timestamp_timeout_s)
    if within_s is not None:
        timeout_s = min(timeout_s, within_s / len(settings.stamp_urls))
    return PreferredTimestamper(
        [
            NamedStamper(urlsplit(url).netloc, HTTPTimestamper(url, timeout_s=timeout_s))
            for url in settings.stamp_urls
        ],
        lambda token: is_stamper_known(token, load_bundle(wall.trust_path)),
    )


@dataclass(frozen=True, slots=True)
class KeptSeal:
    """The seal in force: a renewed key takes its place while the office works."""

    held: Callable[[], Seal]

    @property
    def is_specimen(self) -> bool:
        """Say whether it is the test seal."""
        return self.held().is_specimen

    @property
    def producer(self) -> str:
        """Return what sealing writes as the file's Producer."""
        return self.held().producer

    def seal(
        self, pdf: bytes, *, box: Box, at: datetime, attachments: Sequence[Attachment] = ()
    ) -> bytes:
        """Seal a paper. Raises: as the seal in force."""
        return self.held().seal(pdf, box=box, at=at, attachments=attachments)


def build_seal(wall: Wall, authorities: PreferredTimestamper | None) -> Seal:
    """Return the seal that the settings name.

    No authority's silence holds a certificate up: the office's own stamp takes the place of theirs,
    and theirs follows in the archive.
    """
    settings = wall.settings
    signers = wall.signer(Role.SEAL), wall.signer(Role.TIMESTAMP)
    stamp = draw_seal(settings.office_name, is_specimen=settings.seal == "specimen")

    def load() -> Seal:
        seal, stamper = (held() for held in signers)
        own: Timestamper = LocalTimestamper(stamper)
        timestamper = authorities.followed_by(NamedStamper(OWN, own)) if authorities else own
        return load_seal(settings.seal, signer=seal, timestamper=timestamper, stamp=stamp)

    return KeptSeal(Renewed(lambda: tuple(held() for held in signers), load))


@dataclass(frozen=True, slots=True)
class KeptArchive:
    """A `backend.office.editions.Archive`: stamps by the authorities, or by the office itself."""

    wall: Wall
    authorities: PreferredTimestamper | None
    own: Callable[[], Timestamper]

    @property
    def is_at_once(self) -> bool:
        """Say whether certificates are preserved as they are issued: where authorities are named."""
        return self.authorities is not None

    def preserve(self, pdf: bytes, at: datetime) -> bytes:
        """Add validation material and a document time stamp. Raises: CertsError: try again later."""
        settings = self.wall.settings
        preserver = Preserver(
            self.authorities or self.own(), timeout_s=float(settings.timestamp_timeout_s)
        )
        return preserver.preserve(pdf, bundle=load_bundle(self.wall.trust_path), at=at)

    def judge(self, pdf: bytes, at: datetime) -> Standing:
        """Say what a sealed PDF is worth, and until when its stamps carry it."""
        found = check_pdf(pdf, trust=self.wall.trust(), at=at)
        return Standing(
            is_good=found.verdict is DocumentVerdict.VALID,
            level=found.level,
            until=found.proven_until,
            seal=seal_fingerprint(pdf),
            sha256=hashlib.sha256(pdf).hexdigest(),
        )

    def seal_in_force(self) -> str:
        """Return the fingerprint of the certificate that seals now."""
        return fingerprint(self.wall.signer(Role.SEAL)().certificate)


def build_archive(wall: Wall, authorities: PreferredTimestamper | None) -> KeptArchive:
    """Return who makes certificates last."""
    signer = wall.signer(Role.TIMESTAMP)
    return KeptArchive(wall, authorities, lambda: LocalTimestamper(signer()))


@dataclass(frozen=True, slots=True)
class KeptOFDSeal:
    """The electronic seal in force, as `KeptSeal`."""

    held: Callable[[], OFDSeal]

    def seal(
        self,
        files: dict[str, bytes],
        *,
        page: int,
        box: tuple[float, float, float, float],
        at: datetime,
    ) -> bytes:
        """Seal a document. Raises: as the seal in force."""
        return self.held().seal(files, page=page, box=box, at=at)


def build_ofd_seal(wall: Wall) -> OFDSeal | None:
    """Return the electronic seal for OFD; none where the office has no national authority."""
    settings = wall.settings
    if not wall.keys.has(Role.SEAL, SuiteName.NATIONAL):
        return None
    roles = (Role.SEAL, Role.OFFICE, Role.TIMESTAMP)
    signers = [wall.keys.signer(role, SuiteName.NATIONAL) for role in roles]
    stamp = draw_seal(settings.office_name, is_specimen=settings.seal == "specimen")
    picture = picture_of(stamp)

    def load() -> OFDSeal:
        seal, office, stamper = (held() for held in signers)
        return load_ofd_seal(
            seal,
            office,
            NationalTimestamper(stamper, wall.clock.now).stamp,
            name=settings.office_name,
            code=settings.office_code,
            picture=picture,
            side_mm=round(SEAL_SIDE),
        )

    return KeptOFDSeal(Renewed(lambda: tuple(held() for held in signers), load))
