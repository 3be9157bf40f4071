"""A virtual ID card reader on USB: bulk pipes or HID, as a device that a kernel can attach.

    python -m scripts.virtual_usb --kind bulk|hid [--card NAME] [--control PATH] [--port 3240]

It serves the USB/IP protocol on 127.0.0.1. A Linux kernel with vhci_hcd makes a USB device of it
(`usbip attach -r 127.0.0.1 -b 1-1`, or scripts/prove_usb), which libusb and hidapi then see like
any other. The control socket takes what `virtual_sam` takes.

Source: the kernel's Documentation/usb/usbip_protocol.rst; USB 2.0 chapter 9; HID 1.11.
"""

import argparse
import contextlib
import queue
import signal
import socket
import struct
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from scripts.virtual_cards import CARDS
from scripts.virtual_module import VirtualModule, make_number
from scripts.virtual_sam import listen, serve_control

PORT = 3240
_PACKET = 64
OUT, IN = 0x02, 0x81
_TEXTS = ("EXAMPLE (simulated)", "SAM reader", "SIM0001")
_REPORT = bytes.fromhex("0600FF0901A10115002600FF7508954009018102954009019102C0")
"""A vendor's own page; 64 bytes each way, without report numbers."""
_STANDARD_GET = 0x80


@dataclass(frozen=True, slots=True)
class Setup:
    """The eight bytes that begin a control transfer."""

    kind: int
    request: int
    value: int
    index: int
    length: int


class UsbReader(VirtualModule):
    """The device: its descriptors, its control requests and its two pipes."""

    def __init__(self, kind: str, number: bytes = b"") -> None:
        super().__init__(number)
        self.is_hid = kind == "hid"
        self.vid, self.pid = (0x2B8B, 0x2721) if self.is_hid else (0x0400, 0xC35A)
        self._waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._held_out = b""

    @property
    def device_descriptor(self) -> bytes:
        return struct.pack(
            "<BBHBBBBHHHBBBB",
            18,
            1,
            0x0200,
            0,
            0,
            0,
            _PACKET,
            self.vid,
            self.pid,
            0x0063,
            1,
            2,
            3,
            1,
        )

    @property
    def configuration(self) -> bytes:
        """The configuration with its interface and both pipes, as one string of descriptors."""
        how = 3 if self.is_hid else 2  # interrupt or bulk
        interface = bytes([9, 4, 0, 0, 2, 3 if self.is_hid else 0xFF, 0, 0, 0])
        pipes = b"".join(
            struct.pack("<BBBBHB", 7, 5, address, how, _PACKET, 1) for address in (OUT, IN)
        )
        body = interface + (self._hid_descriptor if self.is_hid else b"") + pipes
        return struct.pack("<BBHBBBBB", 9, 2, 9 + len(body), 1, 1, 0, 0x80, 50) + body

    @property
    def _hid_descriptor(self) -> bytes:
        return struct.pack("<BBHBBBH", 9, 0x21, 0x0111, 0, 1, 0x22, len(_REPORT))

    def control(self, setup: Setup) -> bytes | None:
        """Answer a control request; None refuses it."""
        which, at = setup.value >> 8, setup.value & 0xFF
        if setup.request == 6 and setup.kind & _STANDARD_GET:
            found = self._described(which, at)
            return None if found is None else found[: setup.length]
        answers = {0: b"\x00\x00", 8: b"\x01", 10: b"\x00"}  # status, configuration, interface
        if setup.kind & _STANDARD_GET:
            return answers.get(setup.request, b"")[: setup.length]
        return b""  # set configuration, set idle and the like

    def _described(self, which: int, at: int) -> bytes | None:
        match which:
            case 1:
                return self.device_descriptor
            case 2:
                return self.configuration
            case 3 if at == 0:
                return bytes.fromhex("04030904")
            case 3 if at <= len(_TEXTS):
                text = _TEXTS[at - 1].encode("utf-16-le")
                return bytes([2 + len(text), 3]) + text
            case 0x21 if self.is_hid:
                return self._hid_descriptor
            case 0x22 if self.is_hid:
                return _REPORT
        return None

    def send(self, data: bytes) -> None:
        """Take what came out of the host's pipe and keep the answer's packets."""
        for reply in self.take(data):
            for start in range(0, len(reply), _PACKET):
                packet = reply[start : start + _PACKET]
                self._waiting.put(packet.ljust(_PACKET, b"\x00") if self.is_hid else packet)

    def receive(self, timeout_s: float) -> bytes:
        """Return the next packet for the host; empty when there is none in time."""
        try:
            return self._waiting.get(timeout=timeout_s) if timeout_s else self._waiting.get_nowait()
        except queue.Empty:
            return b""


