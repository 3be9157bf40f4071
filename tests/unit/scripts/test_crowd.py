"""The crowd that fills a queue is made of cases that the office itself can work on."""

from collections import Counter
from pathlib import Path

import pytest

from backend.office.case import CLOSED, Stage
from backend.store.work import StoreWorks
from registration import schema
from scripts.crowd import Crowd
from tests.rows import AT
from tests.works import VAULT, OpenStore


@pytest.fixture
def crowded(sqlite_store_url: str, tmp_path: Path, open_store: OpenStore) -> StoreWorks:
    for _ in range(2):
        Crowd(until=AT, count=60).fill(sqlite_store_url, VAULT)
    return open_store(sqlite_store_url, tmp_path / "blobs")


def test_every_case_opens_and_stands_where_the_queue_counts_it(crowded: StoreWorks) -> None:
    with crowded.reading() as work:
        found, total = work.cases.search(limit=200)
        tally = work.cases.tally(AT)
        made = schema.parse_application(
            schema.decode_json(work.cases.application(found[0].case_no))
        )
    stages = Counter(case.stage for case in found)
    assert total == 120
    assert made.unit.unit_no.text == found[0].unit_no
    assert tally.open == sum(many for stage, many in stages.items() if stage not in CLOSED)
    assert stages[Stage.IN_REVIEW] == tally.on_hold + sum(tally.free.values()) + sum(
        case.is_held(AT) for case in found
    )


def test_the_journal_of_a_crowd_holds(crowded: StoreWorks) -> None:
    verdict = crowded.verify_journal()
    assert (verdict.is_good, verdict.records) == (True, 360)
