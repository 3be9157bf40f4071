"""Network scanners that speak eSCL (AirScan): XML over HTTP, one document for each page.

Source: Mopria Alliance, eSCL Technical Specification 2.97; PWG 5108.02 for the names.
"""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter

from terminal.desk.scanners import (
    PaperSource,
    ScannedFile,
    ScannerInfo,
    ScanRun,
    ScanSettings,
)
from terminal.drivers.escl_words import (
    Capabilities,
    Status,
    read_capabilities,
    read_status,
    write_settings,
)
from terminal.scanner_errors import (
    FeederEmptyError,
    PaperJamError,
    ScannerBusyError,
    ScannerFaultError,
    ScannerGoneError,
    ScannerOpenError,
    ScannerProtocolError,
)

SIMULATED_PREFIX: Final = "SIMULATED-"
"""Of the serial number of scanners that are programs."""
_LARGEST_XML: Final = 256 * 1024
_LARGEST_PAGE: Final = 64 * 1024 * 1024
_ANSWER_S: Final = (4.0, 20.0)
"""To connect, and for the next bytes."""
_SHEET_S: Final = (4.0, 90.0)
"""The same for a page: a cold lamp warms up before the first byte comes."""
_PAGE_S: Final = 120.0
"""A page at 600 dots an inch over a slow scanner."""
_REST_S: Final = 0.5
_TYPES: Final = {"image/jpeg": "jpg", "application/pdf": "pdf", "image/png": "png"}
_TROUBLES: Final = {
    "ScannerAdfEmpty": FeederEmptyError,
    "ScannerAdfJam": PaperJamError,
    "ScannerAdfMispick": PaperJamError,
    "ScannerAdfMultipickDetected": PaperJamError,
    "ScannerAdfDuplexPageTooShort": PaperJamError,
    "ScannerAdfDuplexPageTooLong": PaperJamError,
    "ScannerAdfHatchOpen": ScannerOpenError,
    "ScannerAdfDoorOpen": ScannerOpenError,
    "ScannerAdfInputTrayFailed": ScannerFaultError,
    "ScannerAdfInputTrayOverloaded": ScannerFaultError,
}


class _PinnedAdapter(HTTPAdapter):
    """Takes the one certificate that has a fingerprint; a scanner's own is signed by nobody."""

    def __init__(self, fingerprint: str) -> None:
        self._fingerprint = fingerprint
        super().__init__()

    def init_poolmanager(self, *args: object, **options: object) -> None:
        super().init_poolmanager(*args, assert_fingerprint=self._fingerprint, **options)  # type: ignore[arg-type]  # a table


@dataclass(slots=True)
class ESCLScanner:
    """A `terminal.desk.scanners.Scanner` at an address such as http://10.0.0.5/eSCL."""

    url: str
    fingerprint: str = ""
    """SHA-256 of the scanner's certificate; empty for plain HTTP."""
    sleep: Callable[[float], None] = time.sleep
    _session: requests.Session = field(default_factory=requests.Session)
    _known: Capabilities | None = None

    def __post_init__(self) -> None:
        # Proxies and certificate files of the environment have no say on the way to a scanner.
        self._session.trust_env = False
        if self.fingerprint:
            self._session.verify = False
            self._session.mount("https://", _PinnedAdapter(self.fingerprint))

    def info(self) -> ScannerInfo:
        """Ask what it can do. Raises: ScannerGoneError, ScannerProtocolError."""
        known = self._capabilities()
        return ScannerInfo(
            name=known.model,
            sources=tuple(known.inputs),
            tones=known.tones,
            dpi=known.dpi,
            is_simulated=known.serial.startswith(SIMULATED_PREFIX),
        )

    def probe(self) -> bool:
        """Say whether paper lies in the feeder. Raises: ScannerError."""
        status = self.status()
        _require_idle(status)
        if status.feeder not in {"", "ScannerAdfEmpty"}:
            _require_paper(status)
        return status.feeder == "ScannerAdfLoaded"

    def start(self, settings: ScanSettings) -> ScanRun:
        """Begin a run. Raises: ScannerError."""
        known, status = self._capabilities(), self.status()
        _require_idle(status)
        if settings.source is not PaperSource.GLASS:
            _require_paper(status)
        answer = self.ask("POST", "ScanJobs", data=write_settings(settings, known))
        if answer.status_code == requests.codes.service_unavailable:
            raise ScannerBusyError("503")
        if answer.status_code == requests.codes.conflict:
            _require_paper(self.status())
            raise ScannerBusyError("409")
        place = answer.headers.get("Location", "")
        if answer.status_code != requests.codes.created or not place:
            raise ScannerProtocolError(f"ScanJobs: {answer.status_code}")
        # Only the path: a job that lies on another machine is none of this scanner's.
        return _Run(self, urlsplit(place).path.rstrip("/"), settings.source, sleep=self.sleep)

    def status(self) -> Status:
        """Ask how it is. Raises: ScannerGoneError, ScannerProtocolError."""
        return read_status(self._xml("ScannerStatus"))

    def ask(
        self,
        method: str,
        path: str,
        timeout: tuple[float, float] = _ANSWER_S,
        **options: object,
    ) -> requests.Response:
        """Ask one thing beneath the scanner's address; nothing is followed elsewhere."""
        url = urljoin(f"{self.url.rstrip('/')}/", path)
        try:
            return self._session.request(
                method,
                url,
                timeout=timeout,
                allow_redirects=False,
                headers={"Content-Type": "text/xml", "Accept-Encoding": "identity"},
                **options,  # type: ignore[arg-type]  # a table of keyword arguments
            )
        except requests.RequestException as exc:
            raise ScannerGoneError(type(exc).__name__) from exc

    def _capabilities(self) -> Capabilities:
        if self._known is None:
            self._known = read_capabilities(self._xml("ScannerCapabilities"))
        return self._known

    def _xml(self, path: str) -> bytes:
        answer = self.ask("GET", path, stream=True)
        with closing(answer):
            if answer.status_code == requests.codes.service_unavailable:
                raise ScannerBusyError("503")
            if answer.status_code != requests.codes.ok:
                raise ScannerProtocolError(f"{path}: {answer.status_code}")
            return read_bytes(answer, _LARGEST_XML)


