"""The fixtures keep what they promise."""

import socket
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import sqlalchemy
from playwright.sync_api import Page

from tests.clock import FrozenClock
from tests.network import OutsideError, is_local
from tests.postgres import PostgresServer


def test_another_machine_is_out_of_reach(refused_attempts: list[str]) -> None:
    with socket.socket() as line, pytest.raises(OutsideError):
        line.connect(("192.0.2.1", 80))
    assert refused_attempts == ["socket.connect 192.0.2.1"]
    refused_attempts.clear()


def test_another_machine_is_not_even_looked_up(refused_attempts: list[str]) -> None:
    with pytest.raises((OutsideError, urllib.error.URLError)):
        urllib.request.urlopen("http://office.example/", timeout=1)
    assert refused_attempts == ["socket.getaddrinfo office.example"]
    refused_attempts.clear()


def test_this_machine_is_within_reach() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as line,
    ):
        assert line.getpeername() == server.getsockname()


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.3.2.1", True),
        ("::1", True),
        ("localhost", True),
        ("10.0.0.1", False),
        ("localhost.example", False),
        ("2001:db8::1", False),
    ],
)
def test_local_means_this_machine(host: str, expected: bool) -> None:
    assert is_local(host) is expected


def test_the_clock_stands_until_it_is_moved(clock: FrozenClock) -> None:
    before = clock.now()
    clock.advance(hours=2)
    assert (clock.now() - before).total_seconds() == 7200


def test_the_home_is_private_and_empty(home: Path) -> None:
    assert Path.home() == home
    assert home.stat().st_mode & 0o777 == 0o700
    assert list(home.iterdir()) == []


def test_postgres_is_real_and_every_database_empty(
    postgres: PostgresServer, postgres_url: str
) -> None:
    engine = sqlalchemy.create_engine(postgres_url)
    with engine.begin() as connection:
        assert str(connection.scalar(sqlalchemy.text("SELECT version()"))).startswith("PostgreSQL")
        connection.execute(sqlalchemy.text("CREATE TABLE t (name text)"))
        connection.execute(sqlalchemy.text("INSERT INTO t VALUES ('𠮷')"))
    other = sqlalchemy.create_engine(postgres.make_database())
    assert sqlalchemy.inspect(other).get_table_names() == []
    other.dispose()
    engine.dispose()


def test_the_browser_draws_at_the_counters_screen_size(page: Page) -> None:
    page.set_content("<p lang='zh'>不动产登记</p>")
    assert page.evaluate("[innerWidth, innerHeight, navigator.language]") == [1366, 768, "zh-CN"]
    assert page.inner_text("p") == "不动产登记"
