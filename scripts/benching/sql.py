"""Durable transactions per second: the office's journal beside one bare insert and commit."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg

from backend.store.upgrades import upgrade
from backend.store.work import StoreWorks, open_works
from certs.atrest import create_vault
from scripts.benching.figures import Figure, make_figure
from scripts.benching.postgres import Cluster

_BODY = b"x" * 400
_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL")
_CREATE = "CREATE TABLE bare (id TEXT PRIMARY KEY, body TEXT NOT NULL)"


def measure_sqlite(folder: Path, effort: tuple[int, int]) -> Figure:
    """Measure the default database, in a file; `effort` is rounds, and transactions a round."""
    folder.mkdir(mode=0o700)
    with (
        closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as bare,
        opened_store(f"sqlite:///{folder / 'office.db'}", folder) as works,
    ):
        for pragma in _PRAGMAS:
            bare.execute(f"PRAGMA {pragma}").fetchone()
        bare.execute(_CREATE)

        def insert() -> None:
            bare.execute("BEGIN IMMEDIATE")
            bare.execute("INSERT INTO bare VALUES (?, ?)", (str(uuid4()), _BODY.decode()))
            bare.execute("COMMIT")

        return _measure("SQLite", works, insert, effort)


def measure_postgres(cluster: Cluster, folder: Path, effort: tuple[int, int]) -> Figure:
    """Measure a PostgreSQL that writes durably."""
    folder.mkdir(mode=0o700)
    with (
        psycopg.connect(cluster.address) as bare,
        opened_store(cluster.url, folder) as works,
    ):
        bare.execute(_CREATE)
        bare.commit()

        def insert() -> None:
            bare.execute("INSERT INTO bare VALUES (%s, %s)", (str(uuid4()), _BODY.decode()))
            bare.commit()

        return _measure("PostgreSQL", works, insert, effort)


@contextmanager
def opened_store(url: str, folder: Path) -> Iterator[StoreWorks]:
    """Make the office's store in an empty database."""
    upgrade(url)
    works = open_works(url, folder / "blobs", create_vault(folder / "at-rest.key"))
    try:
        yield works
    finally:
        works.close()


def _measure(
    name: str, works: StoreWorks, insert: Callable[[], None], effort: tuple[int, int]
) -> Figure:
    def journal() -> None:
        with works() as work:
            work.journal.append(
                actor="benchmark", act="noted", ref=str(uuid4()), body=_BODY, at=datetime.now(UTC)
            )
            work.commit()

    def read() -> None:
        with works.reading() as work:
            work.journal.of("nothing")

    for act in (insert, journal, read):
        act()
    rounds, each = effort
    floors, ours, reads = [], [], []
    for _ in range(rounds):
        floors.append(_rate(insert, each))
        ours.append(_rate(journal, each))
        reads.append(_rate(read, each))
    return make_figure(
        f"{name}, journal record in a transaction",
        "/s",
        ours,
        floors=floors,
        floor_is="bare driver: one insert, durable commit",
        detail={"reading_transactions_per_s": sorted(reads)[len(reads) // 2]},
    )


def _rate(act: Callable[[], None], count: int) -> float:
    started = time.perf_counter()
    for _ in range(count):
        act()
    return count / (time.perf_counter() - started)
