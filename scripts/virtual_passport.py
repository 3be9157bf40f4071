"""A virtual passport: a program that lies on vsmartcard's virtual PC/SC reader as a card does.

    python -m scripts.virtual_passport [--holder NAME] [--csca FILE] [--port 35963]

pcscd and vsmartcard-vpcd must run; the card is lifted when the program ends. It prints what a
teller would read off the document (number, birth, expiry, access number), and writes the
certificate of its made-up authority, so that a counter can be told to trust it in training:
`readers = ["emrtd:Virtual PCD 00 00?csca=FILE"]`. Everything read from it counts as simulated.
"""

import argparse
import contextlib
import signal
import socket
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography.hazmat.primitives.serialization import Encoding

from scripts.virtual_chip import ATR, LiftedError, VirtualChip
from scripts.virtual_documents import HOLDERS, VirtualState, make_groups

PORT = 35963
_OFF, _ON, _RESET, _ASK_ATR = 0, 1, 2, 4
_CAN = "314159"


class VirtualPassport:
    """A chip on the virtual reader's first slot; a thread answers. Use it as a context manager."""

    def __init__(self, chip: VirtualChip, *, port: int = PORT) -> None:
        self._chip = chip
        self._line = socket.create_connection(("127.0.0.1", port), timeout=5)
        self._line.settimeout(None)
        self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._thread = threading.Thread(target=self._serve, name="virtual-passport", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        self.lift()

    def lift(self) -> None:
        """Take the card away; again is harmless."""
        # Nothing to shut when it was lifted before.
        with contextlib.suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._line.close()

    def _serve(self) -> None:
        try:
            while message := self._receive():
                answer = self._answer(message)
                if answer:
                    self._line.sendall(len(answer).to_bytes(2, "big") + answer)
        except (LiftedError, OSError):
            # The thread's end is the card's: the reader notices that nobody answers.
            self._line.close()

    def _answer(self, message: bytes) -> bytes:
        if len(message) > 1:
            return self._chip.answer(message)
        if message[0] == _ASK_ATR:
            return ATR
        if message[0] in (_OFF, _ON, _RESET):
            self._chip.reset()
        return b""

    def _receive(self) -> bytes:
        size = int.from_bytes(self._take(2), "big")
        return self._take(size)

    def _take(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            # The reader sends length and body apart; a late acknowledgement costs 40 ms each.
            self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            part = self._line.recv(size - len(data))
            if not part:
                raise LiftedError
            data += part
        return data


def main(arguments: list[str]) -> int:
    """Run until interrupted."""
    parser = argparse.ArgumentParser(prog="scripts.virtual_passport", description=__doc__)
    parser.add_argument("--holder", choices=sorted(HOLDERS), default="张示例")
    parser.add_argument("--csca", type=Path, help="where the authority's certificate is written")
    parser.add_argument("--port", type=int, default=PORT)
    options = parser.parse_args(arguments)
    holder, state = HOLDERS[options.holder], VirtualState()
    if options.csca:
        options.csca.write_bytes(state.authority.public_bytes(Encoding.PEM))
    chip = VirtualChip(state.issue(make_groups(holder)), holder.key_text, can=_CAN)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        card = VirtualPassport(chip, port=options.port)
    except OSError as exc:
        print(f"no virtual reader on port {options.port} ({exc}): start pcscd", file=sys.stderr)
        return 1
    with card:
        print(
            f"virtual passport (simulated): number {holder.number}, born {holder.birth}, "
            f"expires {holder.expiry} (YYMMDD), access number {_CAN}",
            flush=True,
        )
        stop.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
