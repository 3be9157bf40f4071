"""Packages in pieces: tus 1.0.0 against the real use cases, the real store, real packages."""

import base64
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backend.office.uploads import KEPT, MOST
from backend.web import create_app
from backend.web.callers import PEER_CERTIFICATE
from tests.factories import make_application
from tests.journey.office import Branch, OfficeStand

pytestmark = pytest.mark.journey

BASE = "https://localhost"
PATH = "/api/v1/uploads"
TUS = {"Tus-Resumable": "1.0.0"}
TYPE = {"Content-Type": "application/offset+octet-stream"}
PREFER = {"Prefer": "return=representation"}


@dataclass
class Door:
    """The office's front door, and two counters before it."""

    stand: OfficeStand
    branch: Branch
    other: Branch
    client: FlaskClient
    sequence: int = 0

    def seal(self) -> bytes:
        self.sequence += 1
        return self.stand.seal(self.branch, make_application(), sequence=self.sequence)

    def ask(self, method: str, path: str, data: bytes = b"", **headers: str) -> TestResponse:
        peer = headers.pop("peer", "here").encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(
            path,
            method=method,
            base_url=BASE,
            data=data,
            headers={**TUS, **named},
            environ_overrides={PEER_CERTIFICATE: peer},
        )

    def create(self, package: bytes, data: bytes = b"", **headers: str) -> TestResponse:
        told = {"Upload_Length": str(len(package)), "Upload_Metadata": metadata(package)}
        told |= TYPE if data else {}
        return self.ask("POST", PATH, data, **(told | headers))

    def patch(self, package: bytes, begin: int, end: int, **headers: str) -> TestResponse:
        told = {**TYPE, "Upload_Offset": str(begin)}
        return self.ask("PATCH", at(package), package[begin:end], **(told | headers))

    def offset(self, package: bytes) -> int:
        return int(self.ask("HEAD", at(package)).headers["Upload-Offset"])

    def receipt(self, package: bytes) -> str:
        """Return the receipt that the whole package gets when it is posted."""
        return self.stand.receive(self.branch, package)

    def known_to(self, branch: Branch, peer: bytes) -> None:
        """Let a certificate of this text stand for a counter."""
        with self.stand.wall.works() as work:
            fingerprint = hashlib.sha256(peer).hexdigest()
            row = work.terminals.get(branch.row.terminal)
            work.terminals.save(replace(row, tls_fingerprint=fingerprint))
            work.commit()


def metadata(package: bytes) -> str:
    digest = hashlib.sha256(package).hexdigest().encode()
    name = base64.b64encode("材料.bin".encode()).decode()
    return f"filename {name},sha256 {base64.b64encode(digest).decode()}"


def at(package: bytes) -> str:
    return f"{PATH}/{hashlib.sha256(package).hexdigest()}"


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    stand = OfficeStand(tmp_path_factory.mktemp("uploads"))
    branch, other = stand.enrol(), stand.enrol("KF-LT-02")
    app = create_app(stand.office)
    app.testing = True
    made = Door(stand, branch, other, app.test_client())
    made.known_to(branch, b"here")
    made.known_to(other, b"there")
    yield made
    stand.close()


# --- what the protocol asks for


def test_the_server_says_what_it_speaks(door: Door) -> None:
    told = door.client.options(PATH, base_url=BASE)

    assert told.status_code == 204
    assert told.headers["Tus-Version"] == "1.0.0"
    assert set(told.headers["Tus-Extension"].split(",")) == {
        "creation", "creation-with-upload", "expiration", "checksum", "termination"
    }  # fmt: skip
    assert "sha1" in told.headers["Tus-Checksum-Algorithm"].split(",")
    assert told.headers["Tus-Max-Size"] == str(64 * 1024 * 1024)


@pytest.mark.parametrize("version", ["", "0.2.2", "2.0.0"])
def test_another_version_is_refused_with_the_one_there_is(door: Door, version: str) -> None:
    told = door.client.post(PATH, base_url=BASE, headers={"Tus-Resumable": version})

    assert told.status_code == 412
    assert told.headers["Tus-Version"] == "1.0.0"


