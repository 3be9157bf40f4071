"""A real PostgreSQL for the tests: its own folder, a local socket, gone at the end."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest

_SETTINGS = {
    # No TCP at all: nothing to collide with, nothing to reach from outside.
    "listen_addresses": "",
    "max_connections": "40",
    # The folder is thrown away; these would only make the tests slower.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server, reached through the socket in its folder."""

    folder: Path

    def url(self, database: str) -> str:
        """Give the SQLAlchemy URL of one database."""
        return f"postgresql+psycopg://postgres@/{database}?host={quote(str(self.folder))}"

    def run(self, statement: str) -> None:
        """Carry out one administrative statement outside any transaction."""
        with psycopg.connect(
            host=str(self.folder), user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement)

    def make_database(self) -> str:
        """Make an empty database and give its URL."""
        name = f"t_{uuid4().hex}"
        self.run(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Throw a database away, and whoever is still connected out of it."""
        name = url.partition("@/")[2].partition("?")[0]
        self.run(f"DROP DATABASE {name} WITH (FORCE)")


def find_programs() -> Path:
    """Find the folder of initdb and pg_ctl: the newest of Debian's, or whatever is on the path."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4])
    )
    if installed:
        return installed[-1].parent
    found = shutil.which("initdb")
    if found is None:
        pytest.fail("no PostgreSQL on this machine; as root: apt-get install postgresql")
    return Path(found).resolve().parent


def _as_server_account(*command: str) -> None:
    # PostgreSQL refuses to run as root; Debian's package brings the account postgres.
    prefix = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
    done = subprocess.run(
        [*prefix, *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd="/",
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "TZ": "UTC"},
        text=True,
        check=False,
        timeout=60,
    )
    if done.returncode != 0:
        pytest.fail(f"{Path(command[0]).name} failed: {done.stdout}")


def start_server(folder: Path) -> None:
    """Make a cluster in an empty folder and start it; returns when it takes connections."""
    programs = find_programs()
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
    data = folder / "data"
    _as_server_account(
        str(programs / "initdb"),
        *("--pgdata", str(data), "--username", "postgres", "--auth", "trust"),
        *("--encoding", "UTF8", "--locale", "C", "--no-sync"),
    )
    options = " ".join(f"-c {name}='{value}'" for name, value in _SETTINGS.items())
    _as_server_account(
        str(programs / "pg_ctl"),
        *("--pgdata", str(data), "--log", str(folder / "log"), "--silent", "--wait"),
        *("--options", f"{options} -c unix_socket_directories='{folder}'", "start"),
    )


def stop_server(folder: Path) -> None:
    """Stop the server at once; its data are of no further use."""
    _as_server_account(
        str(find_programs() / "pg_ctl"),
        *("--pgdata", str(folder / "data"), "--mode", "immediate", "--silent", "stop"),
    )


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Run one server for the whole session."""
    # Not pytest's folder: a socket's path may have 107 bytes, and the account must get there.
    folder = Path(tempfile.mkdtemp(prefix="registration-pg-"))
    try:
        start_server(folder)
        try:
            yield PostgresServer(folder)
        finally:
            stop_server(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """Give the SQLAlchemy URL of an empty database of one's own."""
    url = postgres.make_database()
    yield url
    postgres.drop_database(url)
