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
import threading
import time
import tty
from collections import deque
from functools import reduce
from operator import xor
from pathlib import Path
from types import TracebackType
from typing import Self

from scripts.virtual_cards import CARDS, VirtualCard

PREAMBLE = bytes.fromhex("AAAAAA9669")
SAM_NUMBER = b"".join(
    n.to_bytes(size, "little") for n, size in ((99, 2), (99, 2), (20260101, 4), (123456, 4), (1, 4))
)
"""Reads 99.99-20260101-0000123456-0000000001."""
_OK = b"\x00\x00\x90"
_BYTES_PER_SECOND = 11520


class VirtualSAM:
    """A reader on a pseudo-terminal; a thread answers. Use it as a context manager."""

    def __init__(self, *, is_paced: bool = False) -> None:
        """Make the port; paced answers take as long as at 115,200 bits a second."""
        self._master, self._slave = os.openpty()
        # Our own hold on the slave side keeps the line up while no program has it open.
        tty.setraw(self._slave)
        self.port = os.ttyname(self._slave)
        self.commands: list[str] = []
        """What was asked, oldest first: "3001"."""
        self._is_paced = is_paced
        self._card: VirtualCard | None = None
        self._state = "idle"
        self._lock = threading.Lock()
        self._wake, self._woken = os.pipe()
        self._thread = threading.Thread(target=self._run, name="virtual-sam", daemon=True)
        self._held = b""
        self.clear()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        os.write(self._woken, b"x")
        self._thread.join(5)
        for fd in (self._master, self._slave, self._wake, self._woken):
            os.close(fd)

    def put(self, card: VirtualCard | str) -> None:
        """Lay a card on the reader, by name or made for the occasion."""
        with self._lock:
            self._card = CARDS[card] if isinstance(card, str) else card
            self._state = "idle"

    def remove(self) -> None:
        """Lift the card."""
        with self._lock:
            self._card, self._state = None, "idle"

    def clear(self) -> None:
        """Take all faults away."""
        self._failing: dict[str, deque[int]] = {}
        self.corrupt_answers = 0
        """How many of the next answers get a wrong check byte."""
        self.is_silent = False
        self.delay_s = 0.0
        self.noise = b""
        """Put before each answer."""
        self.loses_first_byte = False
        """Whether answers begin with two AA instead of three."""
        self.lift_at = ""
        """The command during which the card is lifted: "3001"."""

    def fail(self, command: str, *sw3: int) -> None:
        """Let the next times of a command, such as "3001", fail with these codes in turn."""
        self._failing.setdefault(command, deque()).extend(sw3)

    def _run(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._master, selectors.EVENT_READ)
            selector.register(self._wake, selectors.EVENT_READ)
            while True:
                ready = [key.fd for key, _ in selector.select()]
                if self._wake in ready:
                    return
                self._held += os.read(self._master, 4096)
                self._take_frames()

    def _take_frames(self) -> None:
        while (start := self._held.find(PREAMBLE)) >= 0 and len(self._held) >= start + 7:
            end = start + 7 + int.from_bytes(self._held[start + 5 : start + 7], "big")
            if len(self._held) < end:
                return
            counted, self._held = self._held[start + 5 : end], self._held[end:]
            self._reply(self._answer(counted))

    def _answer(self, counted: bytes) -> bytes:
        if reduce(xor, counted):
            return b"\x00\x00\x10"
        command = counted[2:4].hex()
        self.commands.append(command)
        if self.lift_at == command:
            self.remove()
        failing = self._failing.get(command)
        if failing:
            return b"\x00\x00" + bytes([failing.popleft()])
        with self._lock:
            return self._carry_out(command)

    def _carry_out(self, command: str) -> bytes:
        match command:
            case "10ff" | "11ff" | "61ff" | "6000" | "6001" | "6002" | "6003" | "6004":
                return _OK
            case "12ff":
                return _OK + SAM_NUMBER
            case "2001":
                return self._find()
            case "2002":
                return self._select()
            case "3001" | "3010":
                return self._read(with_fingerprint=command == "3010")
            case "3003":
                return self._address()
        return b"\x00\x00\x21"

    def _find(self) -> bytes:
        # A card that was read stays mute until it is lifted, as real ones do.
        if self._card is None or self._state == "read":
            return b"\x00\x00\x80"
        self._state = "found"
        return b"\x00\x00\x9f" + bytes(4)

    def _select(self) -> bytes:
        if self._card is None or self._state not in ("found", "selected"):
            return b"\x00\x00\x81"
        self._state = "selected"
        return _OK + bytes(8)

    def _read(self, *, with_fingerprint: bool) -> bytes:
        if self._card is None or self._state != "selected":
            return b"\x00\x00\x41"
        self._state = "read"
        parts = [self._card.text, self._card.photo]
        if with_fingerprint:
            parts.append(self._card.fingerprint)
        return _OK + b"".join(len(p).to_bytes(2, "big") for p in parts) + b"".join(parts)

    def _address(self) -> bytes:
        if self._card is None or self._state != "read":
            return b"\x00\x00\x41"
        if not self._card.newest_address:
            return b"\x00\x00\x91"
        address = self._card.newest_address.encode("utf-16-le")
        return _OK + address + b" \x00" * ((70 - len(address)) // 2)

    def _reply(self, body: bytes) -> None:
        if self.is_silent:
            return
        counted = (len(body) + 1).to_bytes(2, "big") + body
        check = reduce(xor, counted)
        if self.corrupt_answers:
            self.corrupt_answers -= 1
            check ^= 1
        time.sleep(self.delay_s)
        frame = PREAMBLE[self.loses_first_byte :] + counted + bytes([check])
        self._write(self.noise + frame)

    def _write(self, data: bytes) -> None:
        for start in range(0, len(data), 64):
            part = data[start : start + 64]
            os.write(self._master, part)
            if self._is_paced:
                time.sleep(len(part) / _BYTES_PER_SECOND)


def obey(sam: VirtualSAM, line: str) -> str:
    """Carry out one line of the control socket and return the answer."""
    match line.split():
        case ["put", name] if name in CARDS:
            sam.put(name)
        case ["remove"]:
            sam.remove()
        case ["clear"]:
            sam.clear()
        case ["cards"]:
            return "ok " + " ".join(CARDS)
        case ["fault", "silence"]:
            sam.is_silent = True
        case ["fault", "corrupt"]:
            sam.corrupt_answers = 2
        case ["fault", "slow", seconds]:
            sam.delay_s = float(seconds)
        case ["fault", sw3, command]:
            sam.fail(command.lower(), int(sw3, 16))
        case _:
            return "error unknown line or card"
    return "ok"


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


def serve_control(sam: VirtualSAM, listener: socket.socket) -> None:
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