def test_a_package_in_pieces_gets_the_receipt_of_the_whole(door: Door) -> None:
    package = door.seal()
    begun = door.create(package)
    assert (begun.status_code, begun.headers["Location"]) == (201, at(package))
    assert begun.headers["Upload-Offset"] == "0"

    middle = len(package) // 2
    first = door.patch(package, 0, middle)
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, str(middle))
    assert "Upload-Expires" in first.headers
    last = door.patch(package, middle, len(package))
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(package)))

    told = door.ask("GET", at(package))
    assert told.content_type == "application/jose"
    assert told.get_data(as_text=True) == door.receipt(package)
    head = door.ask("HEAD", at(package))
    assert head.headers["Upload-Offset"] == head.headers["Upload-Length"] == str(len(package))
    assert head.headers["Cache-Control"] == "no-store"


def test_the_receipt_comes_with_the_last_piece_to_whom_asks_for_it(door: Door) -> None:
    package = door.seal()
    door.create(package, package[:100])

    told = door.patch(package, 100, len(package), **PREFER)

    assert told.status_code == 200
    assert told.headers["Preference-Applied"] == "return=representation"
    assert told.get_data(as_text=True) == door.receipt(package)


def test_one_request_can_be_enough(door: Door) -> None:
    package = door.seal()

    told = door.create(package, package, **PREFER)

    assert told.status_code == 201
    assert told.get_data(as_text=True) == door.receipt(package)


def test_a_known_package_is_answered_at_once(door: Door) -> None:
    """Nothing is sent again: neither what was posted whole nor what came in pieces."""
    package = door.seal()
    receipt = door.receipt(package)

    told = door.create(package, b"", **PREFER)

    assert (told.status_code, told.get_data(as_text=True)) == (200, receipt)
    assert told.headers["Upload-Offset"] == str(len(package))


def test_creating_again_goes_on_where_it_stood(door: Door) -> None:
    package = door.seal()
    door.create(package, package[:777])

    told = door.create(package)

    assert (told.status_code, told.headers["Upload-Offset"]) == (200, "777")


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_piece_that_fits_its_checksum_is_taken(door: Door, algorithm: str) -> None:
    package = door.seal()
    door.create(package)
    digest = base64.b64encode(hashlib.new(algorithm, package[:500]).digest()).decode()

    told = door.patch(package, 0, 500, Upload_Checksum=f"{algorithm} {digest}")

    assert (told.status_code, door.offset(package)) == (204, 500)


def test_a_piece_that_does_not_is_not(door: Door) -> None:
    package = door.seal()
    door.create(package)
    digest = base64.b64encode(hashlib.sha1(b"other").digest()).decode()

    told = door.patch(package, 0, 500, Upload_Checksum=f"sha1 {digest}")

    assert (told.status_code, told.get_json()["code"]) == (460, "tus.checksum-mismatch")
    assert door.offset(package) == 0


def test_post_stands_in_for_what_a_middlebox_stops(door: Door) -> None:
    package = door.seal()
    door.create(package)
    headers = {**TYPE, "Upload_Offset": "0", "X_HTTP_Method_Override": "PATCH"}

    told = door.ask("POST", at(package), package[:300], **headers)
    assert (told.status_code, door.offset(package)) == (204, 300)
    ended = door.ask("POST", at(package), X_HTTP_Method_Override="DELETE")
    assert ended.status_code == 204


def test_an_upload_can_be_ended(door: Door) -> None:
    package = door.seal()
    door.create(package, package[:300])

    assert door.ask("DELETE", at(package)).status_code == 204
    assert door.ask("HEAD", at(package)).status_code == 404
    assert door.patch(package, 300, 400).status_code == 404


# --- what is refused


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Upload_Length": "x"}, 400, "http.query"),
        ({"Upload_Length": ""}, 400, "http.query"),
        ({"Upload_Length": str(64 * 1024 * 1024 + 1)}, 413, "http.too-large"),
        ({"Upload_Defer_Length": "1"}, 400, "tus.extension"),
        ({"Upload_Concat": "partial"}, 400, "tus.extension"),
        ({"Upload_Metadata": ""}, 400, "tus.digest-required"),
        ({"Upload_Metadata": "sha256 !!!"}, 400, "tus.digest-required"),
        ({"Upload_Metadata": "sha256 " + "A" * 5000}, 400, "tus.digest-required"),
    ],
)
def test_a_creation_that_cannot_be_is_refused(
    door: Door, headers: dict[str, str], status: int, code: str
) -> None:
    told = door.create(b"x" * 100, b"", **headers)

    assert (told.status_code, told.get_json()["code"]) == (status, code)


def test_a_piece_in_the_wrong_place_changes_nothing(door: Door) -> None:
    package = door.seal()
    door.create(package, package[:300])

    for begin in (0, 299, 301):
        told = door.patch(package, begin, 400)
        assert (told.status_code, told.get_json()["code"]) == (409, "office.upload-offset")
    assert door.offset(package) == 300


