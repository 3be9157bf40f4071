"""What a queue of a hundred thousand open cases costs a reviewer, beside one of a hundred."""

import time
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final, cast

from backend.office.answering import Answering
from backend.office.case import NEVER
from backend.office.correcting import Correcting
from backend.office.leases import Leases
from backend.office.ports import Blobs
from backend.office.review import Review
from backend.office.rows import Spot, StaffRow
from backend.office.stages import ChiefPolicy
from backend.store.upgrades import upgrade
from backend.store.work import StoreWorks, open_works
from backend.wall import SystemClock
from certs.atrest import create_vault
from scripts.benching.figures import Figure, make_figure, percentile
from scripts.benching.postgres import Cluster
from scripts.crowd import Crowd

FEW: Final = 100
"""Cases of the small queue."""
_REVIEWER: Final = StaffRow(
    staff_id="qian",
    person="qian",
    name="钱示例",
    roles=("first_reviewer",),
    password_hash="",
)
_Acts = Mapping[str, Callable[[], object]]


def measure_queue(
    name: str, urls: tuple[str, str], folder: Path, *, count: int, rounds: int
) -> list[Figure]:
    """Measure both queues in turn; `urls` name two empty databases, for few cases and for many."""
    folder.mkdir(mode=0o700)
    vault = create_vault(folder / "at-rest.key")
    for url, many in zip(urls, (FEW, count), strict=True):
        upgrade(url)
        Crowd(until=datetime.now(UTC), count=many).fill(url, vault)
    with (
        closing(open_works(urls[0], folder / "blobs", vault)) as small,
        closing(open_works(urls[1], folder / "blobs", vault)) as large,
    ):
        few, many_ = _acts(small), _acts(large)
        return [_figure(f"{name}, {act}", few[act], many_[act], count, rounds) for act in few]


def measure_queues(
    folder: Path, cluster: Cluster | None, *, count: int, rounds: int
) -> list[Figure]:
    """Measure on SQLite, and on PostgreSQL where there is one."""
    places = {"SQLite": [f"sqlite:///{folder / name}.db" for name in ("few", "many")]}
    if cluster is not None:
        places["PostgreSQL"] = [cluster.make_database(name) for name in ("few", "many")]
    return [
        figure
        for name, (few, many) in places.items()
        for figure in measure_queue(name, (few, many), folder / name, count=count, rounds=rounds)
    ]


def _figure(
    name: str, few: Callable[[], object], many: Callable[[], object], count: int, rounds: int
) -> Figure:
    few(), many()
    floors, ours = [], []
    for _ in range(rounds):
        floors.append(_ms(few))
        ours.append(_ms(many))
    return make_figure(
        name,
        "ms",
        ours,
        floors=floors,
        floor_is=f"the same with {FEW} cases",
        detail={"cases": count, "p95_ms": percentile(ours, 95)},
    )


def _ms(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - started)


def _acts(works: StoreWorks) -> _Acts:
    review, leases = _review(works), Leases(works=works, clock=SystemClock())
    page = partial(review.queue, staff=_REVIEWER)
    with works.reading() as work:
        end = Spot(due_at=NEVER, case_no="")
        late = work.cases.search(limit=60, before=end, most=0)[0]
        first = late[0]
    last = Spot(due_at=first.due_at, case_no=first.case_no)
    return {
        "first page": partial(page, view="free"),
        "last page": partial(page, view="free", after=last),
        "page of all": partial(page, view="all"),
        "next case, taken and put back": partial(_take, review, leases),
        "search, a whole number": partial(page, view="all", text=first.case_no),
        "search, a rare place": partial(page, view="all", text=first.location[-12:]),
        "search, a common place": partial(page, view="all", text="龙亭区"),
        "search, nothing found": partial(page, view="free", text="没有这个地方"),
    }


def _take(review: Review, leases: Leases) -> None:
    taken = leases.take(review.waiting("first")[0].case_no, staff=_REVIEWER)
    leases.release(taken.case_no, staff=_REVIEWER)


def _review(works: StoreWorks) -> Review:
    """Return the review room; what it would answer and seal with is not asked for here."""
    nobody = cast(Answering, None)
    return Review(
        works=works,
        blobs=cast(Blobs, works.blobs),
        answering=nobody,
        correcting=cast(Correcting, None),
        clock=SystemClock(),
        chief=ChiefPolicy(),
    )
