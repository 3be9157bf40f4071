"""Seconds from submission to certificate: automatic cases through the real counter and office."""

import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from registration.mortgage import Money
from scripts.benching.figures import Figure, make_figure, percentile
from scripts.benching.site import FIRST_FLAT, Site
from scripts.stand.case import Filing, Flat, first_papers, open_filing

_AMOUNT = Money(86_000_000)
STEPS: tuple[str, ...] = (
    "sealed",
    "received",
    "filed",
    "examined",
    "accepted",
    "registered",
    "prepared",
    "published",
    "collected",
)
"""What has happened at the end of each share of the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One case on its way: when it was submitted, and when each step was done."""

    case_no: str
    package: bytes
    started: datetime
    reached: Mapping[str, datetime]

    @property
    def seconds(self) -> float:
        """From the press of the button to the checked certificate at the counter."""
        return (self.reached[STEPS[-1]] - self.started).total_seconds()

    def shares(self) -> dict[str, float]:
        """Return how many seconds each step took."""
        moments = [self.started, *(self.reached[step] for step in STEPS)]
        return {
            step: (after - before).total_seconds()
            for step, (before, after) in zip(STEPS, pairwise(moments), strict=True)
        }


def run_cases(site: Site, count: int, *, first: int = FIRST_FLAT) -> list[Passage]:
    """File some first registrations one after the other, each on a flat of its own."""
    return [_run_case(site, first + n) for n in range(count)]


def median_shares(passages: list[Passage]) -> dict[str, float]:
    """Return how many seconds each step took in the middle."""
    shares = [passage.shares() for passage in passages]
    return {step: statistics.median(one[step] for one in shares) for step in STEPS}


def _run_case(site: Site, number: int) -> Passage:
    filing = prepare_case(site, number, _AMOUNT)
    started = datetime.now(UTC)
    item = filing.submit()
    sealed = datetime.now(UTC)
    certificate = filing.certificate()
    case_no = certificate["case_no"]
    package = filing.teller.download(f"/outbox/{item['sequence']}/package")
    reached = _journal(site, case_no, certificate["certificate_no"], item["package_sha256"])
    reached["sealed"] = sealed
    reached["collected"] = datetime.fromisoformat(certificate["checked_at"])
    return Passage(case_no=case_no, package=package, started=started, reached=reached)


def prepare_case(site: Site, number: int, amount: Money) -> Filing:
    """Fill a first registration in at the counter until it can be submitted."""
    contract = f"2026-{number:06d}"
    filing = open_filing(site.teller, site.reader, "mortgage.first_registration")
    filing.read_cards()
    filing.fill_first(Flat(number), contract, yuan=amount.fen // 100, words=amount.capital)
    filing.answer_inquiry()
    filing.scan(first_papers(contract, amount.fen // 100))
    filing.sign()
    return filing


def _journal(site: Site, *refs: str) -> dict[str, datetime]:
    """Return when the office's journal says that each step was done."""
    with site.wall.works.reading() as work:
        records = [record for ref in refs for record in work.journal.of(ref)]
    names = {"certificate prepared": "prepared", "certificate published": "published"}
    return {names.get(record.act, record.act): record.at for record in records}


def case_figures(passages: list[Passage], floor_s: Mapping[str, float]) -> list[Figure]:
    """Return the figures of the cases; `floor_s` names the bare operations and their seconds."""
    seconds = [passage.seconds for passage in passages]
    bare = sum(floor_s.values())
    floor_is = " + ".join(floor_s)
    share = median_shares(passages)
    return [
        make_figure(
            "case, submission to certificate, p50",
            "s",
            seconds,
            floors=[bare],
            floor_is=floor_is,
            detail={"seconds_by_step": share, "floor_by_step": dict(floor_s)},
        ),
        Figure(
            name="case, submission to certificate, p90",
            unit="s",
            value=percentile(seconds, 90),
            floor=bare,
            floor_is="as above",
            rounds=len(seconds),
        ),
    ]
