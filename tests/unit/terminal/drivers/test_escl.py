"""A network scanner: pages come one by one, and each trouble says what to do."""

import json
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from scripts.stand.processes import Server, wait_until
from scripts.virtual_escl import capabilities, status
from scripts.virtual_scanner import RunningScanner, obey
from terminal.desk.scanners import PaperSource, ScanSettings, Tone
from terminal.drivers.escl import ESCLScanner
from terminal.drivers.escl_words import read_capabilities, read_status, write_settings
from terminal.drivers.scanner import ScannerShelf, open_scanner, open_shelf
from terminal.errors import MisconfiguredError
from terminal.scanner_errors import (
    FeederEmptyError,
    PaperJamError,
    ScannerBusyError,
    ScannerError,
    ScannerFaultError,
    ScannerGoneError,
    ScannerOpenError,
    ScannerProtocolError,
)

FEEDER: Final = ScanSettings(source=PaperSource.FEEDER, dpi=100)
GLASS: Final = ScanSettings(source=PaperSource.GLASS, dpi=100)


@pytest.fixture
def running() -> Iterator[RunningScanner]:
    with RunningScanner() as made:
        yield made


@pytest.fixture
def scanner(running: RunningScanner) -> ESCLScanner:
    return ESCLScanner(running.url, sleep=lambda _s: None)


def say(running: RunningScanner, *lines: str) -> None:
    for line in lines:
        assert obey(running.scanner, line).startswith("ok")


def scan_all(scanner: ESCLScanner, settings: ScanSettings = FEEDER) -> list[str]:
    run = scanner.start(settings)
    return [file.name for file in iter(run.next_file, None)]


def test_a_scanner_says_what_it_can_do(scanner: ESCLScanner) -> None:
    info = scanner.info()

    assert info.name == "Virtual eSCL Scanner"
    assert info.sources == (PaperSource.GLASS, PaperSource.FEEDER, PaperSource.FEEDER_BOTH)
    assert info.tones == (Tone.COLOUR, Tone.GREY, Tone.BLACK)
    assert info.dpi == (100, 150, 200, 300, 600)
    assert info.is_simulated


def test_sheets_of_the_feeder_come_in_order_until_it_is_empty(
    running: RunningScanner, scanner: ESCLScanner
) -> None:
    say(running, "load contract sealed form")

    assert scanner.probe()
    assert scan_all(scanner) == ["scan-001.jpg", "scan-002.jpg", "scan-003.jpg"]
    assert not scanner.probe()


def test_both_sides_are_scanned_when_asked(running: RunningScanner, scanner: ESCLScanner) -> None:
    say(running, "load contract sealed")
    both = ScanSettings(source=PaperSource.FEEDER_BOTH, dpi=100)

    assert len(scan_all(scanner, both)) == 4


def test_the_glass_gives_one_page(running: RunningScanner, scanner: ESCLScanner) -> None:
    assert scan_all(scanner, GLASS) == ["scan-001.jpg"]


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        ([], FeederEmptyError),
        (["load contract", "fault open"], ScannerOpenError),
        (["load contract", "fault down"], ScannerFaultError),
        (["load contract", "fault busy 1"], ScannerBusyError),
    ],
    ids=["empty", "open", "down", "busy"],
)
def test_nothing_is_scanned_while_something_is_wrong(
    running: RunningScanner, scanner: ESCLScanner, lines: list[str], error: type[ScannerError]
) -> None:
    say(running, *lines)

    with pytest.raises(error):
        scanner.start(FEEDER)


@pytest.mark.parametrize(
    ("fault", "error"),
    [("jam", PaperJamError), ("pick", PaperJamError)],
)
def test_a_jam_ends_the_run_and_the_pages_before_it_are_good(
    running: RunningScanner, scanner: ESCLScanner, fault: str, error: type[ScannerError]
) -> None:
    say(running, "load contract contract contract", f"fault {fault} 2")
    run = scanner.start(FEEDER)

    assert run.next_file() is not None
    assert run.next_file() is not None
    with pytest.raises(error):
        run.next_file()


def test_after_a_jam_the_rest_is_scanned(running: RunningScanner, scanner: ESCLScanner) -> None:
    say(running, "load contract contract", "fault jam 1")
    run = scanner.start(FEEDER)
    run.next_file()
    with pytest.raises(PaperJamError):
        run.next_file()

    say(running, "clear")

    assert len(scan_all(scanner)) == 1


