"""The queue: what waits for whom, soonest due first, a page at a time."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from backend.office.case import CLOSED, Case, Stage
from backend.office.ports import Work
from backend.office.rows import Spot, StaffRow, Waiting

PAGE: Final = 50
MOST: Final = 10_000
"""Closed cases are counted up to here."""
HITS: Final = 1000
"""Hits of a search are counted up to here."""
_FEW: Final = 8
"""So many cases are tried for who wants the next one: others take them at the same time."""
VIEWS: Final = ("mine", "free", "second", "chief", "late", "hold", "correction", "done", "all")
_AWAITING: Final = {"free": "first", "second": "second", "chief": "chief"}
_CLOSED: Final = tuple(stage for stage in Stage if stage in CLOSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """One page of a queue, soonest due first."""

    cases: tuple[Case, ...]
    total: int
    """Of the view, or of the hits."""
    counts: dict[str, int]
    """How many cases each view holds."""
    in_part: frozenset[str]
    """The views that hold more than was counted."""
    is_counted_in_part: bool
    """Whether there are more in total."""
    is_first: bool
    is_last: bool


def read_queue(
    work: Work,
    staff: StaffRow,
    view: str,
    *,
    now: datetime,
    text: str = "",
    after: Spot | None = None,
    before: Spot | None = None,
) -> QueuePage:
    """Return the page of a view after or before a spot; the first where neither is told."""
    search = _search(work, staff, view, now)
    # One more than is shown tells whether there is another page.
    found, hits = search(
        text=text, after=after, before=before, limit=PAGE + 1, most=HITS if text else 0
    )
    is_more, counts = len(found) > PAGE, _counts(work, staff, now)
    if before is not None:
        shown, is_first, is_last = found[-PAGE:], not is_more, False
    else:
        shown, is_first, is_last = found[:PAGE], after is None, not is_more
    in_part = frozenset({"done", "all"} if counts["done"] >= MOST else ())
    return QueuePage(
        cases=shown,
        in_part=in_part,
        is_counted_in_part=hits >= HITS if text else view in in_part,
        total=hits if text else counts[view],
        counts=counts,
        is_first=is_first,
        is_last=is_last,
    )


def first_waiting(work: Work, stage: str, *, now: datetime) -> tuple[Case, ...]:
    """Return the first few cases that wait in nobody's hands for a decision."""
    return work.cases.search(
        waiting=Waiting(free_at=now, awaiting=stage, is_on_hold=False), limit=_FEW, most=0
    )[0]


def _search(work: Work, staff: StaffRow, view: str, now: datetime) -> "partial[_Found]":
    search = work.cases.search
    if view in _AWAITING:
        free = Waiting(free_at=now, awaiting=_AWAITING[view], is_on_hold=False)
        return partial(search, waiting=free)
    if view == "late":
        return partial(search, waiting=Waiting(due_until=now))
    if view == "hold":
        return partial(search, waiting=Waiting(is_on_hold=True))
    if view == "mine":
        return partial(search, stages=(Stage.IN_REVIEW,), holder=staff.staff_id)
    stages = {"correction": (Stage.CORRECTION_REQUIRED,), "done": _CLOSED}
    return partial(search, stages=stages.get(view, ()))


def _counts(work: Work, staff: StaffRow, now: datetime) -> dict[str, int]:
    open_ = work.cases.tally(now)
    mine = _search(work, staff, "mine", now)(limit=0)[1]
    done = _search(work, staff, "done", now)(limit=0, most=MOST)[1]
    late = _search(work, staff, "late", now)(limit=0)[1]
    free = {view: open_.free[stage] for view, stage in _AWAITING.items()}
    return free | {
        "mine": mine,
        "late": late,
        "hold": open_.on_hold,
        "correction": open_.correction,
        "done": done,
        "all": open_.open + done,
    }


_Found = tuple[tuple[Case, ...], int]
