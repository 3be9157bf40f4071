"""One more window of a counter that serves: an address that opens it once, and nothing without its key."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from terminal.cli import main
from terminal.folder import lock_folder, open_vault
from terminal.window_token import load_token
from tests.clock import FrozenClock
from tests.web.terminal.served import serve, serve_page


def ask(folder: Path, port: int, *arguments: str) -> Result:
    settings = folder / "terminal.toml"
    settings.write_text(f'home = "home"\nport = {port}\nlog_level = "CRITICAL"\n', encoding="utf-8")
    return CliRunner().invoke(main, ["--config", str(settings), *arguments])


@pytest.fixture
def token(tmp_path: Path, clock: FrozenClock) -> str:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    return load_token(home, open_vault(home), clock.now())


def test_the_address_opens_one_window_while_the_counter_is_locked(
    tmp_path: Path, token: str
) -> None:
    with serve(tmp_path / "counter", token=token) as (world, _):
        world.counter.attendance.lock()
        told = ask(tmp_path, world.port, "window")
        code = told.stdout.strip().partition("#")[2]
        first, second = (world.call("POST", "/ui/api/launch", {"code": code}) for _ in range(2))

    assert told.exit_code == 0
    assert told.stdout.startswith(f"open http://127.0.0.1:{world.port}/#")
    assert first.json == {"token": token}
    assert second.status_code == 401


def test_nobody_serves(tmp_path: Path, token: str) -> None:
    with serve_page(b"") as elsewhere:
        port = int(elsewhere.split(":")[2].strip("/"))
    told = ask(tmp_path, port, "window")

    assert token
    assert told.exit_code == 1
    assert told.stderr.startswith("terminal.not-serving: no counter serves")


def test_another_program_answers_at_the_port(tmp_path: Path, token: str) -> None:
    with serve_page(b"<h1>evil</h1>") as elsewhere:
        told = ask(tmp_path, int(elsewhere.split(":")[2].strip("/")), "window")

    assert token not in told.output
    assert told.stderr.startswith("terminal.not-serving: what answers")


def test_another_counter_answers_at_the_port(tmp_path: Path, token: str) -> None:
    with serve(tmp_path / "counter", token=token[::-1]) as (world, _):
        told = ask(tmp_path, world.port, "window")

    assert told.stderr.startswith("terminal.not-serving: what answers")


def test_a_second_start_says_how_to_open_a_window(tmp_path: Path, token: str) -> None:
    lock = lock_folder(tmp_path / "home")
    told = ask(tmp_path, 8090, "serve")
    lock.release()

    assert token
    assert told.stderr.startswith("terminal.box-in-use:")
    assert "mortgage-terminal window" in told.stderr