def test_a_page_that_is_not_ready_is_waited_for(
    running: RunningScanner, scanner: ESCLScanner
) -> None:
    run = None
    say(running, "load contract")
    run = scanner.start(FEEDER)
    say(running, "fault busy 3")

    assert run.next_file() is not None


def test_a_page_that_breaks_off_is_no_page(running: RunningScanner, scanner: ESCLScanner) -> None:
    say(running, "load contract contract", "fault cut")
    run = scanner.start(FEEDER)

    with pytest.raises(ScannerGoneError):
        run.next_file()


def test_a_second_run_waits_for_the_first(running: RunningScanner, scanner: ESCLScanner) -> None:
    say(running, "load contract contract")
    run = scanner.start(FEEDER)

    with pytest.raises(ScannerBusyError):
        scanner.start(FEEDER)
    run.cancel()
    assert len(scan_all(scanner)) == 2


def test_a_scanner_that_is_switched_off_is_gone(running: RunningScanner) -> None:
    with RunningScanner() as other:
        url = other.url

    with pytest.raises(ScannerGoneError):
        ESCLScanner(url).info()


# --- what no scanner should say


class _Answers(BaseHTTPRequestHandler):
    """Gives one answer to everything."""

    code, body, place = 200, b"", ""

    def do_GET(self) -> None:
        self.send_response(self.code)
        self.send_header("Content-Length", str(len(self.body)))
        self.send_header("Location", self.place)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def stranger() -> Iterator[Callable[[int, bytes], ESCLScanner]]:
    servers: list[ThreadingHTTPServer] = []

    def answering(code: int, body: bytes) -> ESCLScanner:
        handler = type("Handler", (_Answers,), {"code": code, "body": body, "place": "http://h/"})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return ESCLScanner(f"http://127.0.0.1:{server.server_address[1]}/eSCL")

    yield answering
    for server in servers:
        server.shutdown()
        server.server_close()


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]>'
    b"<ScannerCapabilities>&c;</ScannerCapabilities>"
)
CANARY = (
    b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><ScannerCapabilities>&x;'
    b"</ScannerCapabilities>"
)


@pytest.mark.parametrize(
    ("code", "body"),
    [
        (200, b"<html>router</html>"),
        (200, b"no XML"),
        (200, b""),
        (200, BOMB),
        (200, CANARY),
        (200, b"<ScannerCapabilities/>"),
        (200, capabilities().replace("2550", "a lot").encode()),
        (200, b"<a>" + b" " * 300_000 + b"</a>"),
        (302, b""),
        (404, b""),
        (500, b""),
    ],
    ids=[
        "a router", "text", "nothing", "laughter", "a file", "empty", "no number", "endless",
        "elsewhere", "not there", "broken",
    ],
)  # fmt: skip
def test_what_is_no_scanner_is_told_from_one(
    stranger: Callable[[int, bytes], ESCLScanner], code: int, body: bytes
) -> None:
    with pytest.raises(ScannerProtocolError):
        stranger(code, body).info()


def test_names_are_read_in_either_namespace() -> None:
    swapped = capabilities().replace("<scan:MaxWidth>", "<pwg:MaxWidth>")
    swapped = swapped.replace("</scan:MaxWidth>", "</pwg:MaxWidth>")

    assert read_capabilities(swapped.encode()).inputs[PaperSource.GLASS].width == 2550


def test_a_range_of_resolutions_gives_the_usual_ones() -> None:
    text = capabilities()
    start, end = (
        text.index("<scan:DiscreteResolutions>"),
        text.index("</scan:SupportedResolutions>"),
    )
    ranged = "<scan:ResolutionRange><scan:XResolutionRange><scan:Min>75</scan:Min>"
    ranged += "<scan:Max>400</scan:Max></scan:XResolutionRange></scan:ResolutionRange>"
    one = text[:start] + ranged + text[end : text.index("</scan:PlatenInputCaps>")]
    one += "</scan:PlatenInputCaps></scan:Platen></scan:ScannerCapabilities>"

    assert read_capabilities(one.encode()).dpi == (100, 150, 200, 300, 400)


