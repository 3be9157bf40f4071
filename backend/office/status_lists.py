"""Which certificates still stand, as lists that others may keep: made anew when anything ended."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeVar

from backend.errors import NotFoundError
from backend.office.ports import Clock, Works
from backend.office.rows import CertificateStatus
from certs.statuslist import BLOCK, TTL, Mark, place_of
from registration.days import local_day

T = TypeVar("T")

FIRST_YEAR: Final = 2015
"""Unified certificates are issued since (不动产登记暂行条例, in force 2015-03-01)."""
_GLANCE: Final = timedelta(seconds=2)
"""For so long nobody looks again whether anything ended."""
MARKS: Final[Mapping[str, Mark]] = {
    CertificateStatus.CANCELLED: Mark.CANCELLED,
    CertificateStatus.REPLACED: Mark.REPLACED,
    CertificateStatus.REVOKED: Mark.INVALID,
    CertificateStatus.SUSPENDED: Mark.SUSPENDED,
}

SignList = Callable[[str, Mapping[int, int], Mapping[int, str], int, datetime], str]
"""Signs a list: its address, the marks, successors, for how many certificates, when."""


@dataclass(slots=True)
class _Kept:
    token: str
    counts: Mapping[str, int]
    made_at: datetime
    looked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusLists:
    """Gives the list of a year's block of certificates; signs it again after each end and hour."""

    works: Works
    clock: Clock
    sign: SignList
    url: str
    """Where the lists are, without a final slash: `https://…/status`."""
    kept: dict[tuple[int, int], _Kept] = field(default_factory=dict)

    def give(self, year: int, block: int) -> str:
        """Return the signed list, at most two seconds behind the register.

        Raises:
            NotFoundError: no certificate can be in it.
        """
        now = self.clock.now()
        if not FIRST_YEAR <= year <= local_day(now).year:
            raise NotFoundError("status list")
        kept = self.kept.get((year, block))
        if kept and timedelta() <= now - kept.looked_at < _GLANCE:
            return kept.token
        with self.works.reading() as work:
            counts = dict(work.certificates.count_by_status(year))
            is_empty = not sum(counts.values())
            counts["acts"] = work.acts.count(year)
        if is_empty and block:
            raise NotFoundError("status list")
        if kept and kept.counts == counts and timedelta() <= now - kept.made_at < TTL:
            kept.looked_at = now
            return kept.token
        token = self._make(year, block, now)
        self.kept[(year, block)] = _Kept(token, counts, now, now)
        return token

    def _make(self, year: int, block: int, now: datetime) -> str:
        with self.works.reading() as work:
            found = work.certificates.ended(year)
            ended = {number: status for number, status, _ in found}
            for number in work.acts.suspended(year):
                # What ended has ended, whatever was suspended before.
                ended.setdefault(number, CertificateStatus.SUSPENDED)
            newest = work.certificates.newest_number(year)
        last = BLOCK * (block + 1) - 1
        newest_block, newest_index = place_of(newest)[1:] if newest else (0, 0)
        if block > newest_block:
            raise NotFoundError("status list")
        marks = _of_block(block, {number: MARKS[status] for number, status in ended.items()})
        successors = _of_block(block, {number: named for number, _, named in found if named})
        size = newest_index + 1 if block == newest_block else last % BLOCK + 1
        return self.sign(f"{self.url}/{year}/{block}", marks, successors, size, now)


def _of_block(block: int, told: Mapping[str, T]) -> dict[int, T]:
    """Return by index what is told of a block's certificates by number."""
    places = ((place_of(number), what) for number, what in told.items())
    return {index: what for (_, at_block, index), what in places if at_block == block}
