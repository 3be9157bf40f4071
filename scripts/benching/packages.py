"""Packages per second through the real servers, with mutual TLS, for several senders at once."""

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from uuid import uuid4

from backend.wall import Wall, build_terminal_room
from certs.bundle import load_bundle
from certs.envelope import Part, open_sealed, seal
from certs.identity import Role
from certs.places import certificate_path, key_path
from certs.signers import load_opener
from certs.trust import TrustStore
from registration.application import Application
from registration.package import Package, pack, unpack
from scripts.benching.figures import Figure, make_figure
from scripts.benching.site import Site, running_bare
from scripts.stand.office import BANK, BANK_NAME, BRANCH
from terminal.enrolment import Bundle, enrol
from terminal.joined import Joined
from terminal.membership import connect_unknown
from terminal.office_link import HTTPOfficeLink

SIZES = (("300 KB", 300_000), ("2 MB", 2_000_000))
SENDERS = (1, 8)
_PADDED = "M06"
"""The material that is made larger: the contract of the loan, a scan like any other."""


@dataclass(frozen=True, slots=True)
class Sender:
    """A counter of its own: its keys, its numbers, its connection."""

    joined: Joined
    sequence: "count[int]" = field(default_factory=lambda: count(1))

    def link(self, url: str) -> HTTPOfficeLink:
        """Return a line to a server; a fresh connection."""
        return HTTPOfficeLink(
            url,
            authority=lambda: self.joined.roots,
            client=lambda: self.joined.client,
            now=lambda: datetime.now(UTC),
        )

    def seal(self, package: Package, size: int) -> bytes:
        """Seal a fresh application with materials up to a size."""
        application, contents = _padded(package, size, self.joined.terminal)
        return seal(
            [Part(p.name, p.media_type, p.data) for p in pack((application,), contents)],
            signer=self.joined.signer(),
            recipient=self.joined.trust.certificates(Role.ENVELOPE)[0],
            office=str(self.joined.claims["office"]),
            terminal=self.joined.terminal,
            sequence=next(self.sequence),
            at=datetime.now(UTC),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much is sent."""

    rounds: int
    counts: tuple[tuple[int, int], ...]
    """Packages of each size, for one sender and, each, for eight."""


def _padded(package: Package, size: int, terminal: str) -> tuple[Application, dict[str, bytes]]:
    """Return the application under a fresh number, with a scan that brings it to the size."""
    application = package.applications[0]
    others = sum(m.size for m in application.materials if m.code != _PADDED)
    # Like a scan, random bytes cannot be compressed.
    scan = os.urandom(max(1, size - others))
    digest = sha256(scan).hexdigest()
    materials = tuple(
        replace(m, sha256=digest, size=len(scan)) if m.code == _PADDED else m
        for m in application.materials
    )
    fresh = replace(
        application,
        application_id=str(uuid4()),
        counter=replace(application.counter, terminal=terminal),
        materials=materials,
    )
    return fresh, {**package.contents, digest: scan}


def open_package(wall: Wall, data: bytes) -> Package:
    """Open a delivered package with the office's key, to make others like it."""
    folder = wall.settings.authority_dir
    key = f"softkey:{key_path(folder, Role.ENVELOPE)}"
    opened = open_sealed(
        data,
        opener=load_opener([(key, certificate_path(folder, Role.ENVELOPE))]),
        trust=TrustStore(load_bundle(wall.trust_path)),
        at=datetime.now(UTC),
        office=wall.settings.office_code,
    )
    return unpack(opened.parts)


def enrol_senders(site: Site, number: int, group: str) -> list[Sender]:
    """Let some more counters join, each with a one-time code; a group is called once."""
    return [Sender(_enrol(site, f"{BRANCH}-{group}{place}")) for place in range(number)]


def _enrol(site: Site, terminal: str) -> Joined:
    invitation = build_terminal_room(site.wall).invite(
        terminal, branch=BRANCH, bank=BANK, bank_name=BANK_NAME, by="benchmark"
    )
    bundle = Bundle(
        office_url=site.office.url,
        code=invitation.code,
        trust=load_bundle(site.wall.trust_path),
        terminal=terminal,
    )
    home = site.folder / "senders" / terminal
    home.mkdir(mode=0o700, parents=True)
    return enrol(bundle, home, connect=connect_unknown, now=lambda: datetime.now(UTC))


def measure_packages(
    site: Site,
    senders: Sequence[Sender],
    like: bytes,
    effort: Effort,
    say: Callable[[str], None],
) -> list[Figure]:
    """Send packages to the office and the same bytes to the bare server, in turn."""
    package = open_package(site.wall, like)
    figures = []
    with running_bare(site) as bare:
        for (label, size), counts in zip(SIZES, effort.counts, strict=True):
            for number, each in zip(SENDERS, counts, strict=True):
                say(f"packages of {label}, {number} at once, {effort.rounds} rounds")
                chosen = senders[:number]
                rounds = [
                    _round(site, bare, _seal_all(chosen, package, size, each))
                    for _ in range(effort.rounds)
                ]
                figures.append(_figure(label, number, each * number, rounds))
    return figures


def _figure(label: str, senders: int, packages: int, rounds: list["_Round"]) -> Figure:
    return make_figure(
        f"packages received, {label}, {senders} sender{'s' if senders > 1 else ''}",
        "/s",
        [packages / one.office_s for one in rounds],
        floors=[packages / one.bare_s for one in rounds],
        floor_is="bare cheroot: same TLS, hash, fsync",
        detail={
            "packages_a_round": packages,
            "answered_per_s": packages / max(one.answered_s for one in rounds),
        },
    )


@dataclass(frozen=True, slots=True)
class _Round:
    bare_s: float
    office_s: float
    answered_s: float
    """Until the worker had opened, examined and answered all of them."""


_Load = Sequence[tuple[Sender, Sequence[bytes]]]


def _seal_all(senders: Sequence[Sender], package: Package, size: int, each: int) -> _Load:
    return [(s, [s.seal(package, size) for _ in range(each)]) for s in senders]


def _round(site: Site, bare: str, load: _Load) -> _Round:
    bare_s = send_all(bare, load)
    site.rest()
    started = time.monotonic()
    office_s = send_all(site.office.url, load)
    site.rest()
    return _Round(bare_s, office_s, time.monotonic() - started)


def send_all(url: str, load: _Load) -> float:
    """Let every sender deliver its packages, all at once; return how many seconds that took."""
    started = time.monotonic()
    with ThreadPoolExecutor(len(load)) as pool:
        for done in [pool.submit(_send, url, sender, packages) for sender, packages in load]:
            done.result()
    return time.monotonic() - started


def _send(url: str, sender: Sender, packages: Sequence[bytes]) -> None:
    link = sender.link(url)
    try:
        for package in packages:
            link.send_package(package)
    finally:
        link.close()