def read_bytes(answer: requests.Response, most: int) -> bytes:
    """Return an answer's body. Raises: ScannerGoneError when it is cut, ScannerProtocolError."""
    data = bytearray()
    try:
        for block in answer.iter_content(64 * 1024):
            data += block
            if len(data) > most:
                raise ScannerProtocolError("more than any page has")
    except requests.RequestException as exc:
        raise ScannerGoneError("in the middle of a page") from exc
    announced = answer.headers.get("Content-Length", "")
    if announced.isdigit() and int(announced) != len(data):
        raise ScannerGoneError("in the middle of a page")
    return bytes(data)


def _require_idle(status: Status) -> None:
    if status.state == "Processing":
        raise ScannerBusyError(status.state)
    if status.state != "Idle":
        raise ScannerFaultError(status.state)


def _require_paper(status: Status) -> None:
    trouble = _TROUBLES.get(status.feeder)
    if trouble:
        raise trouble(status.feeder)


@dataclass(slots=True)
class _Run:
    """A `terminal.desk.scanners.ScanRun`: one job of the scanner."""

    scanner: ESCLScanner
    path: str
    source: PaperSource
    sleep: Callable[[float], None]
    count: int = 0

    def next_file(self) -> ScannedFile | None:
        """Wait for the next page. Raises: ScannerError."""
        waited = 0.0
        while waited < _PAGE_S:
            page = f"{self.path}/NextDocument"
            answer = self.scanner.ask("GET", page, timeout=_SHEET_S, stream=True)
            with closing(answer):
                if answer.status_code == requests.codes.ok:
                    return self._file(answer)
                if answer.status_code in {requests.codes.not_found, requests.codes.gone}:
                    self._require_good_end()
                    return None
                if answer.status_code != requests.codes.service_unavailable:
                    raise ScannerProtocolError(f"NextDocument: {answer.status_code}")
            # The page is not ready: sheets take a second or two each.
            self.sleep(_REST_S)
            waited += _REST_S
        raise ScannerGoneError("no page for two minutes")

    def cancel(self) -> None:
        """End the job; a scanner that is gone has ended it already."""
        try:
            self.scanner.ask("DELETE", self.path)
        except ScannerGoneError:
            return

    def _file(self, answer: requests.Response) -> ScannedFile:
        kind = _TYPES.get(answer.headers.get("Content-Type", "").partition(";")[0].strip())
        if kind is None:
            raise ScannerProtocolError("a page of an unknown kind")
        data = read_bytes(answer, _LARGEST_PAGE)
        self.count += 1
        return ScannedFile(name=f"scan-{self.count:03d}.{kind}", data=data)

    def _require_good_end(self) -> None:
        """Say what ended the run, if it was not that the last sheet was through."""
        status = self.scanner.status()
        reasons = status.jobs.get(self.path, ())
        if self.source is not PaperSource.GLASS and status.feeder != "ScannerAdfEmpty":
            _require_paper(status)
        if "JobCanceledByUser" in reasons or "JobCanceledAtDevice" in reasons:
            raise ScannerFaultError("cancelled at the scanner")
        if "AbortedBySystem" in reasons or status.state not in {"Idle", "Processing"}:
            raise ScannerFaultError(status.state)
        if self.count == 0:
            raise FeederEmptyError("no page came")
