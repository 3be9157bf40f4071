"""Running the project's own commands: once, or as servers that are ended again."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

_GRACE_S = 20.0


class StandError(Exception):
    """Something on the stand did not do what it should; the message is one sentence."""


def run(
    module: str,
    *arguments: str | Path,
    environ: Mapping[str, str] | None = None,
    given: str = "",
) -> str:
    """Run a command of ours to its end and return what it printed.

    Raises:
        StandError: it failed; the message is its last line.
    """
    command = [sys.executable, "-m", module, *map(str, arguments)]
    # Our own modules; nothing of the arguments comes from outside.
    done = subprocess.run(
        command,
        input=given,
        capture_output=True,
        text=True,
        env={**os.environ, **(environ or {})},
        check=False,
    )
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip() or "no word").splitlines()
        raise StandError(f"{module} {arguments[0]}: {said[-1]}")
    return done.stdout


class Server:
    """A command of ours that runs until it is ended; its words go to a log file."""

    def __init__(
        self,
        module: str,
        *arguments: str | Path,
        log: Path,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.log = log
        with log.open("ab") as words:
            # Our own modules; nothing of the arguments comes from outside.
            self.process = subprocess.Popen(
                [sys.executable, "-m", module, *map(str, arguments)],
                stdout=words,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **(environ or {})},
                start_new_session=True,
            )

    def end(self) -> None:
        """Ask it to leave; kill it if it does not."""
        if self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Kill it and everything that it started, as a power cut would."""
        os.killpg(self.process.pid, 9)
        self.process.wait(_GRACE_S)

    def last_words(self) -> str:
        """Return the last line of its log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"


@contextmanager
def ended_on_failure(server: Server) -> Iterator[None]:
    """End a server whose start fails or is interrupted: nobody else knows of it yet."""
    try:
        yield
    except BaseException:
        server.end()
        raise


def wait_until(
    is_done: Callable[[], bool],
    *,
    what: str,
    servers: Sequence[Server] = (),
    timeout_s: float = 60.0,
    every_s: float = 0.05,
) -> None:
    """Wait for something to come true.

    Raises:
        StandError: it did not in time, or a server that it needs has ended.
    """
    deadline = time.monotonic() + timeout_s
    while not is_done():
        for server in servers:
            if server.process.poll() is not None:
                raise StandError(f"{what}: a server ended: {server.last_words()}")
        if time.monotonic() > deadline:
            raise StandError(f"{what}: nothing after {timeout_s:.0f} s")
        time.sleep(every_s)


def require_free(port: int) -> None:
    """Refuse a port that is taken.

    Raises:
        StandError: something listens there.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as exc:
            raise StandError(f"port {port} is taken; choose another") from exc


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
