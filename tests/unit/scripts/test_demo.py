import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from scripts import demo_run
from scripts.stand.processes import Server, StandError, ended_on_failure, free_port

_STAND_IN = """
import sys
from pathlib import Path
from scripts import demo_run
from scripts.stand.processes import Server

def set_up(options, steps, stack):
    server = Server("http.server", "--bind", "127.0.0.1", "0", log=Path(sys.argv[1]) / "log")
    stack.callback(server.end)
    print(server.process.pid, flush=True)

demo_run._set_up = set_up
demo_run._print_places = lambda show: None
sys.exit(demo_run.main([]))
"""


@contextmanager
def demonstration(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a demonstration of one server; it prints the server's process number."""
    process = subprocess.Popen(
        [sys.executable, "-c", _STAND_IN, str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process
        process.kill()


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_demonstration_with_all_that_it_started(
    tmp_path: Path, number: signal.Signals
) -> None:
    with demonstration(tmp_path) as process:
        assert process.stdout
        server = int(process.stdout.readline())

        process.send_signal(number)
        status = process.wait(20)

    assert status in {0, 130}  # 130 when it came before the wait began
    assert not is_running(server)


def test_a_server_that_does_not_come_up_is_not_left_behind(tmp_path: Path) -> None:
    server = Server("http.server", "--bind", "127.0.0.1", "0", log=tmp_path / "log")

    with pytest.raises(KeyboardInterrupt), ended_on_failure(server):
        raise KeyboardInterrupt

    assert server.process.poll() is not None


def test_two_demonstrations_do_not_share_a_folder(tmp_path: Path) -> None:
    descriptor = demo_run._lock(tmp_path)
    with pytest.raises(StandError, match="another demonstration runs in"):
        demo_run._lock(tmp_path)
    os.close(descriptor)

    os.close(demo_run._lock(tmp_path))


def test_a_place_that_cannot_be_written_is_told_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    ports = ["--port-backend", str(free_port()), "--port-terminal", str(free_port())]
    before = {number: signal.getsignal(number) for number in (*demo_run._ENDS, signal.SIGTTIN)}
    try:
        status = demo_run.main(["--once", "--dir", str(tmp_path / "file" / "demo"), *ports])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

    assert status == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [["--port-backend", "0"], ["--port-terminal", "x"], ["--port-terminal", "8443"], ["--never"]],
)
def test_wrong_usage_is_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        demo_run.main(arguments)

    assert ended.value.code == 2


def test_the_default_place_does_not_depend_on_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert demo_run._parse([]).dir == Path(demo_run.__file__).parents[1] / "var" / "demo"


def test_a_closed_window_is_opened_again_by_a_letter() -> None:
    """The address that is printed opens once and for two minutes; the demonstration runs longer."""
    teller = SimpleNamespace(open_window=lambda: "http://127.0.0.1:8090/#code")
    reader = SimpleNamespace(say=lambda words: f"ok {words}")
    show = cast(demo_run.Show, SimpleNamespace(teller=teller, reader=reader))

    told = [demo_run._obey(words, show) for words in ("w", "张示例", "")]

    assert told == ["http://127.0.0.1:8090/#code", "ok put 张示例", "ok remove"]