def test_settings_ask_for_a_sheet_of_a4_and_the_nearest_resolution() -> None:
    known = read_capabilities(capabilities().encode())
    xml = write_settings(ScanSettings(source=PaperSource.FEEDER_BOTH, dpi=240), known).decode()

    for part in (
        "<pwg:Width>2480</pwg:Width>",
        "<pwg:Height>3508</pwg:Height>",
        "<pwg:InputSource>Feeder</pwg:InputSource>",
        "<scan:XResolution>200</scan:XResolution>",
        "<scan:Duplex>true</scan:Duplex>",
        "<pwg:ContentRegionUnits>escl:ThreeHundredthsOfInches</pwg:ContentRegionUnits>",
    ):
        assert part in xml


def test_a_status_without_a_feeder_is_read() -> None:
    xml = status("Idle", "", ()).replace("<scan:AdfState></scan:AdfState>", "")

    assert read_status(xml.encode()).feeder == ""


# --- which scanners there are


@pytest.mark.parametrize(
    "spec",
    [
        "escl:",
        "escl:10.0.0.5",
        "escl:ftp://10.0.0.5/eSCL",
        "twain:x",
        "escl:http://10.0.0.5/eSCL?colour=red",
        "escl:https://10.0.0.5/eSCL?fingerprint=12",
    ],
)
def test_a_scanner_that_cannot_be_is_told_by_name(spec: str) -> None:
    with pytest.raises(MisconfiguredError, match="scanner"):
        open_scanner(spec)


def test_scanners_are_found_by_what_they_announce(tmp_path: Path) -> None:
    """In processes of their own: multicast is no business of a test's, not even on loopback."""
    log = tmp_path / "scanner.log"
    server = Server("scripts.virtual_scanner", "--announce", log=log)
    try:
        wait_until(lambda: "simulated" in log.read_text(), what="the scanner", servers=(server,))
        looked = subprocess.run(
            [sys.executable, "-c", _LOOK], capture_output=True, text=True, check=True
        )
    finally:
        server.end()
    (found,) = json.loads(looked.stdout).items()

    assert found[0] == "Virtual eSCL Scanner (127.0.0.1)"
    assert log.read_text().split()[-1] == found[1]


_LOOK: Final = """
import json
from terminal.drivers.discovery import find_scanners
found = {}
for _ in range(20):  # A busy machine answers too late for one short look.
    found = found or dict(find_scanners(listen_s=1.5, interfaces=["127.0.0.1"]))
print(json.dumps(found))
"""


def test_found_scanners_come_and_go_and_named_ones_stay() -> None:
    here = [{"B (10.0.0.9)": "http://10.0.0.9/eSCL"}, {}]
    shelf = ScannerShelf({"a": ESCLScanner("http://10.0.0.5/eSCL")}, True, lambda: here.pop(0))

    shelf.look_around()
    assert set(shelf.known()) == {"a", "B (10.0.0.9)"}
    shelf.look_around()
    assert set(shelf.known()) == {"a"}


def test_nobody_looks_around_unless_the_settings_say_so() -> None:
    shelf = open_shelf(("escl:http://10.0.0.5/eSCL",))
    shelf.find = lambda: {"b": "http://10.0.0.9/eSCL"}
    shelf.look_around()

    assert set(shelf.known()) == {"escl:http://10.0.0.5/eSCL"}
    assert open_shelf(("escl:auto",)).does_look


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Give a scanner behind TLS, with a certificate that nobody signed, and its fingerprint."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "scanner")])
    made = x509.CertificateBuilder(
        name,
        name,
        key.public_key(),
        1,
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2046, 1, 1, tzinfo=UTC),
    ).sign(key, hashes.SHA256())
    path = tmp_path / "scanner.pem"
    no = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, no)
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    body = capabilities().encode()
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), type("Handler", (_Answers,), {"code": 200, "body": body})
    )
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"https://127.0.0.1:{server.server_address[1]}/eSCL"
    yield url, made.fingerprint(hashes.SHA256()).hex()
    server.shutdown()
    server.server_close()


def test_only_the_pinned_certificate_is_taken(guarded: tuple[str, str]) -> None:
    url, fingerprint = guarded

    assert open_scanner(f"escl:{url}?fingerprint={fingerprint}").info().is_simulated
    for other in (f"?fingerprint={'ab' * 32}", ""):
        with pytest.raises(ScannerGoneError):
            open_scanner(f"escl:{url}{other}").info()
