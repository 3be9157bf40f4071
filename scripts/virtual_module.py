"""The security module of a virtual ID card reader: what it answers to each command, byte for byte.

How its frames travel is the business of whoever carries them: `virtual_sam` over a serial line,
`virtual_usb` over USB. Its number begins with 99.99-, which no manufacturer has, so whatever is
read from it is marked as simulated.
"""

import threading
import time
from collections import deque
from collections.abc import Iterator
from functools import reduce
from operator import xor

from scripts.virtual_cards import CARDS, VirtualCard

PREAMBLE = bytes.fromhex("AAAAAA9669")
_OK = b"\x00\x00\x90"


def make_number(last: int = 1) -> bytes:
    """Return a virtual module's number: 1 reads 99.99-20260101-0000123456-0000000001."""
    parts = ((99, 2), (99, 2), (20260101, 4), (123456, 4), (last, 4))
    return b"".join(n.to_bytes(size, "little") for n, size in parts)


class VirtualModule:
    """A module, the card that lies on it, and the faults it is to show."""

    def __init__(self, number: bytes = b"") -> None:
        self.number = number or make_number()
        self.commands: list[str] = []
        """What was asked, oldest first: "3001"."""
        self._card: VirtualCard | None = None
        self._state = "idle"
        self._lock = threading.Lock()
        self._held = b""
        self.clear()

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

    def take(self, data: bytes) -> Iterator[bytes]:
        """Take what the line brought, and yield each answer that goes back."""
        self._held += data
        while (start := self._held.find(PREAMBLE)) >= 0 and len(self._held) >= start + 7:
            end = start + 7 + int.from_bytes(self._held[start + 5 : start + 7], "big")
            if len(self._held) < end:
                return
            counted, self._held = self._held[start + 5 : end], self._held[end:]
            reply = self._framed(self._answer(counted))
            if not self.is_silent:
                yield reply

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
                return _OK + self.number
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

    def _framed(self, body: bytes) -> bytes:
        counted = (len(body) + 1).to_bytes(2, "big") + body
        check = reduce(xor, counted)
        if self.corrupt_answers:
            self.corrupt_answers -= 1
            check ^= 1
        time.sleep(self.delay_s)
        return self.noise + PREAMBLE[self.loses_first_byte :] + counted + bytes([check])


def obey(sam: VirtualModule, line: str) -> str:
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
