"""A virtual ID card reader: speaks the SAM protocol byte for byte on a pseudo-terminal.

    python -m scripts.virtual_sam --link PATH [--card NAME] [--control PATH]

The counter opens PATH as if it were a serial port. Its module number begins with 99.99-,
which no manufacturer has, so whatever it reads is marked as simulated. The control socket
takes one line a connection and answers with one: `put NAME`, `remove`, `cards`,
`fault silence`, `fault corrupt`, `fault slow SECONDS`, `fault SW3 COMMAND` (hexadecimal,
e.g. `fault 41 3001`: that command fails once), `clear`.
"""

import argparse
import os
import selectors
import signal
import socket
import sys
import termios
import threading
import time
import tty
from pathlib import Path
from types import TracebackType
from typing import Self

from scripts.virtual_cards import CARDS
from scripts.virtual_module import VirtualModule, obey

_BYTES_PER_SECOND = 11520
_SPEEDS = {getattr(termios, f"B{n}"): n for n in (9600, 19200, 38400, 57600, 115200)}


class VirtualSAM(VirtualModule):
    """A reader on a pseudo-terminal; a thread answers. Use it as a context manager."""

    def __init__(self, *, is_paced: bool = False, number: bytes = b"", speed: int = 115200) -> None:
        """Make the port; paced answers take as long as at 115,200 bits a second.

        Whoever opens the port at another speed than the module's gets noise, as on a real line.
        """
        super().__init__(number)
        self._master, self._slave = os.openpty()
        # Our own hold on the slave side keeps the line up while no program has it open.
        tty.setraw(self._slave)
        self.port = os.ttyname(self._slave)
        self.speed = speed
        self._is_paced = is_paced
        self._wake, self._woken = os.pipe()
        self._thread = threading.Thread(target=self._run, name="virtual-sam", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        self.unplug()

    def unplug(self) -> None:
        """Take the reader away: its port dies under whoever holds it; again is harmless."""
        if not self._thread.is_alive():
            return
        os.write(self._woken, b"x")
        self._thread.join(5)
        for fd in (self._master, self._slave, self._wake, self._woken):
            os.close(fd)

    def _run(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._master, selectors.EVENT_READ)
            selector.register(self._wake, selectors.EVENT_READ)
            while True:
                ready = [key.fd for key, _ in selector.select()]
                if self._wake in ready:
                    return
                data = os.read(self._master, 4096)
                if _SPEEDS.get(termios.tcgetattr(self._slave)[5]) != self.speed:
                    self._write(bytes(b ^ 0x5A for b in data))
                    continue
                for reply in self.take(data):
                    self._write(reply)

    def _write(self, data: bytes) -> None:
        for start in range(0, len(data), 64):
            part = data[start : start + 64]
            os.write(self._master, part)
            if self._is_paced:
                time.sleep(len(part) / _BYTES_PER_SECOND)


def send(control: Path, line: str) -> str:
    """Send one line to a running virtual reader and return its answer.

    Raises:
        OSError: none is running there.
    """
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(5)
        client.connect(str(control))
        client.sendall(line.encode() + b"\n")
        return client.makefile("r", encoding="utf-8").readline().strip()


def serve_control(sam: VirtualModule, listener: socket.socket) -> None:
    """Answer the control socket until it is closed; one line a connection."""
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        with client, client.makefile("rw", encoding="utf-8") as lines:
            try:
                answer = obey(sam, lines.readline())
            except ValueError as exc:
                answer = f"error {exc}"
            lines.write(answer + "\n")


def listen(path: Path) -> socket.socket:
    """Open the control socket, for this user alone."""
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    mask = os.umask(0o077)
    try:
        listener.bind(str(path))
    finally:
        os.umask(mask)
    listener.listen()
    return listener


def link_port(port: str, link: Path) -> None:
    """Let a fixed path lead to the pseudo-terminal, whose number changes each time."""
    link.parent.mkdir(parents=True, exist_ok=True)
    fresh = link.with_name(link.name + ".new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(port)
    fresh.replace(link)


def main(arguments: list[str]) -> int:
    """Run until interrupted."""
    parser = argparse.ArgumentParser(prog="scripts.virtual_sam", description=__doc__)
    parser.add_argument("--link", type=Path, required=True, help="path that the counter opens")
    parser.add_argument("--card", choices=sorted(CARDS), help="card that lies there at the start")
    parser.add_argument("--control", type=Path, help="unix socket that takes commands")
    options = parser.parse_args(arguments)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with VirtualSAM(is_paced=True) as sam:
        if options.card:
            sam.put(options.card)
        if options.control:
            listener = listen(options.control)
            threading.Thread(target=serve_control, args=(sam, listener), daemon=True).start()
        link_port(sam.port, options.link)
        print(f"virtual reader (simulated) on {sam.port}, linked as {options.link}", flush=True)
        stop.wait()
    options.link.unlink(missing_ok=True)
    if options.control:
        options.control.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
