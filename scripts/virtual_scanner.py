"""A virtual network scanner: speaks eSCL over HTTP, with a feeder, a glass and their troubles.

    python -m scripts.virtual_scanner [--port N] [--sheets N] [--announce] [--control PATH]

Its serial number begins with SIMULATED-, which no maker uses, so whatever it scans is marked as
simulated. The sheets are made-up contracts, statements and forms, with the grain and the slant of
a real scan. The control socket takes one line a connection and answers with one: `load KIND...`
(contract, sealed, statement, form, blank), `empty`, `glass KIND`, `fault jam N`, `fault pick N`
(after N pages), `fault open`, `fault busy N` (for N requests), `fault down`, `fault cut` (the next
page breaks off), `fault garble`, `fault slow SECONDS`, `clear`, `state`.
"""

import argparse
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final, Self

from scripts.virtual_escl import KINDS, MODEL, Job, capabilities, read_job, scan, status
from scripts.virtual_sam import listen

_KEPT_JOBS: Final = 8
_FAULTS: Final = {
    "jam": "jam_after",
    "pick": "pick_after",
    "busy": "busy",
    "slow": "slow_s",
    "open": "is_open",
    "down": "is_down",
    "cut": "is_cut",
    "garble": "is_garbled",
}


class VirtualScanner:
    """The device behind the HTTP; a lock keeps its parts in step."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.feeder: list[str] = []
        self.glass = "contract"
        self.jobs: dict[int, Job] = {}
        self.requests: list[str] = []
        self._sheet = 0
        self._last_job = 0
        self.clear()

    def clear(self) -> None:
        """Put every trouble right."""
        self.jam_after = self.pick_after = -1.0
        self.is_open = self.is_down = self.is_cut = self.is_garbled = False
        self.trouble = ""
        self.busy = 0.0
        self.slow_s = 0.0

    @property
    def feeder_state(self) -> str:
        if self.is_open:
            return "ScannerAdfHatchOpen"
        return self.trouble or ("ScannerAdfLoaded" if self.feeder else "ScannerAdfEmpty")

    @property
    def running(self) -> Job | None:
        return next((job for job in self.jobs.values() if job.state == "Processing"), None)

    @property
    def state(self) -> str:
        if self.is_down:
            return "Stopped"
        return "Processing" if self.running else "Idle"

    def start(self, job: Job) -> None:
        """Begin a job; older ones are forgotten."""
        self._last_job += 1
        job.number = self._last_job
        self.jobs[job.number] = job
        for number in list(self.jobs)[:-_KEPT_JOBS]:
            del self.jobs[number]

    def next_page(self, job: Job) -> bytes | None:
        """Draw the next side in; None at the end, for whatever reason."""
        if job.state != "Processing":
            return None
        if job.is_feeder:
            if job.done == self.jam_after:
                return self._end(job, "Aborted", "AbortedBySystem", "ScannerAdfJam")
            if job.done == self.pick_after:
                return self._end(job, "Aborted", "AbortedBySystem", "ScannerAdfMultipickDetected")
            is_back = job.is_duplex and job.done % 2 == 1
            if not is_back and not self.feeder:
                return self._end(job, "Completed", "JobCompletedSuccessfully")
            kind = "blank" if is_back else self.feeder.pop(0)
            self._sheet += 0 if is_back else 1
        else:
            if job.done:
                return self._end(job, "Completed", "JobCompletedSuccessfully")
            kind = self.glass
        job.done += 1
        return scan(kind, self._sheet, job.dpi, job.mode)

    def _end(self, job: Job, state: str, reason: str, trouble: str = "") -> bytes | None:
        job.state, job.reason = state, reason
        if trouble:
            self.trouble = trouble
        return None


def obey(scanner: VirtualScanner, line: str) -> str:
    """Carry out one line of the control socket and return the answer."""
    with scanner.lock:
        match line.split():
            case ["load", *kinds] if kinds and set(kinds) <= set(KINDS):
                scanner.feeder += kinds
            case ["empty"]:
                scanner.feeder.clear()
            case ["glass", kind] if kind in KINDS:
                scanner.glass = kind
            case ["clear"]:
                scanner.clear()
            case ["state"]:
                return f"ok {scanner.state} {scanner.feeder_state} {len(scanner.feeder)}"
            case ["fault", what, *numbers] if what in _FAULTS:
                value = float(numbers[0]) if numbers else True
                setattr(scanner, _FAULTS[what], value)
            case _:
                return "error unknown line"
    return "ok"


def serve_control(scanner: VirtualScanner, listener: socket.socket) -> None:
    """Answer the control socket until it is closed; one line a connection."""
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        with client, client.makefile("rw", encoding="utf-8") as lines:
            lines.write(obey(scanner, lines.readline()) + "\n")


class _Handler(BaseHTTPRequestHandler):
    """One request to the scanner."""

    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_GET(self) -> None:
        scanner, path = self.server.scanner, self.path
        with scanner.lock:
            scanner.requests.append(f"GET {path}")
        if path == "/eSCL/ScannerCapabilities":
            return self._xml(capabilities())
        if path == "/eSCL/ScannerStatus":
            return self._xml(
                status(scanner.state, scanner.feeder_state, list(scanner.jobs.values())[::-1])
            )
        job = self._job("/NextDocument")
        return self._page(job) if job else self._empty(404)

    def do_POST(self) -> None:
        scanner = self.server.scanner
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        job = read_job(body)
        with scanner.lock:
            scanner.requests.append(f"POST {self.path}")
            if self.path != "/eSCL/ScanJobs":
                return self._empty(404)
            if scanner.busy > 0 or scanner.running or scanner.is_down:
                scanner.busy -= 1
                return self._empty(503)
            if job is None:
                return self._empty(409)
            if job.is_feeder and scanner.feeder_state != "ScannerAdfLoaded":
                return self._empty(409)
            scanner.start(job)
        place = f"http://{self.headers['Host']}{job.path}"
        return self._empty(201, Location=place)

    def do_DELETE(self) -> None:
        scanner = self.server.scanner
        job = self._job("")
        if job is None:
            return self._empty(404)
        with scanner.lock:
            scanner.requests.append(f"DELETE {self.path}")
            if job.state == "Processing":
                job.state, job.reason = "Canceled", "JobCanceledByUser"
        return self._empty(200)

    def _job(self, tail: str) -> Job | None:
        scanner = self.server.scanner
        with scanner.lock:
            found = (job for job in scanner.jobs.values() if self.path == f"{job.path}{tail}")
            return next(found, None)

    def _page(self, job: Job) -> None:
        scanner = self.server.scanner
        time.sleep(scanner.slow_s)
        with scanner.lock:
            if scanner.busy > 0:
                scanner.busy -= 1
                return self._empty(503)
            data = scanner.next_page(job)
            is_cut, scanner.is_cut = scanner.is_cut, False
            is_garbled, scanner.is_garbled = scanner.is_garbled, False
        if data is None:
            return self._empty(404)
        sent = data[: len(data) // 2] if is_cut else data
        if is_garbled:
            sent = data[:400] + bytes(len(data) - 400)
        self.send_response(200)
        self.send_header("Content-Type", "image/jpeg")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        with suppress(ConnectionError):  # Whoever asked has gone; the sheet is through.
            self.wfile.write(sent)
        if is_cut:
            self.close_connection = True
        return None

    def _xml(self, text: str) -> None:
        data = f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _empty(self, code: int, **headers: str) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing: the control socket tells."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    scanner: VirtualScanner


class RunningScanner:
    """A virtual scanner that answers on a port. Use it as a context manager."""

    def __init__(self, port: int = 0) -> None:
        self.scanner = VirtualScanner()
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.scanner = self.scanner
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/eSCL"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def announce(port: int) -> object:
    """Announce the scanner by mDNS, on this machine alone; close what is returned to end it."""
    from zeroconf import ServiceInfo, Zeroconf  # an extra that only this needs

    told = Zeroconf(interfaces=["127.0.0.1"])
    told.register_service(
        ServiceInfo(
            "_uscan._tcp.local.",
            f"{MODEL} {port}._uscan._tcp.local.",
            port=port,
            addresses=[b"\x7f\x00\x00\x01"],
            properties={"rs": "eSCL", "ty": MODEL, "is": "platen,adf", "duplex": "T"},
        )
    )
    return told


def main(arguments: list[str]) -> int:
    """Run until interrupted."""
    parser = argparse.ArgumentParser(prog="scripts.virtual_scanner", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; any free one")
    parser.add_argument("--sheets", type=int, default=0, help="sheets in the feeder at the start")
    parser.add_argument("--announce", action="store_true", help="announce it by mDNS")
    parser.add_argument("--control", type=Path, help="unix socket that takes commands")
    options = parser.parse_args(arguments)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with RunningScanner(options.port) as running:
        sheets = [*["contract"] * max(options.sheets - 1, 0), "sealed"][-options.sheets :]
        running.scanner.feeder += sheets if options.sheets else []
        if options.control:
            listener = listen(options.control)
            threading.Thread(
                target=serve_control, args=(running.scanner, listener), daemon=True
            ).start()
        if options.announce:
            announce(running.port)
        print(f"virtual scanner (simulated) at {running.url}", flush=True)
        stop.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
