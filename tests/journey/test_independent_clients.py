"""Other people's clients of the upload protocol against our office, over real TLS on a line that cuts.

tuspy is always tried. tus-js-client needs Node.js: `tests/independent/tus_js/run` gets it and runs
these tests with it.
"""

import io
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from pathlib import Path

import pytest
import requests
from tusclient.client import TusClient
from tusclient.uploader.uploader import Uploader

from scripts.benching.slow_line import Meter
from scripts.stand.line import BadLine
from terminal.assembly import Station
from terminal.desk.items import ItemState, OutboxItem
from tests.journey.lines import files_of
from tests.journey.premises import Premises
from tests.journey.scans import file_scan

pytestmark = pytest.mark.journey

KB = 1024
PIECE = 32 * KB
FIRST = 16 * KB
"""What our counter sends along when it begins, before it hears how much is there."""
TUS_JS = Path(__file__).parent.parent / "independent" / "tus_js" / "upload.mjs"


@dataclass(frozen=True)
class Stranger:
    """Somebody with a counter's certificate and a client that is not ours, behind a bad line."""

    premises: Premises
    station: Station
    line: BadLine

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.line.port}/api/v1/uploads"

    @property
    def cert(self) -> tuple[str, str]:
        files = files_of(self.premises)
        return str(files.certificate), str(files.key)

    def file(self, number: int, size: int) -> tuple[OutboxItem, bytes]:
        item = file_scan(self.station, number, size)
        return item, self.station.box.package(item.sequence)

    def uploader(self, package: bytes, url: str | None = None) -> Uploader:
        """Return a tuspy uploader with a checksum for every piece; it tries again at once."""
        return TusClient(self.url, client_cert=self.cert).uploader(
            file_stream=io.BytesIO(package),
            url=url,
            chunk_size=PIECE,
            metadata={"filename": "材料.bin", "sha256": sha256(package).hexdigest()},
            retries=5,
            retry_delay=0,
            upload_checksum=True,
        )

    def receipt(self, url: str | None) -> str:
        assert url
        root = str(self.premises.office.root)
        headers = {"Tus-Resumable": "1.0.0"}
        return requests.get(url, headers=headers, cert=self.cert, verify=root, timeout=20).text

    def require_known(self, item: OutboxItem, receipt: str) -> None:
        """Let our own counter deliver the same: it gets the same receipt, for its first piece."""
        meter = Meter(self.station.link)
        self.station.courier.deliver()
        kept = self.station.box.get_item(item.sequence)
        assert (kept.state, kept.statement) == (ItemState.DELIVERED, receipt)
        assert meter.sent <= FIRST
        assert self.premises.count("packages", "sha256 = ?", item.package_sha256) == 1


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return count()


@pytest.fixture
def stranger(premises: Premises, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stranger]:
    # tuspy takes its authorities from where requests looks for them.
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(premises.office.root))
    with premises.serving(), BadLine(premises.office_port) as line:
        url = f"https://127.0.0.1:{line.port}"
        with premises.station(office_url=url) as station:
            yield Stranger(premises, station, line)


def test_tuspy_goes_on_after_cuts(stranger: Stranger, numbers: Iterator[int]) -> None:
    item, package = stranger.file(next(numbers), 200 * KB)
    stranger.line.cuts += [70_000, 150_001]
    uploader = stranger.uploader(package)

    uploader.upload()

    assert stranger.line.broken == 2
    stranger.require_known(item, stranger.receipt(uploader.url))


def test_one_begins_and_another_ends(stranger: Stranger, numbers: Iterator[int]) -> None:
    """tuspy begins, a second one that knows the address alone goes on, our counter ends it."""
    item, package = stranger.file(next(numbers), 200 * KB)
    first = stranger.uploader(package)
    first.upload(stop_at=PIECE)
    second = stranger.uploader(package, first.url)
    begun_at = second.offset
    second.upload(stop_at=3 * PIECE)
    meter = Meter(stranger.station.link)

    stranger.station.courier.deliver()

    assert begun_at == PIECE
    assert stranger.station.box.get_item(item.sequence).state is ItemState.DELIVERED
    assert meter.sent <= len(package) - 3 * PIECE + FIRST


def test_tus_js_client_goes_on_after_cuts_and_a_new_start(
    stranger: Stranger, numbers: Iterator[int], tus_js: Path, tmp_path: Path
) -> None:
    """It is stopped in the middle, started again, and finds what it began by its own notes."""
    item, package = stranger.file(next(numbers), 200 * KB)
    file = tmp_path / "package.bin"
    file.write_bytes(package)

    def run(*more: str) -> str:
        certificate, key = stranger.cert
        given = [stranger.url, str(file), sha256(package).hexdigest(), str(PIECE)]
        keys = [certificate, key, str(stranger.premises.office.root)]
        command = ["node", str(TUS_JS), str(tus_js), str(tmp_path / "notes.json"), *given, *keys]
        done = subprocess.run(
            [*command, *more], check=False, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    began = run("--stop-at", str(2 * PIECE))
    stranger.line.cuts.append(stranger.line.up.carried + 40_000)
    told = run()

    assert began == f"stopped {2 * PIECE}"
    assert told.startswith(f"resumed {2 * PIECE} ")
    assert stranger.line.broken == 1
    stranger.require_known(item, stranger.receipt(told.split()[-1]))


@pytest.fixture
def tus_js(request: pytest.FixtureRequest) -> Path:
    folder = request.config.getoption("--tus-js")
    if not folder:
        pytest.skip("needs Node.js and tus-js-client: tests/independent/tus_js/run")
    return Path(folder)
