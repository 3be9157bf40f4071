"""A PostgreSQL of the benchmark's own, durable as in earnest; gone at the end."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from scripts.stand.processes import StandError

_ON_DISK = "/var/tmp"  # noqa: S108  # mkdtemp makes a folder of its own in it


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server, reached through the socket in its folder."""

    folder: Path

    @property
    def url(self) -> str:
        """The database as SQLAlchemy names it."""
        return f"postgresql+psycopg://postgres@/postgres?host={quote(str(self.folder))}"

    @property
    def address(self) -> str:
        """The database as libpq names it."""
        return f"host={self.folder} user=postgres dbname=postgres"

    def make_database(self, name: str) -> str:
        """Make one more database; return its URL."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url.replace("@/postgres?", f"@/{name}?")


def find_programs() -> Path | None:
    """Find the folder of initdb and pg_ctl; None where no PostgreSQL is installed."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4])
    )
    if installed:
        return installed[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@contextmanager
def running_cluster(programs: Path) -> Iterator[Cluster]:
    """Make a cluster, run it, and throw it away.

    Raises:
        StandError: PostgreSQL does not start here; the message is its last line.
    """
    # A socket's path may have 107 bytes, and the server's account must get there.
    # /var/tmp lies on a disk; /tmp may be memory, where durable writes cost nothing.
    folder = Path(tempfile.mkdtemp(prefix="mrk-pg-", dir=_ON_DISK))
    data = str(folder / "data")
    try:
        if os.geteuid() == 0:
            os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
        _run(
            *(programs / "initdb", "--pgdata", data, "--username", "postgres"),
            *("--auth", "trust", "--encoding", "UTF8", "--locale", "C"),
        )
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}'"
        control = (programs / "pg_ctl", "--pgdata", data, "--silent", "--wait")
        _run(*control, "--log", folder / "log", "--options", options, "start")
        try:
            yield Cluster(folder)
        finally:
            _run(*control, "--mode", "fast", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(*command: str | Path) -> None:
    # PostgreSQL refuses to run as root; Debian's package brings the account postgres.
    prefix = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
    done = subprocess.run(
        [*prefix, *map(str, command)],
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
        said = done.stdout.strip().splitlines() or ["no word"]
        raise StandError(f"{Path(command[0]).name}: {said[-1]}")
