"""The office's store for tests: in dictionaries, in a SQLite file, in a real PostgreSQL.

Both databases are migrated once; a test gets a copy of the file, or the tables emptied, in
milliseconds.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from backend.store.tables import Base, MoveTable
from backend.store.upgrades import upgrade
from backend.store.work import StoreWorks, open_works
from certs.atrest import Vault
from tests.fakes import MemoryWorks
from tests.postgres import PostgresServer

VAULT = Vault(bytes(range(32)))
"""A fixed key: what is written in one process of a test is read in another."""

OpenStore = Callable[[str, Path], StoreWorks]
"""Opens the database at a URL with the blobs in a folder."""

_SQLITE = pytest.param("sqlite", id="sqlite")
# The fixture asks for the server by name at run time, so the plug-in cannot see it.
_POSTGRES = pytest.param("postgres", id="postgres")
_MEMORY = pytest.param("memory", id="memory")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a migrated database file that nobody has open; copy it, change nothing."""
    path = tmp_path_factory.mktemp("store") / "template.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_store(postgres: PostgresServer) -> str:
    """Give the URL of a migrated database; `postgres_store_url` gives it empty."""
    url = postgres.make_database()
    upgrade(url)
    return url


@pytest.fixture
def sqlite_store_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Give the URL of a migrated, empty SQLite database of one's own."""
    path = tmp_path / "store.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_store_url(postgres_store: str) -> str:
    """Give the URL of a migrated, empty PostgreSQL database; one test at a time has it."""
    engine = create_engine(postgres_store, poolclass=NullPool)
    with engine.begin() as connection:
        # The law lets nobody empty these tables; only the server's owner can step around it.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in Base.metadata.sorted_tables:
            if table.name != MoveTable.__tablename__:
                connection.execute(table.delete())
        for (name,) in connection.execute(text("SELECT sequencename FROM pg_sequences")).all():
            connection.execute(text(f"ALTER SEQUENCE {name} RESTART"))
    return postgres_store


@pytest.fixture
def open_store() -> Iterator[OpenStore]:
    """Give a way to open a store that is closed after the test."""
    with ExitStack() as opened:
        yield lambda url, blobs: opened.enter_context(closing(open_works(url, blobs, VAULT)))


@pytest.fixture(params=[_SQLITE, _POSTGRES])
def store_url(request: pytest.FixtureRequest) -> str:
    """Give the URL of a migrated, empty database of either kind."""
    url: str = request.getfixturevalue(f"{request.param}_store_url")
    return url


@pytest.fixture
def store(store_url: str, tmp_path: Path) -> Iterator[StoreWorks]:
    """Open the real store on either database."""
    with closing(open_works(store_url, tmp_path / "blobs", VAULT)) as works:
        yield works


@pytest.fixture(params=[_MEMORY, _SQLITE, _POSTGRES])
def works(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StoreWorks | MemoryWorks]:
    """Open the store in dictionaries and on both databases."""
    if request.param == "memory":
        yield MemoryWorks()
        return
    url = request.getfixturevalue(f"{request.param}_store_url")
    with closing(open_works(url, tmp_path / "blobs", VAULT)) as opened:
        yield opened