def test_more_than_was_declared_is_refused(door: Door) -> None:
    package = door.seal()
    door.create(package)

    told = door.ask("PATCH", at(package), package + b"x", Upload_Offset="0", **TYPE)

    assert (told.status_code, door.offset(package)) == (413, 0)


def test_another_type_of_body_is_refused(door: Door) -> None:
    package = door.seal()
    door.create(package)

    told = door.patch(package, 0, 10, Content_Type="application/octet-stream")

    assert (told.status_code, door.offset(package)) == (415, 0)


def test_bytes_that_are_not_what_was_declared_are_forgotten(door: Door) -> None:
    package = door.seal()
    wrong = package[:-1] + bytes([package[-1] ^ 1])
    door.create(package)

    told = door.ask("PATCH", at(package), wrong, Upload_Offset="0", **TYPE)

    assert (told.status_code, told.get_json()["code"]) == (422, "office.upload-mismatch")
    assert door.ask("HEAD", at(package)).status_code == 404


def test_what_would_be_refused_is_refused_at_its_beginning(door: Door) -> None:
    """Four minutes of a slow line are not spent on what nobody will take."""
    package = door.stand.seal(door.other, make_application(), sequence=1)
    door.create(package)

    told = door.patch(package, 0, 8_000)

    assert (told.status_code, told.get_json()["code"]) == (403, "office.not-allowed")
    assert door.ask("HEAD", at(package)).status_code == 404


def test_a_number_that_is_taken_is_refused_at_the_beginning(door: Door) -> None:
    door.receipt(door.seal())
    package = door.stand.seal(door.branch, make_application(), sequence=door.sequence)
    door.create(package)

    told = door.patch(package, 0, 8_000)

    assert (told.status_code, told.get_json()["code"]) == (409, "office.sequence-conflict")


def test_no_package_at_all_is_refused_at_the_beginning(door: Door) -> None:
    told = door.create(b"x" * 100_000, b"x" * 50)

    assert (told.status_code, told.get_json()["code"]) == (422, "certs.package-damaged")


def test_another_counter_sees_nothing_of_it(door: Door) -> None:
    package = door.seal()
    door.create(package, package[:300])

    for method in ("HEAD", "GET", "DELETE", "PATCH"):
        headers = {**TYPE, "Upload_Offset": "300"}
        assert door.ask(method, at(package), b"", peer="there", **headers).status_code == 404
    assert door.offset(package) == 300


@pytest.mark.parametrize("method", ["POST", "PATCH", "HEAD", "DELETE", "GET"])
def test_a_stranger_gets_nowhere(door: Door, method: str) -> None:
    path = PATH if method == "POST" else f"{PATH}/{'0' * 64}"

    assert door.ask(method, path, peer="stranger").status_code == 403


# --- what is kept, and how long


def test_a_body_that_breaks_off_is_kept_as_far_as_it_came(door: Door) -> None:
    package = door.seal()
    door.create(package)

    told = door.client.patch(
        at(package),
        base_url=BASE,
        headers={**TUS, **TYPE, "Upload-Offset": "0"},
        input_stream=io.BytesIO(package[:5_000]),
        environ_overrides={PEER_CERTIFICATE: b"here", "CONTENT_LENGTH": str(len(package))},
    )

    assert (told.status_code, told.get_json()["code"]) == (400, "http.truncated")
    assert door.offset(package) == 5_000


def test_a_terminal_holds_only_so_many(door: Door) -> None:
    packages = [door.seal() for _ in range(MOST + 1)]
    for package in packages:
        door.create(package, package[:300])

    held = door.stand.office.uploads.uploads.of(door.branch.row.terminal)
    assert len(held) == MOST
    assert door.ask("HEAD", at(packages[0])).status_code == 404
    assert door.offset(packages[-1]) == 300


def test_what_rests_too_long_is_forgotten(door: Door) -> None:
    package = door.seal()
    door.create(package, package[:300])
    room = door.stand.office.uploads
    later = datetime.now(UTC) + KEPT + timedelta(minutes=1)

    assert replace(room, clock=_At(later)).sweep() > 0
    assert door.ask("HEAD", at(package)).status_code == 404


class _At:
    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at


def test_nothing_is_left_of_what_was_received(door: Door) -> None:
    package = door.seal()
    door.create(package, package)

    held = door.stand.office.uploads.uploads.of(door.branch.row.terminal)
    assert hashlib.sha256(package).hexdigest() not in {upload.sha256 for upload in held}
