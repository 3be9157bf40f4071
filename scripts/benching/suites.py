"""Both suites side by side: what a package, a signature and a certificate's chain cost in each."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from certs.authority import load_authority
from certs.bundle import load_bundle
from certs.envelope import Part, open_sealed, seal
from certs.founding import init_authority
from certs.identity import Identity, Role, SuiteName
from certs.keys import generate_key, make_request
from certs.places import certificate_path, key_path
from certs.signers.softkey import SoftKeyOpener, SoftKeySigner, load_softkey, open_softkeys
from certs.statements import check_statement, sign_statement
from certs.trust import TrustStore
from scripts.benching.figures import Figure, make_figure

T = TypeVar("T")
SIZE: Final = 2_000_000
_SMALL: Final = 20
"""Signatures in the time of a package."""
_OFFICE: Final = "114102000X0000043E"
_COUNTER: Final = "KF-LT-01"
_KINDS: Final = (
    ("package sealed, 2 MB", "MB/s", SIZE / 1e6),
    ("package opened, 2 MB", "MB/s", SIZE / 1e6),
    ("statements signed", "/s", _SMALL),
    ("statements checked", "/s", _SMALL),
    ("certificates judged", "/s", _SMALL),
)


@dataclass(frozen=True, slots=True)
class SuiteBench:
    """Everything that one suite needs, in memory."""

    counter: SoftKeySigner
    office: SoftKeySigner
    opener: SoftKeyOpener
    envelope: SoftKeySigner
    trust: TrustStore
    parts: tuple[Part, ...]

    def round(self) -> tuple[float, ...]:
        """Do everything once; return seconds in the order of the figures."""
        now = datetime.now(UTC)
        seal_s, package = _timed(lambda: self._seal(now))
        open_s, _ = _timed(lambda: self._open(package, now))
        sign_s, text = _timed(lambda: self._sign(now))
        check_s, _ = _timed(lambda: self._check(text, now))
        judge_s, _ = _timed(lambda: self._judge(now))
        return seal_s, open_s, sign_s, check_s, judge_s

    def _seal(self, now: datetime) -> bytes:
        return seal(
            self.parts,
            signer=self.counter,
            recipient=self.envelope.certificate,
            office=_OFFICE,
            terminal=_COUNTER,
            sequence=1,
            at=now,
        )

    def _open(self, package: bytes, now: datetime) -> None:
        open_sealed(package, opener=self.opener, trust=self.trust, at=now, office=_OFFICE)

    def _sign(self, now: datetime) -> str:
        return [sign_statement("receipt/1", {"n": 1}, self.office, now) for _ in range(_SMALL)][-1]

    def _check(self, text: str, now: datetime) -> None:
        for _ in range(_SMALL):
            check_statement(text, "receipt/1", self.trust, Role.OFFICE, now)

    def _judge(self, now: datetime) -> None:
        for _ in range(_SMALL):
            self.trust.require(self.counter.certificate, self.counter.chain, Role.PACKAGE, now)


def measure_suites(folder: Path, rounds: int) -> list[Figure]:
    """Measure the national suite, with the international one in the same run as its floor."""
    now = datetime.now(UTC)
    init_authority(folder, "示例市不动产登记中心", now, suite=SuiteName.NATIONAL)
    benches = {suite: _open_bench(folder, suite, now) for suite in SuiteName}
    for bench in benches.values():
        bench.round()
    found = [{suite: bench.round() for suite, bench in benches.items()} for _ in range(rounds)]
    return [
        make_figure(
            f"{name}, national suite",
            unit,
            [amount / one[SuiteName.NATIONAL][place] for one in found],
            floors=[amount / one[SuiteName.INTERNATIONAL][place] for one in found],
            floor_is="the same in the international suite",
        )
        for place, (name, unit, amount) in enumerate(_KINDS)
    ]


def _open_bench(home: Path, suite: SuiteName, now: datetime) -> SuiteBench:
    authority = load_authority(home, suite)
    key = generate_key(Role.PACKAGE, suite)
    identity = Identity(role=Role.PACKAGE, organisation="示例银行", name=_COUNTER)
    certificate = authority.issue(make_request(key, identity), identity, Role.PACKAGE, now)
    folder = authority.folder
    office, envelope = (
        load_softkey(key_path(folder, role), certificate_path(folder, role))
        for role in (Role.OFFICE, Role.ENVELOPE)
    )
    scan = os.urandom(SIZE)
    return SuiteBench(
        counter=SoftKeySigner(certificate, authority.chain, key),
        office=office,
        opener=open_softkeys((envelope,)),
        envelope=envelope,
        trust=TrustStore(load_bundle(home / "trust.json")),
        parts=(Part("scan", "image/jpeg", scan),),
    )


def _timed(act: Callable[[], T]) -> tuple[float, T]:
    started = time.perf_counter()
    made = act()
    return time.perf_counter() - started, made