class UsbIpServer:
    """Exports one device to one kernel at a time."""

    def __init__(self, reader: UsbReader, *, port: int = PORT) -> None:
        self._reader = reader
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = self._listener.getsockname()[1]

    def serve(self) -> None:
        """Answer until the listener is closed."""
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            with line, contextlib.suppress(EOFError, OSError):
                self._greet(line)

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()

    def _greet(self, line: socket.socket) -> None:
        _, command, _ = struct.unpack(">HHI", _take(line, 8))
        if command == 0x8005:
            line.sendall(struct.pack(">HHII", 0x0111, 5, 0, 1) + self._told() + self._interface())
        elif command == 0x8003:
            _take(line, 32)
            line.sendall(struct.pack(">HHI", 0x0111, 3, 0) + self._told())
            _Attached(self._reader, line).run()

    def _told(self) -> bytes:
        r = self._reader
        path, bus = b"/sys/devices/simulated/1-1".ljust(256, b"\0"), b"1-1".ljust(32, b"\0")
        numbers = struct.pack(">IIIHHHBBBBBB", 1, 2, 2, r.vid, r.pid, 0x0063, 0, 0, 0, 1, 1, 1)
        return path + bus + numbers

    def _interface(self) -> bytes:
        return bytes([3 if self._reader.is_hid else 0xFF, 0, 0, 0])


class _Attached:
    """One attachment: transfers come, and inward ones wait until there is something to give."""

    def __init__(self, reader: UsbReader, line: socket.socket) -> None:
        self._reader, self._line = reader, line
        self._asked: list[int] = []
        """Inward transfers that wait, oldest first."""

    def run(self) -> None:
        while True:
            command, number, _, way, pipe, flags, size = struct.unpack(">7I", _take(self._line, 28))
            setup = _take(self._line, 20)[12:]
            if command == 2:
                self._unlink(number, flags)
                continue
            data = _take(self._line, size) if way == 0 else b""
            if pipe == 0:
                self._control(number, setup)
            elif way == 0:
                self._reader.send(data)
                self._answer(number, 0, size)
            else:
                self._asked.append(number)
            self._give()

    def _control(self, number: int, raw: bytes) -> None:
        told = self._reader.control(Setup(*struct.unpack("<BBHHH", raw)))
        self._answer(number, -32 if told is None else 0, len(told or b""), told or b"")

    def _give(self) -> None:
        while self._asked and (packet := self._reader.receive(0)):
            self._answer(self._asked.pop(0), 0, len(packet), packet)

    def _unlink(self, number: int, given_up: int) -> None:
        # The number of the transfer that is given up stands where a submission has its flags.
        was_waiting = given_up in self._asked
        if was_waiting:
            self._asked.remove(given_up)
        status = -104 if was_waiting else 0
        self._line.sendall(struct.pack(">5Ii24x", 4, number, 0, 0, 0, status))

    def _answer(self, number: int, status: int, size: int, data: bytes = b"") -> None:
        head = struct.pack(">5IiIIIi8x", 3, number, 0, 0, 0, status, size, 0, 0, 0)
        self._line.sendall(head + data)


def _take(line: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = line.recv(size - len(data))
        if not part:
            raise EOFError
        data += part
    return data


def main(arguments: list[str]) -> int:
    """Run until interrupted."""
    parser = argparse.ArgumentParser(prog="scripts.virtual_usb", description=__doc__)
    parser.add_argument("--kind", choices=("bulk", "hid"), required=True)
    parser.add_argument("--card", choices=sorted(CARDS), help="card that lies there at the start")
    parser.add_argument("--control", type=Path, help="unix socket that takes commands")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--last", type=int, default=1, help="last part of the module's number")
    options = parser.parse_args(arguments)
    reader = UsbReader(options.kind, make_number(options.last))
    if options.card:
        reader.put(options.card)
    server = UsbIpServer(reader, port=options.port)
    threads = [threading.Thread(target=server.serve, daemon=True)]
    if options.control:
        told = (reader, listen(options.control))
        threads.append(threading.Thread(target=serve_control, args=told, daemon=True))
    for thread in threads:
        thread.start()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    print(f"virtual reader (simulated), USB/IP on 127.0.0.1:{server.port}", flush=True)
    stop.wait()
    server.close()
    if options.control:
        options.control.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
